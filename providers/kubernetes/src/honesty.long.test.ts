import { env } from 'node:process';

import { type Sandbox, startSandbox } from '@trueup/sandbox-kubernetes';
import { afterAll, beforeAll, describe } from 'vitest';

import type { ClusterAccess } from './client/cluster-access.ts';
import { describeHonesty, type HonestyOptions } from './testing/describe-honesty.ts';
import { realCluster } from './testing/real-cluster.ts';

const real = realCluster(env);
const quarter = 15 * 60_000;

/** A story that failed can be played alone: `TRUEUP_STORY=200012`. */
const story = env['TRUEUP_STORY'];

function thousands(seed: number): HonestyOptions {
  const all = { seed, cases: 2400, lanes: 2, timeoutMs: quarter };
  return story === undefined ? all : { ...all, story: Number(story) };
}

describe('on a sandbox, for long', () => {
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

  describeHonesty(access, thousands(2));
});

describe.runIf(real)('on a real API server, for long', () => {
  if (real) describeHonesty(() => real, thousands(3));
});
