import { connect } from 'node:net';

import { apiPrefix, describeApi, listRoutes } from '@trueup/api';
import { thingId } from '@trueup/control-plane/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ServerBench } from '../testing/server-bench.ts';

const shop = { repository: 'infra', stack: 'shop' };

let server: ServerBench;
let admin: string;

beforeAll(async () => {
  server = await ServerBench.open();
  await server.deploy();
  admin = await server.tokenOf('admin');
});

afterAll(() => server[Symbol.asyncDispose]());

/** Below `/api/v1`, as somebody would who does not have the client. */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${admin}`, ...Object(init.headers) };
  return fetch(`${server.baseUrl}${apiPrefix}${path}`, { ...init, headers });
}

describe('an answer', () => {
  it('is what the document says, for all that can be looked at', async () => {
    const run = (await server.bench.runsOf('shop')).at(-1);
    const params = { ...shop, run: run?.id, plan: run?.plan?.id, rollout: run?.rollout };
    const changeSet = await server.proposeNothing();
    const names = { member: 'admin', token: 'none', secret: 'none', changeSet };
    // What lies in the built-in forge has a test of its own: none does here.
    const browsing: readonly string[] = ['branches', 'readPath', 'history'];
    const looks = listRoutes().filter(
      ({ method, stream, tag, name }) =>
        method === 'GET' && !stream && tag !== 'merge-requests' && !browsing.includes(name),
    );

    const statuses = await Promise.all(
      looks.map(async ({ name }) => {
        const query = name === 'explain' ? { resource: thingId('web'), path: 'spec.size' } : {};
        const input = { params: { ...params, ...names }, query };
        return `${name} ${(await server.request(name, input, admin)).status}`;
      }),
    );

    expect(statuses).toEqual(looks.map(({ name }) => `${name} 200`));
  });

  it('is what the document says, for all that can be done', async () => {
    const digest = (await server.bench.untilRun('shop', 'succeeded')).plan?.digest;
    const body = { reason: 'a test' };
    const members = { params: { member: 'eve' }, body: { grants: [{ role: 'viewer' }] } };
    const secrets = { params: { secret: 'db' }, body: { value: 'hush', uses: [] } };
    const repository = { body: { name: 'more', url: 'https://git.example.com/more.git' } };

    const answers = [
      await server.request('pause', { params: shop, body }, admin),
      await server.request('unpause', { params: shop }, admin),
      await server.request('putMember', members, admin),
      await server.request('createToken', { ...members, body: { label: 'x' } }, admin),
      await server.request('removeMember', members, admin),
      await server.request('putSecret', secrets, admin),
      await server.request('removeSecret', secrets, admin),
      await server.request('addRepository', repository, admin),
      await server.request('removeRepository', { params: { repository: 'more' } }, admin),
      await server.request('hintRepository', { params: shop }, admin),
      await server.request('apply', { params: shop }, admin),
    ];
    const late = await server.bench.untilRun('shop', 'succeeded');
    const refused = [
      await server.request('approve', { params: { run: late.id }, body: { digest } }, admin),
      await server.request('cancel', { params: { run: late.id } }, admin),
      await server.request('resume', { params: { run: late.id }, body: {} }, admin),
    ];

    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 200, 201, 204, 204, 204, 201, 204, 202, 201,
    ]);
    expect(refused.map(({ status }) => status)).toEqual([409, 409, 409]);
  });

  it('is not sent again to those who have it', async () => {
    const first = await ask('/stacks/infra/shop');
    const etag = first.headers.get('etag') ?? '';
    const same = await ask('/stacks/infra/shop', { headers: { 'if-none-match': etag } });
    await server.request('pause', { params: shop, body: { reason: 'a test' } }, admin);
    const other = await ask('/stacks/infra/shop', { headers: { 'if-none-match': etag } });

    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    expect([same.status, await same.text()]).toEqual([304, '']);
    expect(other.status).toBe(200);
    expect(other.headers.get('etag')).not.toBe(etag);
  });

  it('comes in pages that miss nothing', async () => {
    const client = await server.clientOf('admin');
    const whole = await client.audit({ query: { limit: 1000 } });
    const sequences: number[] = [];

    for (let after: string | undefined; ; ) {
      const page = await client.audit({ query: { limit: 2, ...(after && { after }) } });
      sequences.push(...page.items.map(({ sequence }) => sequence));
      after = page.next;
      if (after === undefined) break;
    }

    expect(whole.items.length).toBeGreaterThan(4);
    expect(sequences).toEqual(whole.items.map(({ sequence }) => sequence));
  });

  it('bears the headers that keep browsers from believing it', async () => {
    const { headers } = await ask('/actor');

    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });
});

describe('a request', () => {
  it.each<readonly [string, string, number, string]>([
    ['a limit of nothing', '/runs?limit=0', 400, 'INVALID_REQUEST'],
    ['a limit beyond bounds', '/runs?limit=1001', 400, 'INVALID_REQUEST'],
    ['a limit that is no number', '/runs?limit=1e2', 400, 'INVALID_REQUEST'],
    ['two limits', '/runs?limit=1&limit=2', 400, 'INVALID_REQUEST'],
    ['a word that is no flag', '/runs?ended=yes', 400, 'INVALID_REQUEST'],
    ['what nobody knows', '/runs?colour=red', 400, 'INVALID_REQUEST'],
    ['a member of every object', '/runs?__proto__=x', 400, 'INVALID_REQUEST'],
    ['a cursor of its own', '/runs?after=zzz', 400, 'STORE_BAD_CURSOR'],
    [
      'no path of a field',
      '/stacks/infra/shop/explanation?resource=a/b/c&path=..',
      400,
      'INVALID_REQUEST',
    ],
    ['no id of a resource', '/stacks/infra/shop/explanation?resource=%25', 400, 'INVALID_REQUEST'],
    ['a name that is too long', `/runs/${'x'.repeat(101)}`, 400, 'INVALID_REQUEST'],
    ['a path that cannot be read', '/runs/%E0%A4%A', 400, 'INVALID_REQUEST'],
    ['a name that is not even routed', `/runs/${'x'.repeat(301)}`, 400, 'INVALID_REQUEST'],
    ['a route that there is not', '/nothing', 404, 'NOT_FOUND'],
    ['a stack that there is not', '/stacks/infra/none', 404, 'NOT_FOUND'],
    ['a name that leads elsewhere', '/runs/..%2f..%2fmetrics', 404, 'NOT_FOUND'],
  ])('with %s is refused', async (_case, path, status, code) => {
    const response = await ask(path);

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code });
  });

  it.each<readonly [string, string, number]>([
    ['nothing', '', 400],
    ['no JSON', '{"grants"', 400],
    ['no object', '[]', 400],
    ['a member too many', '{"grants":[],"admin":true}', 400],
    ['a member of every object', '{"grants":[],"__proto__":{"role":"admin"}}', 400],
    ['another kind of value', '{"grants":"admin"}', 400],
    ['a role that there is not', '{"grants":[{"role":"root"}]}', 400],
    ['too much', JSON.stringify({ grants: [], groups: ['x'.repeat(70_000)] }), 413],
  ])('with a body of %s is refused', async (_case, body, status) => {
    const headers = { 'content-type': 'application/json' };
    const response = await ask('/members/eve', { method: 'PUT', body, headers });

    expect(response.status).toBe(status);
    expect((await (await ask('/members')).text()).includes('"eve"')).toBe(false);
  });

  it.each<readonly [string, string, string]>([
    ['POST', '/stacks', 'GET'],
    ['DELETE', '/stacks/infra/shop', 'GET'],
    ['GET', '/members/ada', 'DELETE, PUT'],
    ['HEAD', '/runs', 'GET'],
    ['OPTIONS', '/members/ada', 'DELETE, PUT'],
    ['PROPFIND', '/runs', 'GET'],
  ])('by %s to %s is told what the route takes', async (method, path, allow) => {
    const headers = { 'content-type': 'text/html' };
    const response = await ask(path, { method, headers });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    if (method === 'HEAD') return;
    expect(await response.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  });

  it('by a method to nothing finds nothing', async () => {
    const response = await ask('/nothing', { method: 'PROPFIND' });

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('to a probe is told what the probe takes', async () => {
    const response = await fetch(`${server.baseUrl}/healthz`, { method: 'POST' });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('of another type than JSON is refused', async () => {
    const headers = { 'content-type': 'text/plain' };
    const response = await ask('/members/eve', { method: 'PUT', body: '{"grants":[]}', headers });

    expect(response.status).toBe(415);
  });

  it('is told of all that is wrong with it, but never a value of it', async () => {
    const body = JSON.stringify({ value: ['hunter2'], uses: [{ kind: 'hunter2' }] });
    const headers = { 'content-type': 'application/json' };
    const path = `/secrets/${'x'.repeat(101)}`;
    const response = await ask(path, { method: 'PUT', body, headers });
    const text = await response.text();

    expect(text).toContain('"place":"params/secret"');
    expect(text).toContain('"place":"body/value"');
    expect(text).toContain('"place":"body/uses/0');
    expect(text).not.toContain('hunter2');
    expect(server.logged.join('')).not.toContain('hunter2');
  });

  it('may bring any body as a hint, which nobody reads', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'payload=%7B%7D';
    const response = await ask('/repositories/infra/hint', { method: 'POST', body, headers });

    expect(response.status).toBe(202);
  });

  it('that does not end is cut off without harm', async () => {
    const { hostname, port } = new URL(server.baseUrl);
    const socket = connect(Number(port), hostname);
    const head = `PUT ${apiPrefix}/secrets/db HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n`;
    const { promise, resolve } = Promise.withResolvers<string>();
    socket.once('data', (data) => resolve(data.toString()));

    socket.write(`${head}content-type: application/json\r\n\r\n{`);

    // Who has no token is not waited for.
    expect(await promise).toContain('401 Unauthorized');
    socket.destroy();
  });
});

describe('a failure of ours', () => {
  it('is told without its words, which may hold anything', async () => {
    await using own = await ServerBench.open();
    await own.deploy();
    const token = await own.tokenOf('admin');
    own.bench.crashAfter(1);
    await own.request('pause', { params: shop, body: { reason: 'the last write' } }, token);

    const response = await own.request('stacks', {}, token);
    const text = await response.text();

    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', detail: 'The server failed.' });
    expect(text).not.toContain('the process has ended');
    const log = own.logged.filter((line) => line.includes('a request failed')).join('');
    expect(log).toContain(JSON.parse(text).request);
    expect(log).toContain('bench-store.ts');
    expect(log).not.toContain('the process has ended');
  });
});

describe('wrong tokens', () => {
  it('are counted, and do not keep others out', async () => {
    await using own = await ServerBench.open({ failuresPerMinute: 3 });
    const token = await own.tokenOf('viewer');
    const wrong = () => own.request('actor', {}, 'wrong');

    const first = [await wrong(), await wrong(), await wrong()];
    const last = await wrong();
    const link = await own.request('redeemLink', { body: { link: 'x', member: 'eve' } });
    const right = await own.request('actor', {}, token);

    expect(first.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect([last.status, link.status, right.status]).toEqual([429, 429, 200]);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('probes', () => {
  const get = (path: string, token?: string) =>
    fetch(`${server.baseUrl}${path}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });

  it('tell whether the server is alive and ready', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({ ready: true });
  });

  it('show measurements to members only', async () => {
    const [anybody, member] = [await get('/metrics'), await get('/metrics', admin)];
    const text = await member.text();

    expect(anybody.status).toBe(401);
    expect(member.headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/trueup_http_request_duration_seconds_count\{[^}]*stacks/);
    expect(text).not.toContain('infra/shop');
  });

  it('say what the link of the first administrator is for', async () => {
    const response = await get('/welcome');

    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'sha256-");
    expect(await response.text()).toContain('trueup login');
  });

  it('tell everybody what can be asked', async () => {
    const response = await get(`${apiPrefix}/openapi.json`);

    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(describeApi())));
  });
});
