import { describeProvider } from '@trueup/provider-sdk/testing';
import { type Sandbox, startSandbox } from '@trueup/sandbox-kubernetes';
import { afterAll, beforeAll, describe } from 'vitest';

import type { ClusterAccess } from './client/cluster-access.ts';
import { clusterAbilities, openClusterFixture } from './testing/cluster-fixture.ts';
import { describeCluster } from './testing/describe-cluster.ts';
import { describeHonesty } from './testing/describe-honesty.ts';

describe('on a sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  const access = (): ClusterAccess => ({
    server: new URL(sandbox.url),
    tls: { insecure: false },
    credential: { kind: 'token', token: 'sandbox' },
    namespace: 'default',
  });

  describeProvider('by lists', () => openClusterFixture(access(), false), clusterAbilities);
  describeProvider('by watches', () => openClusterFixture(access(), true), clusterAbilities);
  describeCluster('case by case', access, { validates: false });
  describeHonesty(access, { seed: 1, cases: 200 });
});
