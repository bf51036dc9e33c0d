import { probeNetwork } from '../network/probe-network.ts';
import type { NetworkReach } from './isolation-request.ts';
import { probeBubblewrap } from './probe-bubblewrap.ts';

/** Where what isolates is looked for; the system's own folders when absent. */
export interface IsolationPrograms {
  readonly bubblewrap?: string;
  readonly networkPrograms?: string;
}

/**
 * What a program sees on this machine although its isolation is `preferred`, in one sentence without a full stop;
 * `undefined` where it is isolated as asked. Tries that once per process.
 */
export async function findExposure(
  network: NetworkReach,
  { bubblewrap, networkPrograms }: IsolationPrograms = {},
): Promise<string | undefined> {
  // Side by side: what waits for it is a plan.
  const [isolates, guards] = await Promise.all([
    probeBubblewrap(bubblewrap),
    network !== 'guarded' || probeNetwork(networkPrograms),
  ]);
  if (!isolates) {
    return 'bubblewrap does not work here: what runs sees the files, processes and network of Trueup itself';
  }
  if (guards) return undefined;
  return 'slirp4netns does not work here: what runs reaches this machine and link-local addresses';
}
