import { describe } from 'vitest';

import { realCluster } from './testing/api-client.ts';
import { describeCluster } from './testing/describe-api-server.ts';

const server = realCluster(process.env);

describe.runIf(server)('a real cluster', () => {
  describeCluster('as the contract asks', () => server ?? { url: '', token: '' });
});
