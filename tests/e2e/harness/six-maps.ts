/** A stack of six ConfigMaps: enough that the loss of some of them stands out. */
import type { Files } from './git-remote.ts';
import type { Installation } from './installation.ts';
import { configMap, project } from './manifests.ts';

export const sixNames: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'];

/** The stack `shop`. */
export function sixMaps({ namespace, cluster }: Installation): Readonly<Record<string, string>> {
  const maps = sixNames.map(
    (name) => [`shop/${name}.yaml`, configMap(namespace, name, 'one')] as const,
  );
  return { 'trueup.yaml': project({ context: cluster.context }), ...Object.fromEntries(maps) };
}

/** What takes these out of Git. */
export function without(names: readonly string[]): Files {
  return Object.fromEntries(names.map((name) => [`shop/${name}.yaml`, undefined]));
}

/** Those of the six that are in the cluster, and not on their way out. */
export async function presentIn(here: Installation): Promise<readonly string[]> {
  const found = await Promise.all(
    sixNames.map(async (name) => {
      const map = await here.get(`configmaps/${name}`);
      return map && map.metadata.deletionTimestamp === undefined ? [name] : [];
    }),
  );
  return found.flat();
}
