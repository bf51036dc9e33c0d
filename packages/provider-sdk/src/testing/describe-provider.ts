import { hash } from 'node:crypto';

import { formatFieldPath, formatJson } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import type { CallContext } from '../call-context.ts';
import type { Change, Plan } from '../change.ts';
import type { Files } from '../files.ts';
import type { Outcome } from '../outcome.ts';
import type { Prepared, Provider } from '../provider.ts';
import type { ResourceId } from '../resource.ts';
import type { Stack, Target } from '../target.ts';

/** One provider with a target of its own, which is empty. */
export interface ProviderFixture {
  readonly provider: Provider;
  readonly target: Target;
  readonly files: Files;
  /** Prepared without errors. At least one of its resources holds `secret` as a secret. */
  readonly stack: Stack;
  readonly secret: string;
  /** How often the target was written to; dry runs do not count. */
  readonly countWrites: () => number;
  /** Changes a resource behind the provider's back, so that its next plan is an update. */
  readonly disturb: (id: ResourceId) => Promise<void>;
}

/** The promises of {@link Provider} as tests. Every provider runs them, on its fake and for real. */
export function describeProvider(name: string, open: () => ProviderFixture): void {
  describe(`${name}, as the contract asks`, () => {
    it('leaves out what does not exist', async () => {
      const fixture = open();
      const { provider, target, stack } = fixture;
      const ids = (await prepare(fixture)).resources.map(({ id }) => id);

      expect(await provider.observe(target, { ids }, calm())).toEqual([]);
      expect(await provider.discover(target, stack, calm())).toEqual([]);
      expect(provider.assess(undefined).status).toBe('not-found');
    });

    it('plans without writing, and the same twice', async () => {
      const fixture = open();
      const { resources } = await prepare(fixture);

      const first = await plan(fixture);
      const second = await plan(fixture);

      expect(first.changes).toMatchObject(resources.map(() => ({ action: 'create' })));
      expect(second).toEqual(first);
      expect(fixture.countWrites()).toBe(0);
    });

    it('finds nothing to do after applying, be it once or twice', async () => {
      const fixture = open();
      const { changes } = await plan(fixture);

      expect(await apply(fixture, changes)).toEqual(changes.map(() => 'done'));
      await apply(fixture, changes);

      expect((await plan(fixture)).changes).toMatchObject(changes.map(() => ({ action: 'none' })));
    });

    it('finds by their marks what it made, and deletes that when asked to', async () => {
      const fixture = open();
      const { provider, target, stack } = fixture;
      const { changes } = await plan(fixture);
      await apply(fixture, changes);

      const inventory = await provider.discover(target, stack, calm());
      const next = await plan(fixture, { inventory, prepared: nothing });
      await apply(fixture, next.changes);

      expect(new Set(inventory)).toEqual(new Set(changes.map(({ id }) => id)));
      expect(next.changes).toMatchObject(inventory.map((id) => ({ id, action: 'delete' })));
      expect(await provider.discover(target, stack, calm())).toEqual([]);
    });

    it('deletes nothing outside of the inventory', async () => {
      const fixture = open();
      await apply(fixture, (await plan(fixture)).changes);

      expect((await plan(fixture, { prepared: nothing })).changes).toEqual([]);
    });

    it('leaves alone what moved since it was planned', async () => {
      const fixture = open();
      const [{ id }] = (await applyAll(fixture)) as [Change];
      await fixture.disturb(id);
      const stale = (await plan(fixture)).changes.filter((change) => change.id === id);
      await fixture.disturb(id);
      const writes = fixture.countWrites();

      expect(stale).toMatchObject([{ action: 'update' }]);
      expect(await apply(fixture, stale)).toEqual(['moved']);
      expect(fixture.countWrites()).toBe(writes);
    });

    it('keeps secrets out of plans', async () => {
      const fixture = open();

      const fields = (await plan(fixture)).changes.flatMap((change) => change.fields);

      expect(fields.some((field) => field.sensitive)).toBe(true);
      expect(JSON.stringify(fields)).not.toContain(fixture.secret);
    });

    it('stops with the reason of the abort', async () => {
      const fixture = open();
      const { changes } = await plan(fixture);
      const reason = new Error('superseded');

      await expect(apply(fixture, changes, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(fixture.countWrites()).toBe(0);
    });
  });
}

const nothing: Prepared = { resources: [], inputsRead: [], diagnostics: [] };

function prepare({ provider, files, stack, target }: ProviderFixture): Promise<Prepared> {
  return provider.prepare(files, { stack, target, inputs: {} }, calm());
}

interface PlanOptions {
  readonly inventory?: readonly ResourceId[];
  readonly prepared?: Prepared;
}

async function plan(fixture: ProviderFixture, options: PlanOptions = {}): Promise<Plan> {
  const { provider, stack, target } = fixture;
  const { inventory = [], prepared = await prepare(fixture) } = options;
  const ids = [...prepared.resources.map(({ id }) => id), ...inventory];
  const observed = await provider.observe(target, { ids }, calm());
  const request = { stack, prepared, observed, inventory, foreign: 'report' } as const;
  return provider.plan(target, request, calm());
}

async function applyAll(fixture: ProviderFixture): Promise<readonly Change[]> {
  const { changes } = await plan(fixture);
  await apply(fixture, changes);
  return changes;
}

/** How each change ended. */
async function apply(
  fixture: ProviderFixture,
  changes: readonly Change[],
  signal?: AbortSignal,
): Promise<readonly Outcome['kind'][]> {
  const { provider, stack, target } = fixture;
  const request = { stack, changes, prepared: await prepare(fixture) };
  const outcomes = await Array.fromAsync(provider.apply(target, request, calm(signal)));
  return outcomes.map(({ kind }) => kind).filter((kind) => kind !== 'progress');
}

/** A call that nobody interrupts, unless `signal` does. */
function calm(signal = new AbortController().signal): CallContext {
  return {
    signal,
    seal: (secret, { target, id, path }) =>
      hash('sha256', formatJson([target, id, formatFieldPath(path), secret])),
  };
}
