import { describe } from 'vitest';

import { realServer } from './testing/api-client.ts';
import { describeApiServer } from './testing/describe-api-server.ts';

const server = realServer(process.env);

describe.runIf(server)('a real API server', () => {
  describeApiServer('as the contract asks', () => server ?? { url: '', token: '' });
});
