import { afterAll, beforeAll, describe } from 'vitest';

import { type Sandbox, startSandbox } from './start-sandbox.ts';
import { describeApiServer, describeCluster } from './testing/describe-api-server.ts';

describe('the sandbox', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    // The real server that answered first had no controllers either.
    sandbox = await startSandbox({ controllers: false });
  });

  afterAll(() => sandbox.close());

  describeApiServer('as the contract asks', () => ({ url: sandbox.url, token: 'anything' }));
});

describe('the sandbox with its controllers', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(() => sandbox.close());

  describeCluster('as the contract asks', () => ({ url: sandbox.url, token: 'anything' }));
});
