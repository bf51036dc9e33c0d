/** What holds for all sequences of writes, whatever the schema. */
import { createHash } from 'node:crypto';

import {
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import {
  intersectFields,
  isEmptyFieldSet,
  isSameFieldSet,
  subtractFields,
} from '../fields/field-set.ts';
import { schemaFromCrd } from '../schema/schema-from-crd.ts';
import { Dice } from '../testing/dice.ts';
import { everyTypeSchema } from '../testing/every-type-crd.ts';
import { generateMetadata, generateSpec } from '../testing/generate-custom.ts';
import { compareTyped } from '../typed/compare.ts';
import { extractFields } from '../typed/extract-fields.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { type ApplyResult, applyObject } from './apply-object.ts';
import { isApplied } from './is-applied.ts';
import { managedFieldsOf, withoutManagedFields } from './managed-fields.ts';
import { ownedFields } from './owned-fields.ts';
import { stripFields } from './stripped-fields.ts';
import { updateObject } from './update-object.ts';

const schema = schemaFromCrd(everyTypeSchema);
const apiVersion = 'a/v1';
const managers = ['ann', 'bob', 'cat'];
const later = new Date('2027-01-01T00:00:00Z');

function generate(dice: Dice): JsonObject {
  const metadata = { ...generateMetadata(dice), name: 'a' };
  return { apiVersion, kind: 'A', metadata, spec: generateSpec(dice) };
}

/**
 * Without nulls and empty containers. The server turns a container that its owner empties into null,
 * even where an empty one is applied, so that it takes a second apply to be there.
 */
function compact(value: Json): Json {
  if (isJsonList(value)) return value.map(compact);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    compact(member),
  ]);
  return Object.fromEntries(entries.filter(([, member]) => !isHollow(member)));
}

function isHollow(value: Json): boolean {
  if (isJsonList(value)) return value.length === 0;
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

interface Applying {
  readonly dice: Dice;
  readonly manager: string;
  readonly applied: JsonObject;
  readonly force: boolean;
  readonly observed: JsonObject | undefined;
  readonly result: ApplyResult;
}

/** All applies of some sequences, with updates between them. */
function* applies(
  seed: number,
  make: (dice: Dice) => JsonObject = generate,
  sequences = 60,
): Generator<Applying, void> {
  for (let sequence = 0; sequence < sequences; sequence += 1) {
    const dice = new Dice(seed * 10_000 + sequence);
    let observed: JsonObject | undefined;
    for (let step = 0; step < 8; step += 1) {
      const context = { manager: dice.pick(managers), apiVersion, schema };
      const now = new Date(Date.UTC(2026, 0, 1, 0, step));
      if (observed && dice.chance(25)) {
        observed = updateObject({ ...context, now, before: observed, after: make(dice) });
        continue;
      }
      const target = observed && { observed };
      const [applied, force] = [make(dice), dice.chance(60)];
      const result = applyObject({ ...context, ...target, now, applied, force });
      yield { dice, manager: context.manager, applied, force, observed, result };
      if (result.kind === 'applied') observed = result.object;
    }
  }
}

function compactly(dice: Dice): JsonObject {
  return { kind: 'A', ...(compact(generate(dice)) as JsonObject) };
}

describe('after any sequence of writes', () => {
  it('all is as it was when it was last compared with Kubernetes 1.35', () => {
    const hash = createHash('sha256');
    for (const { result } of applies(0, generate, 50))
      hash.update(formatJson(JSON.parse(JSON.stringify(result))));

    // When this changes on purpose, the integration test has to pass against a real server first.
    expect(hash.digest('hex')).toBe(
      'df586075b8230bef47d4d23adb3e071b5df9d1bb0e168f578b39256bfaf91181',
    );
  });

  it('applying the same again changes nothing, and that is known before', () => {
    let count = 0;
    for (const { manager, applied, result } of applies(1, compactly)) {
      // Without any owner, the first apply of all would give it one.
      if (result.kind !== 'applied' || !managedFieldsOf(result.object)) continue;
      count += 1;
      const request = { observed: result.object, applied, manager, apiVersion, schema };

      expect(applyObject({ ...request, now: later, force: false })).toEqual(result);
      expect(isApplied(request)).toBe(true);
    }

    expect(count).toBeGreaterThan(150);
  });

  it('what is said to change nothing changes nothing', () => {
    let same = 0;
    for (const { dice, observed = {}, manager, applied, force } of applies(2)) {
      // What somebody owns, or that with one member changed, is near enough to be the same.
      const own = extractFields(observed, ownedFields(observed, manager), schema);
      const near = { ...own, spec: { ...(own['spec'] as JsonObject), count: dice.below(3) } };
      for (const desired of [applied, own, near]) {
        const request = { observed, applied: desired, manager, apiVersion, schema };
        if (!isApplied(request)) continue;
        same += 1;

        expect(applyObject({ ...request, now: later, force })).toEqual({
          kind: 'applied',
          object: observed,
        });
      }
    }

    expect(same).toBeGreaterThan(100);
  });

  it('the one who applies owns exactly what was applied', () => {
    for (const { manager, applied, result } of applies(3)) {
      if (result.kind !== 'applied') continue;
      const owned = ownedFields(result.object, manager, { operation: 'Apply' });

      expect(isSameFieldSet(owned, stripFields(toFieldSet(applied, schema)))).toBe(true);
    }
  });

  it('all that is applied is there', () => {
    for (const { applied, result } of applies(4, compactly)) {
      if (result.kind !== 'applied') continue;
      const stored = withoutManagedFields(result.object);
      const { added, modified } = compareTyped(stored, applied, schema);

      expect(isEmptyFieldSet(added)).toBe(true);
      expect(isEmptyFieldSet(intersectFields(modified, toFieldSet(applied, schema)))).toBe(true);
    }
  });

  it('whoever is named in a conflict loses something by force, and else force is no matter', () => {
    const ends = { applied: 0, conflict: 0, invalid: 0 };
    for (const { manager, applied, observed, result } of applies(5)) {
      if (result.kind === 'invalid' || !observed) continue;
      const context = { observed, applied, manager, apiVersion, schema, now: later };
      const free = applyObject({ ...context, force: false });
      const forced = applyObject({ ...context, force: true });
      ends[free.kind] += 1;

      const named = free.kind === 'conflict' ? free.conflicts.map((each) => each.manager) : [];
      const robbed = new Set(named).intersection(new Set(managers)).difference(new Set([manager]));
      const losers = [...robbed].filter((other) => hasLost(other, observed, forced));

      expect(losers).toEqual([...robbed]);
      expect(free.kind === 'applied' ? free : forced).toEqual(forced);
    }

    expect(Math.min(ends.applied, ends.conflict)).toBeGreaterThan(50);
  });

  it('two who want different values are in conflict whoever comes first', () => {
    const dice = new Dice(6);
    let met = 0;
    for (let round = 0; round < 200; round += 1) {
      const [first, second] = [generate(dice), generate(dice)];
      const [there, back] = [meet(first, second), meet(second, first)];
      if (!there || !back) continue;
      met += there.length;

      expect(there).toEqual(back);
    }

    expect(met).toBeGreaterThan(100);
  });
});

function hasLost(manager: string, before: JsonObject, after: ApplyResult): boolean {
  if (after.kind !== 'applied') return false;
  const [old, young] = [before, after.object].map((object) => ownedFields(object, manager));
  return old !== undefined && young !== undefined && !isEmptyFieldSet(subtractFields(old, young));
}

/** The fields in which the second is in conflict with the first, if both can be applied. */
function meet(first: JsonObject, second: JsonObject): readonly string[] | undefined {
  const context = { apiVersion, schema, now: later, force: false };
  const created = applyObject({ ...context, applied: first, manager: 'ann' });
  if (created.kind !== 'applied') return undefined;
  const observed = created.object;
  const result = applyObject({ ...context, applied: second, manager: 'bob', observed });
  if (result.kind === 'invalid') return undefined;
  const conflicts = result.kind === 'conflict' ? result.conflicts : [];
  return conflicts.map(({ elements }) => JSON.stringify(elements)).sort();
}
