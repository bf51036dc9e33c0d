import { findTampering, type Store, type Write } from '@trueup/engine';
import { sampleResource, sampleRun, sampleTime } from '@trueup/engine/testing';

/**
 * One batch in a count, spread over many tables: if it happened, all of them agree on it. Batches are
 * committed in order, so after any crash a store holds the first so many of them, wholly.
 */
export function countedBatch(number: number): readonly Write[] {
  const subject = `${number}`;
  const run = sampleRun(`run-${number}`);
  return [
    { kind: 'setting', name: 'count', value: subject },
    { kind: 'run', run },
    { kind: 'journal', run: 'one', entry: { kind: 'phase', at: sampleTime, phase: run.phase } },
    {
      kind: 'inventory',
      stack: run.stack,
      targetIdentity: 'cluster-1',
      added: [sampleResource(subject)],
      removed: [],
    },
    {
      kind: 'audit',
      line: { at: sampleTime, actor: 'trueup', event: 'run:queued', subject, detail: {} },
    },
    { kind: 'event', event: { at: sampleTime, type: 'run:queued', body: { number } } },
  ];
}

export interface CountedState {
  /** What each table says: the same number everywhere when nothing was torn. */
  readonly counts: readonly number[];
  readonly tamperedWith: number | undefined;
}

export async function readCounted(store: Store): Promise<CountedState> {
  const audit = await collect((after) => store.audit({ limit: 1000, ...after }));
  const runs = await collect((after) => store.runs({}, { limit: 1000, ...after }));
  return {
    counts: [
      Number((await store.setting('count')) ?? '0'),
      runs.length,
      (await store.journal('one')).length,
      (await store.inventory('infra/shop')).length,
      audit.length,
      Number(audit.at(-1)?.subject ?? '0'),
      await store.lastEvent(),
    ],
    tamperedWith: findTampering(audit),
  };
}

async function collect<T>(
  list: (after: {
    readonly after?: string;
  }) => Promise<{ readonly items: readonly T[]; readonly next?: string }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let page = await list({});
  items.push(...page.items);
  while (page.next !== undefined) {
    page = await list({ after: page.next });
    items.push(...page.items);
  }
  return items;
}
