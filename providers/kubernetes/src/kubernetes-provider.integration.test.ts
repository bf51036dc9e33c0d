import { env } from 'node:process';

import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe } from 'vitest';

import { clusterAbilities, openClusterFixture } from './testing/cluster-fixture.ts';
import { describeCluster } from './testing/describe-cluster.ts';
import { describeHonesty } from './testing/describe-honesty.ts';
import { realCluster } from './testing/real-cluster.ts';

const access = realCluster(env);

describe.runIf(access)('on a real API server', () => {
  if (!access) return;
  describeProvider('by lists', () => openClusterFixture(access, false), clusterAbilities);
  describeProvider('by watches', () => openClusterFixture(access, true), clusterAbilities);
});

describe.runIf(access)('on a real API server, case by case', () => {
  if (!access) return;
  describeHonesty(() => access, { seed: 2, cases: 40 });
  describeCluster('kubernetes', () => access, { validates: true });
});
