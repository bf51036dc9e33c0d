import { afterEach, describe, expect, it } from 'vitest';

import { type Answer, ApiServer, sendJson } from '../testing/api-server.ts';

const signal = new AbortController().signal;
const open: ApiServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function serve(answer: Answer): ApiServer {
  const server = new ApiServer(answer);
  open.push(server);
  return server;
}

describe('what is no API server', () => {
  it.each<readonly [string, Answer]>([
    [
      'a page',
      (_asked, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<html>hunter2</html>');
      },
    ],
    [
      'nothing',
      (_asked, response) => {
        response.statusCode = 404;
        response.end('<html>hunter2</html>');
      },
    ],
  ])('and answers with %s is told so', async (_what, answer) => {
    const client = await serve(answer).connect();
    const told = {
      code: 'KUBERNETES_NO_API_SERVER',
      message: expect.not.stringContaining('hunter2'),
    };

    await expect(client.identify(signal)).rejects.toMatchObject(told);
    await expect(client.capabilities(signal)).rejects.toMatchObject(told);
  });
});

describe('discovery', () => {
  const resource = (kind: string, name: string) => ({
    resource: name,
    responseKind: { kind },
    scope: 'Namespaced',
    verbs: ['list'],
  });
  const aggregated = (groups: readonly unknown[]) => ({
    kind: 'APIGroupDiscoveryList',
    items: groups,
  });
  const known = new Map<string, unknown>([
    ['/base/version', { gitVersion: 'v1.35.4' }],
    [
      '/base/api',
      aggregated([
        { metadata: {}, versions: [{ version: 'v1', resources: [resource('Pod', 'pods')] }] },
      ]),
    ],
    [
      '/base/apis',
      aggregated([
        {
          metadata: { name: 'apps' },
          versions: ['v1', 'v1beta1'].map((version) => ({
            version,
            resources: [resource('Deployment', 'deployments')],
          })),
        },
      ]),
    ],
  ]);

  it('takes three requests, and another three when a kind or version is new', async () => {
    const server = serve(({ url }, response) => sendJson(response, known.get(url.pathname)));
    const client = await server.connect();
    const find = (kind: string, version?: string) =>
      client.findKind({ group: 'apps', kind, version }, signal);

    expect(await find('Deployment', 'v1beta1')).toMatchObject({ versions: ['v1', 'v1beta1'] });
    await Promise.all([find('Deployment'), client.capabilities(signal), client.listKinds(signal)]);
    expect(server.asked).toHaveLength(3);

    expect(await find('Unheard')).toBeUndefined();
    expect(server.asked).toHaveLength(6);
    await find('Deployment', 'v2');
    expect(server.asked).toHaveLength(9);
  });

  it('asks group by group where the server does not list all as one', async () => {
    const legacy = new Map<string, unknown>([
      ['/base/version', {}],
      ['/base/api', { kind: 'APIVersions', versions: ['v1'] }],
      [
        '/base/apis',
        {
          kind: 'APIGroupList',
          groups: [
            {
              name: 'apps',
              preferredVersion: { version: 'v1' },
              versions: [{ version: 'v1beta1' }, { version: 'v1' }],
            },
          ],
        },
      ],
      [
        '/base/api/v1',
        { resources: [{ kind: 'Pod', name: 'pods', namespaced: true, verbs: ['get'] }] },
      ],
      [
        '/base/apis/apps/v1',
        {
          resources: [
            { kind: 'Deployment', name: 'deployments', verbs: [] },
            { kind: 'Deployment', name: 'deployments/status', verbs: [] },
          ],
        },
      ],
      [
        '/base/apis/apps/v1beta1',
        { resources: [{ kind: 'Deployment', name: 'deployments', verbs: [] }] },
      ],
    ]);
    const server = serve(({ url }, response) => sendJson(response, legacy.get(url.pathname)));
    const client = await server.connect();

    const kinds = await client.listKinds(signal);

    expect(kinds.map(({ kind, versions }) => `${kind} ${versions.join()}`)).toEqual([
      'Pod v1',
      'Deployment v1,v1beta1',
    ]);
  });
});
