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
  if (!(await probeBubblewrap(bubblewrap))) {
    return 'bubblewrap does not work here: what runs sees the files, processes and network of Trueup itself';
  }
  if (network !== 'guarded' || (await probeNetwork(networkPrograms))) return undefined;
  return 'slirp4netns does not work here: what runs reaches this machine and link-local addresses';
}
