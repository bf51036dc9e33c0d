import { describe } from 'vitest';

import { type ApiServer, ask, realCluster } from './testing/api-client.ts';
import { describeCluster } from './testing/describe-api-server.ts';

const server = realCluster(process.env);
const isRequired = process.env['TRUEUP_REQUIRE']?.split(',').includes('kubernetes') === true;
// A server that was started alone has no nodes, and nobody who would do what is awaited.
const isWhole = server !== undefined && (isRequired || (await hasNodes(server)));

describe.runIf(isWhole)('a real cluster', () => {
  describeCluster('as the contract asks', () => server ?? { url: '', token: '' });
});

async function hasNodes(cluster: ApiServer): Promise<boolean> {
  const { body } = await ask(cluster, { method: 'GET', path: '/api/v1/nodes?limit=1' });
  const { items = [] } = (body ?? {}) as { readonly items?: readonly unknown[] };
  return items.length > 0;
}
