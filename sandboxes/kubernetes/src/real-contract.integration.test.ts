import { describe } from 'vitest';

import { realServer } from './testing/api-client.ts';
import { describeApiServer, describeExpiry } from './testing/describe-api-server.ts';

const server = realServer(process.env);

describe.runIf(server)('a real API server', () => {
  describeApiServer('as the contract asks', () => server ?? { url: '', token: '' });
});

// Other servers forget after minutes only.
describe.runIf(server && process.env['TRUEUP_BARE_FORGETS'])(
  'a real API server that forgets',
  () => {
    describeExpiry('as the contract asks', () => server ?? { url: '', token: '' });
  },
);
