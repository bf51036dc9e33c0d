import { afterAll, beforeAll, describe } from 'vitest';

import { type Sandbox, startSandbox } from './start-sandbox.ts';
import { describeApiServer } from './testing/describe-api-server.ts';

describe('the sandbox', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    // The real server that answered first had no controllers either.
    sandbox = await startSandbox({ controllers: false });
  });

  afterAll(() => sandbox.close());

  describeApiServer('as the contract asks', () => ({ url: sandbox.url, token: 'anything' }));
});
