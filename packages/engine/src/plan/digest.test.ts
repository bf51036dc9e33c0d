import { isJsonObject, type Json } from '@trueup/diagnostics';
import { type Change, type FieldChange, formatResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type ChangePlace,
  type Digest,
  digestChange,
  digestExecuted,
  digestPlan,
  isCovered,
} from './digest.ts';

const place = { repository: 'r1', targetIdentity: 'cluster-1' };
const scaling: FieldChange = { path: ['replicas'], before: 1, after: 2, sensitive: false };

describe('digestChange', () => {
  it('sees neither the order of anything nor how a change came to be known', () => {
    fc.assert(
      fc.property(fc.array(field(), { maxLength: 4 }), fc.nat(), (fields, line) => {
        const change = update({ fields });

        expect(digests(retold(change, line))).toEqual(digests(change));
      }),
      { seed: 40, numRuns: 500 },
    );
  });

  it('sees every difference in what will be done, and where', () => {
    const variants = [
      digests(update({})),
      digests(update({}), { ...place, repository: 'r2' }),
      digests(update({}), { ...place, targetIdentity: 'cluster-2' }),
      digests(update({}), { ...place, sources: { 'source:oci://a/b:c': 'sha256:1' } }),
      digests(update({}), { ...place, sources: { 'source:oci://a/b:c': 'sha256:2' } }),
      digests(update({ id: idOf('b') })),
      digests(update({ action: 'replace' })),
      digests(update({ hazards: ['restarts'] })),
      digests(update({ fields: [] })),
      ...[
        { ...scaling, path: ['replicas', { name: 'a' }] },
        { ...scaling, after: 3 },
        { ...scaling, after: '2' },
        { ...scaling, after: null },
        { ...scaling, after: 9007199254740993n },
        { ...scaling, sensitive: true },
        { ...scaling, unknown: true as const },
        { path: scaling.path, before: 1, sensitive: false },
      ].map((one) => digests(update({ fields: [one] }))),
    ].flatMap((set) => [...set]);

    expect(new Set(variants)).toHaveProperty('size', 17);
  });

  it('sees no difference in what the target chooses on its own', () => {
    const generated: FieldChange = { ...scaling, path: ['nodePort'], generated: true };

    expect(digests(update({ fields: [scaling, generated] }))).toEqual(digests(update({})));
  });
});

describe('digestExecuted', () => {
  it('knows what ran by what it is, not by where it was taken from', () => {
    const hook = update({ action: 'execute' });
    const from = (digest: string) => ({ ...place, sources: { 'source:oci://a/b:c': digest } });

    expect(digestExecuted(from('sha256:1'), hook)).toBe(digestExecuted(from('sha256:2'), hook));
    expect(digestExecuted(from('sha256:1'), hook)).toBe(digestChange(place, hook));
  });
});

describe('isCovered', () => {
  const body: FieldChange = { path: [], after: 'sha256:1', sensitive: false };
  const create = update({ action: 'create', fields: [body] });
  const approved = digests({ ...create, confidence: 'deferred' });

  it.each<[string, Change, boolean]>([
    ['the create that it was', create, true],
    ['what the target answers besides', { ...create, fields: [body, scaling] }, true],
    ['another body', { ...create, fields: [{ ...body, after: 'sha256:2' }] }, false],
    ['a take-over', { ...create, action: 'take-over' }, false],
    ['a hazard', { ...create, hazards: ['interrupts'] }, false],
    ['another resource', { ...create, id: idOf('b') }, false],
  ])('an approval of a deferred create covers %s: %#', (_name, change, expected) => {
    expect(isCovered(approved, place, change)).toBe(expected);
  });

  it.each<[string, Change, boolean]>([
    ['what is left of it', update({}), true],
    ['other fields', update({ fields: [{ ...scaling, after: 3 }] }), false],
    ['a hazard', update({ hazards: ['restarts'] }), false],
    ['a replace', update({ action: 'replace' }), false],
    ['another resource', update({ id: idOf('b') }), false],
  ])('an approval of a take-over covers %s: %#', (_name, change, expected) => {
    const takeOver = digests(update({ action: 'take-over' }));

    expect(isCovered(takeOver, place, change)).toBe(expected);
  });

  it('never takes an approved update for a take-over', () => {
    expect(isCovered(digests(update({})), place, update({ action: 'take-over' }))).toBe(false);
  });

  it('never takes an approved create for a deferred one', () => {
    const other = { ...create, fields: [body, scaling] };

    expect(isCovered(digests(create), place, other)).toBe(false);
  });
});

describe('digestPlan', () => {
  it('names the set, so that what is left of a plan is part of what was approved', () => {
    const both = [update({}), update({ id: idOf('b') })];
    const approved = digestAll(both);
    const left = digestAll(both.slice(1));

    expect(left.isSubsetOf(approved)).toBe(true);
    expect(digestPlan(digestAll(both.toReversed()))).toBe(digestPlan(approved));
    expect(digestPlan(left)).not.toBe(digestPlan(approved));
  });

  it('stays what it was when approvals were given', () => {
    const digest = 'sha256:3b7d493484fdbf7c059aa40dcff1c3b48d829f56c12945f49688f92a754aefca';

    expect(digestPlan(digests(update({})))).toBe(digest);
  });
});

function digests(change: Change, where: ChangePlace = place): ReadonlySet<Digest> {
  return new Set([digestChange(where, change)]);
}

function digestAll(changes: readonly Change[]): ReadonlySet<Digest> {
  return new Set(changes.map((change) => digestChange(place, change)));
}

function update(rest: Partial<Change>): Change {
  const base = { id: idOf('a'), action: 'update', fields: [scaling], hazards: [] } as const;
  const position = { wave: 0, rank: 0 };
  return { ...base, confidence: 'certain', position, dependsOn: [], ...rest } as Change;
}

function idOf(name: string): Change['id'] {
  return formatResourceId({ kind: 'Thing', scope: '', name });
}

function field(): fc.Arbitrary<FieldChange> {
  const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
  return fc.record(
    { path: fc.array(fc.string()), before: value, after: value, sensitive: fc.boolean() },
    { requiredKeys: ['path', 'sensitive'] },
  );
}

/** The same effect, listed the other way round and learnt at another time. */
function retold(change: Change, line: number): Change {
  return {
    ...change,
    confidence: 'predicted',
    cause: 'drift',
    version: `${line}`,
    dependsOn: [idOf('b')],
    fields: change.fields.toReversed().map(({ path, ...rest }) => ({
      path,
      writer: { name: 'kubectl', writtenAt: '2026-01-01T00:00:00Z' },
      origin: { file: 'shop.yaml', line },
      ...turned(rest),
    })),
  };
}

/** The same value with the members of every object the other way round. */
function turned<T>(value: T): T {
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(members.map(([name, member]) => [name, turned(member)])) as T;
}
