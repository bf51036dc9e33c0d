import { afterAll, beforeAll, describe } from 'vitest';

import { type Sandbox, startSandbox } from './start-sandbox.ts';
import {
  describeApiServer,
  describeCluster,
  describeExpiry,
} from './testing/describe-api-server.ts';

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

describe('a sandbox that forgets fast', () => {
  let sandbox: Sandbox;
  let timer: NodeJS.Timeout;

  beforeAll(async () => {
    sandbox = await startSandbox({ controllers: false });
    timer = setInterval(() => sandbox.compact(), 20);
  });

  afterAll(async () => {
    clearInterval(timer);
    await sandbox.close();
  });

  describeExpiry('as the contract asks', () => ({ url: sandbox.url, token: 'anything' }));
});
