import { readText } from '@trueup/diagnostics';
import type { ApiKind, KubernetesClient } from '../kubernetes-client.ts';
import { discoverKinds } from './discover-kinds.ts';
import type { HttpConnection } from './http-connection.ts';
import { toNoApiServer } from './no-api-server.ts';
import { apiVersionOf } from './object-path.ts';
import { unlessMissing } from './unless-missing.ts';
import { untilAborted } from './until-aborted.ts';

interface Known {
  readonly kinds: ReadonlyMap<string, ApiKind>;
  readonly kubernetesVersion: string;
}

/**
 * Remembers what the server knows, and asks anew when something is not among it. Asking belongs to
 * all who wait, so only `closing` gives it up.
 */
export function keepDiscovery(
  connection: HttpConnection,
  closing: AbortSignal,
): Pick<KubernetesClient, 'capabilities' | 'findKind' | 'listKinds'> {
  let known: Promise<Known> | undefined;

  function refresh(): Promise<Known> {
    const answer = discover(connection, closing);
    known = answer;
    // What failed is asked for again by the next one.
    answer.catch(() => {
      if (known === answer) known = undefined;
    });
    return answer;
  }

  const kept = (signal: AbortSignal) => untilAborted(known ?? refresh(), signal);
  return {
    async findKind({ group, kind, version }, signal) {
      const before = known;
      const name = `${kind}.${group}`;
      const found = (await kept(signal)).kinds.get(name);
      const isServed = version === undefined || found?.versions.includes(version);
      if ((found && isServed) || !before) return found;
      // Others may have asked anew in the meantime.
      const anew = known === before || !known ? refresh() : known;
      return (await untilAborted(anew, signal)).kinds.get(name);
    },
    listKinds: async (signal) => [...(await kept(signal)).kinds.values()],
    async capabilities(signal) {
      const { kinds, kubernetesVersion } = await kept(signal);
      const names = [...kinds.values()].flatMap((one) =>
        one.versions.flatMap((version) => {
          const apiVersion = apiVersionOf(one, version);
          return [apiVersion, `${apiVersion}/${one.kind}`];
        }),
      );
      return { kubernetesVersion, apiVersions: [...new Set(names)].sort() };
    },
  };
}

async function discover(connection: HttpConnection, signal: AbortSignal): Promise<Known> {
  const asking = { method: 'GET', canRepeat: true, purpose: 'discover', signal } as const;
  const [kinds, version] = await Promise.all([
    discoverKinds((path, accept) =>
      unlessMissing(() => connection.call({ ...asking, path, accept })),
    ),
    connection.call({ ...asking, path: '/version' }),
  ]).catch((error: unknown) => {
    throw toNoApiServer(error);
  });
  return {
    kinds: new Map(kinds.map((one) => [`${one.kind}.${one.group}`, one])),
    kubernetesVersion: readText(version, 'gitVersion') ?? 'v1.0.0',
  };
}
