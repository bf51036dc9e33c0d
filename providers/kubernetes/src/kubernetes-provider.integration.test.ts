import { readFileSync } from 'node:fs';
import { env } from 'node:process';

import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import type { ClusterAccess } from './client/cluster-access.ts';
import { clusterAbilities, openClusterFixture } from './testing/cluster-fixture.ts';

const access = realCluster();

describe.runIf(access)('on a real API server', () => {
  if (!access) return;
  describeProvider('by lists', () => openClusterFixture(access, false), clusterAbilities);
  describeProvider('by watches', () => openClusterFixture(access, true), clusterAbilities);
});

/** What the test bed's `cluster start` prints. */
function realCluster(): ClusterAccess | undefined {
  const { TRUEUP_CLUSTER_SERVER: server, TRUEUP_CLUSTER_TOKEN: token } = env;
  const { TRUEUP_CLUSTER_CA: authority } = env;
  if (!server || !token || !authority) return undefined;
  return {
    server: new URL(server),
    tls: { ca: readFileSync(authority, 'utf8'), insecure: false },
    credential: { kind: 'token', token },
    namespace: 'default',
  };
}
