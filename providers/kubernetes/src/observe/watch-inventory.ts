import type { ResourceId } from '@trueup/provider-sdk';

import { KubernetesApiError } from '../kubernetes-client.ts';
import { groupKindOf } from '../order/resource-kind.ts';
import type { Session } from '../session/open-session.ts';

/**
 * Hints about what became another one. Begins with all of the inventory, since nobody watched until
 * now; goes on when a connection is lost, and tells then what moved in between.
 *
 * @throws TransientError `KUBERNETES_RECONNECTED` when the session ends under it.
 */
export async function* watchInventory(
  inventory: readonly ResourceId[],
  session: Session,
  caller: AbortSignal,
): AsyncGenerator<ResourceId, void, undefined> {
  const signal = AbortSignal.any([caller, session.closed]);
  signal.throwIfAborted();
  const pending = new Set<ResourceId>();
  let wake = Promise.withResolvers<void>();
  const stopListening = session.watches().listen(inventory, (id) => {
    pending.add(id);
    wake.resolve();
  });
  const stop = () => wake.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  wake.promise.catch(() => undefined);
  try {
    await openKinds(inventory, session, signal);
    yield* inventory;
    for (;;) {
      signal.throwIfAborted();
      const hints = [...pending];
      pending.clear();
      yield* hints;
      if (pending.size > 0) continue;
      await wake.promise;
      wake = Promise.withResolvers<void>();
      wake.promise.catch(() => undefined);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stopListening();
  }
}

async function openKinds(
  inventory: readonly ResourceId[],
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const groups = Map.groupBy(inventory, (id) => JSON.stringify(groupKindOf(id)));
  await Promise.all(
    [...groups.values()].map(async ([id]) => {
      if (id === undefined) return;
      const known = await session.client.findKind(groupKindOf(id), signal);
      if (!known?.verbs.includes('watch')) return;
      try {
        await session.watches().open(known, signal);
      } catch (error) {
        signal.throwIfAborted();
        // It is tried again for as long as anybody listens, unless we may not look at all.
        if (error instanceof KubernetesApiError && error.status === 403) throw error;
      }
    }),
  );
}
