/** What becomes of a stack that is no longer written, without a run. Nothing in a target changes. */
import type { RepositoryRecord, Run, StackRecord, Store, Write } from '@trueup/engine';

import { openDrift } from '../drift/open-drift.ts';
import type { Renamed } from './find-left.ts';

export interface LetGoContext {
  readonly store: Store;
  readonly at: string;
}

/** What a renamed stack owns goes on under its new name; its marks are changed by its next run. */
export async function transfer(
  { record, heir }: Renamed,
  repository: RepositoryRecord,
  { store, at }: LetGoContext,
): Promise<readonly Write[]> {
  const targetIdentity = record.applied?.targetIdentity ?? '';
  const known = await store.inventory(record.id);
  const owners = await store.owners(known, { targetIdentity, except: '' });
  const owned = known.filter((id) => owners.get(id) === record.id);
  const stack = `${repository.name}/${heir.name}`;
  return [
    { kind: 'inventory', stack: record.id, targetIdentity, added: [], removed: owned },
    { kind: 'inventory', stack, targetIdentity, added: owned, removed: [] },
    { kind: 'stack-changed', id: record.id, change: { standing: 'removed', resourceCount: 0 } },
    ...(await closeDrift(record, { store, at })),
  ];
}

/** `resources: keep`: they stay in the target, and are nobody's. */
export async function letGo(
  record: StackRecord,
  { store, at }: LetGoContext,
): Promise<readonly Write[]> {
  const owned = await store.inventory(record.id);
  const targetIdentity = record.applied?.targetIdentity ?? '';
  return [
    { kind: 'inventory', stack: record.id, targetIdentity, added: [], removed: owned },
    { kind: 'stack-changed', id: record.id, change: { standing: 'removed', resourceCount: 0 } },
    ...(await closeDrift(record, { store, at })),
  ];
}

/** A run of a stack that Git no longer writes has nothing to bring about any more. */
export function cancelRuns(
  unfinished: readonly Run[],
  stacks: readonly StackRecord[],
): readonly Write[] {
  const gone = new Set(stacks.map(({ id }) => id));
  const request = { kind: 'cancel', by: 'trueup' } as const;
  return unfinished
    .filter(({ stack }) => gone.has(stack))
    .map(({ id }): Write => ({ kind: 'request', run: id, request }));
}

async function closeDrift(
  { id }: StackRecord,
  { store, at }: LetGoContext,
): Promise<readonly Write[]> {
  const items = await openDrift(id, store);
  return items.map(
    (item): Write => ({
      kind: 'drift',
      item: { ...item, state: 'closed', closedAt: at, closedBy: 'gone' },
    }),
  );
}
