import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { env } from 'node:process';

import type { Delivery, ForgeHint, WebhookRequest } from '@trueup/forge-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openSetting } from '../testing/real-fixture.ts';
import { RealGitea } from '../testing/real-gitea.ts';
import { createRealStage } from '../testing/real-stage.ts';
import { readDelivery } from './read-delivery.ts';

const { TRUEUP_FORGE_URL: url, TRUEUP_FORGE_USER: user, TRUEUP_FORGE_TOKEN: token } = env;
const access = url && user && token ? { url, user, token } : undefined;
const secret = 'a secret of this test';

describe.runIf(access)('what a real Gitea sends', () => {
  const received: WebhookRequest[] = [];
  let server: Server;
  let stage: ReturnType<typeof createRealStage>;
  let path: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([header, value]) => [header, String(value)]),
        );
        received.push({ headers, body: Buffer.concat(chunks) });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    if (!access) return;
    const gitea = new RealGitea(access);
    const { organisation } = await openSetting(gitea);
    const name = gitea.unique('hooked');
    path = `${organisation}/${name}`;
    const { port } = server.address() as AddressInfo;
    const body = { name, private: true, auto_init: true, default_branch: 'main' };
    await gitea.ask({ method: 'POST', path: `/orgs/${organisation}/repos`, body });
    await gitea.ask({
      method: 'POST',
      path: `/repos/${path}/hooks`,
      body: {
        type: 'gitea',
        active: true,
        events: [
          'push',
          'delete',
          'pull_request',
          'pull_request_sync',
          'pull_request_comment',
          'pull_request_review',
          'status',
          'issue_comment',
          'wiki',
          'repository',
        ],
        config: { url: `http://127.0.0.1:${port}/`, content_type: 'json', secret },
      },
    });
    stage = createRealStage({ gitea, organisation, path });
  });
  afterAll(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });

  it('is read as hints to what happened, and as nothing without the secret', async () => {
    const [author, reviewer] = [await stage.user('dev'), await stage.user('dev')];
    await stage.grant(author, 'write');
    await stage.grant(reviewer, 'write');
    const commit = await stage.commit({ branch: 'feature/a' });
    const number = await stage.open({ author, source: 'feature/a' });
    await stage.comment({ number, author, body: 'Ping.' });
    await stage.review({ number, author: reviewer, verdict: 'approved' });
    await stage.check({ commit, name: 'ci/test', state: 'passed' });
    await stage.check({ commit, name: 'trueup/plan', state: 'passed' });
    await stage.close(number);
    await stage.deleteBranch('feature/a');
    const repository = path;
    const expected: readonly ForgeHint[] = [
      { kind: 'branch', repository, branch: 'feature/a' },
      { kind: 'merge-request', repository, number, about: 'merge-request' },
      { kind: 'merge-request', repository, number, about: 'comments' },
      { kind: 'merge-request', repository, number, about: 'reviews' },
      { kind: 'commit', repository, commit },
    ];

    await expect
      .poll(() => received.map((one) => one.headers['x-gitea-event']), { timeout: 30_000 })
      .toContain('delete');

    const deliveries = received.map((request) => readDelivery(request, ['another', secret]));
    const hints = deliveries.flatMap((one) => (one.kind === 'hints' ? one.hints : []));
    expect(deliveries.filter(({ kind }) => kind === 'refused')).toEqual([]);
    for (const hint of expected) expect(hints).toContainEqual(hint);
    expect(new Set(hints.map((hint) => JSON.stringify(hint))).size).toBe(expected.length);
    for (const request of received) {
      const refused: Delivery = { kind: 'refused', reason: 'wrong-signature' };
      expect(readDelivery(request, ['another'])).toEqual(refused);
    }
  });
});
