import type { ObservedResource, ResourceId } from '@trueup/provider-sdk';
import { parseResourceId } from '@trueup/provider-sdk';

import { hostOf } from '../client/keep-hosts.ts';
import { observeHost } from '../observe/observe-host.ts';
import type { WriteScene } from './write-scene.ts';

/** The last look, right before a write: engines cannot compare and swap (P2). */
export async function findCurrent(
  id: ResourceId,
  { hosts, signal, clock }: WriteScene,
): Promise<ObservedResource | undefined> {
  const { scope, kind } = parseResourceId(id);
  const host = hostOf(hosts, scope);
  const kinds = new Set([kind]);
  const context = { now: () => new Date(clock.now()), signal };
  const [found] = await observeHost(
    { host, isWanted: (one) => one === id, kinds, fresh: true },
    context,
  );
  return found;
}
