import { readFileSync } from 'node:fs';

import type { ClusterAccess } from '../client/cluster-access.ts';

/** What the test bed's `cluster start` prints; `undefined` when it says nothing about a server. */
export function realCluster(
  environment: Readonly<Record<string, string | undefined>>,
): ClusterAccess | undefined {
  const { TRUEUP_CLUSTER_SERVER: server, TRUEUP_CLUSTER_TOKEN: token } = environment;
  const { TRUEUP_CLUSTER_CA: authority } = environment;
  if (!server || !token || !authority) return undefined;
  return {
    server: new URL(server),
    tls: { ca: readFileSync(authority, 'utf8'), insecure: false },
    credential: { kind: 'token', token },
    namespace: 'default',
  };
}
