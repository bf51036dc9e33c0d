import { findProgram } from '../find-program.ts';
import { systemPath } from '../launch-command.ts';
import { confinements, type NetworkPrograms, openNetwork } from './open-network.ts';

/**
 * Tries once per process whether programs can have a guarded network here: it needs slirp4netns, `ip`
 * (iproute2), `unshare` and `nsenter` (util-linux), user namespaces and /dev/net/tun. `undefined`
 * when they cannot.
 */
export async function probeNetwork(
  searchPath: string = systemPath,
): Promise<NetworkPrograms | undefined> {
  const known = probes.get(searchPath) ?? probe(searchPath);
  probes.set(searchPath, known);
  return await known;
}

/** A fact about the machine, which does not change while we run. */
const probes = new Map<string, Promise<NetworkPrograms | undefined>>();

const names = ['unshare', 'nsenter', 'ip', 'slirp4netns'] as const;

async function probe(searchPath: string): Promise<NetworkPrograms | undefined> {
  const paths = await Promise.all(names.map((name) => findProgram(name, searchPath)));
  const [unshare, nsenter, ip, slirp4netns] = paths;
  if (!(unshare && nsenter && ip && slirp4netns)) return undefined;
  for (const confinement of confinements) {
    const programs = { unshare, nsenter, ip, slirp4netns, confinement };
    if (await works(programs)) return programs;
  }
  return undefined;
}

async function works(programs: NetworkPrograms): Promise<boolean> {
  try {
    const network = await openNetwork([], programs, new AbortController().signal);
    await network.close();
    return true;
  } catch {
    return false;
  }
}
