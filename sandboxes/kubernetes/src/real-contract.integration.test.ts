import { describe } from 'vitest';

import { realServer } from './testing/api-client.ts';
import { describeApiServer } from './testing/describe-api-server.ts';

// biome-ignore lint/style/noProcessEnv: a test bed says where its server is.
const server = realServer(process.env);

describe.runIf(server)('a real API server', () => {
  describeApiServer('as the contract asks', () => server ?? { url: '', token: '' });
});
