import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Aging, agingKinds, type Swept } from '../retention/retention.ts';
import type { Phase } from '../run/run.ts';
import { MemoryStore } from '../store/memory/memory-store.ts';
import type { Page, PageRequest, Store, Write } from '../store/store.ts';
import {
  sampleDigest,
  sampleDrift,
  samplePlan,
  samplePlanned,
  sampleRepository,
  sampleResource,
  sampleRollout,
  sampleRun,
  sampleStack,
  sampleTime,
} from './sample-records.ts';

/** What no example thought of: any batches leave what they leave in memory. */
export function itBehavesLikeMemory(open: () => Store): void {
  describe('any batches', () => {
    it('leave what they leave in memory, refused ones included', async () => {
      const store = open();
      const memory = new MemoryStore();
      // One history, in one store: each sample goes on from where the one before ended.
      const batches = fc.sample(fc.array(anyWrite(), { maxLength: 8 }), {
        seed: 20_26,
        numRuns: 80,
      });

      for (const batch of batches) {
        expect(await outcomeOf(store, batch)).toBe(await outcomeOf(memory, batch));
      }

      expect(await readAll(store)).toEqual(await readAll(memory));
      for (const kind of agingKinds) {
        expect(await sweepAll(store, kind)).toEqual(await sweepAll(memory, kind));
        expect(await readAll(store)).toEqual(await readAll(memory));
      }
    });
  });
}

/** In small pieces, all of it being old. */
async function sweepAll(store: Store, kind: Aging): Promise<readonly Swept[]> {
  const pieces: Swept[] = [];
  const [before, now] = ['2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z'];
  const request = { kind, before, now, runsPerStack: 1, limit: 2 };
  for (let after: string | undefined; ; ) {
    const piece = await store.sweep({ ...request, ...(after !== undefined && { after }) });
    pieces.push(piece);
    after = piece.next;
    if (after === undefined) return pieces;
  }
}

async function outcomeOf(store: Store, batch: readonly Write[]): Promise<string> {
  try {
    await store.commit(batch);
    return 'written';
  } catch (error) {
    return (error as { code?: string }).code ?? `${error}`;
  }
}

const few = ['0', '1', '2'] as const;

function anyWrite(): fc.Arbitrary<Write> {
  const id = fc.constantFrom(...few);
  const repository = fc.constantFrom('r0', 'r1');
  const stack = id.map((name) => `infra/${name}`);
  const resources = fc.uniqueArray(fc.constantFrom('a', 'b', 'c').map(sampleResource));
  const digest = fc.nat(9).map(sampleDigest);
  return fc.oneof(
    fc.tuple(id, id).map(
      ([one, name]): Write => ({
        kind: 'repository',
        record: sampleRepository({ id: `r${one}`, name }),
      }),
    ),
    repository.map((one): Write => ({ kind: 'repository-removed', id: one })),
    fc
      .tuple(id, repository)
      .map(
        ([name, of]): Write => ({ kind: 'stack', record: sampleStack(name, { repository: of }) }),
      ),
    fc.tuple(id, fc.nat(4), fc.option(fc.uint8Array({ maxLength: 9 }))).map(
      ([one, count, artifact]): Write => ({
        kind: 'plan',
        record: samplePlan(one),
        changes: samplePlanned(count),
        ...(artifact && { artifact }),
      }),
    ),
    fc.tuple(id, stack, repository, phase()).map(
      ([one, of, in_, at]): Write => ({
        kind: 'run',
        run: sampleRun(one, { stack: of, repository: in_, phase: at }),
      }),
    ),
    fc.tuple(id, fc.boolean()).map(
      ([run, asks]): Write => ({
        kind: asks ? 'request' : 'request-taken',
        run,
        request: { kind: 'hold', by: 'ada' },
      }),
    ),
    fc.tuple(id, phase()).map(
      ([run, at]): Write => ({
        kind: 'journal',
        run,
        entry: { kind: 'phase', at: sampleTime, phase: at },
      }),
    ),
    fc.tuple(id, fc.constantFrom('running', 'failed')).map(
      ([one, at]): Write => ({
        kind: 'rollout',
        rollout: sampleRollout(one, { phase: at as 'running' | 'failed' }),
      }),
    ),
    fc.tuple(stack, fc.constantFrom('c1', 'c2'), resources, resources).map(
      ([of, targetIdentity, added, removed]): Write => ({
        kind: 'inventory',
        stack: of,
        targetIdentity,
        added,
        removed,
      }),
    ),
    fc.tuple(stack, fc.constantFrom('a', 'b').map(sampleResource), digest).map(
      ([of, resource, one]): Write => ({
        kind: 'executed',
        stack: of,
        id: resource,
        digest: one,
      }),
    ),
    fc.tuple(id, stack, fc.constantFrom('open', 'healing', 'closed')).map(
      ([one, of, state]): Write => ({
        kind: 'drift',
        item: sampleDrift(one, { stack: of, state: state as 'open' | 'healing' | 'closed' }),
      }),
    ),
    fc.tuple(id, id).map(
      ([one, hash]): Write => ({
        kind: 'token',
        token: { id: one, hash, member: 'ada', label: '', createdAt: sampleTime },
      }),
    ),
    fc.json({ maxDepth: 2 }).map(
      (text): Write => ({
        kind: 'audit',
        line: {
          at: sampleTime,
          actor: 'trueup',
          event: 'run:queued',
          subject: 's',
          detail: { text: JSON.parse(text) },
        },
      }),
    ),
    fc
      .string()
      .map((type): Write => ({ kind: 'event', event: { at: sampleTime, type, body: {} } })),
    fc.tuple(id, fc.string()).map(([name, value]): Write => ({ kind: 'setting', name, value })),
  );
}

function phase(): fc.Arbitrary<Phase> {
  return fc.constantFrom<Phase>(
    { name: 'queued' },
    { name: 'applying', wave: 2 },
    { name: 'succeeded', extent: 'all' },
    { name: 'cancelled', extent: 'part', by: 'ada' },
  );
}

async function readAll(store: Store): Promise<unknown> {
  const stacks = few.map((name) => `infra/${name}`);
  const place = { targetIdentity: 'c1', except: 'infra/1' };
  return {
    repositories: await store.repositories(),
    stacks: await listAll((page) => store.stacks({}, page)),
    runs: await listAll((page) => store.runs({}, page)),
    ended: await listAll((page) => store.runs({ ended: true, repository: 'r1' }, page)),
    rollouts: await listAll((page) => store.rollouts({}, page)),
    drift: await listAll((page) => store.drift({}, page)),
    audit: await listAll((page) => store.audit(page)),
    events: await listAll((page) => store.events(page)),
    owners: await store.owners(['a', 'b', 'c'].map(sampleResource), place),
    tokens: await Promise.all(few.map((hash) => store.tokenByHash(hash))),
    settings: await Promise.all(few.map((name) => store.setting(name))),
    byStack: await Promise.all(
      stacks.map(async (id) => [await store.inventory(id), await store.executed(id)]),
    ),
    byRun: await Promise.all(
      few.map(async (id) => [await store.journal(id), await store.runRequest(id)]),
    ),
    plans: await Promise.all(
      few.map(async (id) => [
        await store.plan(id),
        await store.planArtifact(id),
        await store.planChanges(id, { limit: 9 }),
      ]),
    ),
  };
}

async function listAll<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
): Promise<readonly unknown[]> {
  const pages: Page<T>[] = [await list({ limit: 2 })];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    pages.push(await list({ limit: 2, after: next }));
  }
  return pages;
}
