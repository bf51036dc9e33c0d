/** Signing in with a browser, and what others could try with its cookie. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ServerBench } from '../../testing/server-bench.ts';

const sessionUrl = '/api/v1/session';

let server: ServerBench;

beforeEach(async () => {
  server = await ServerBench.open();
});

afterEach(() => server[Symbol.asyncDispose]());

describe('signing in', () => {
  it('answers with who it is, and sets a cookie that no script reads and no other site sends', async () => {
    const token = await server.tokenOf('viewer');

    const response = await ask('POST', sessionUrl, { body: { token } });

    expect(response.status).toBe(201);
    expect(response.headers.get('set-cookie')).toMatch(
      /^trueup=trueup_[\w-]{43}; Path=\/; Max-Age=4(?:3200|31\d\d); HttpOnly; SameSite=Strict$/,
    );
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      name: 'viewer',
      grants: [{ role: 'viewer' }],
      session: { member: 'viewer', current: true },
    });
    expect(text).not.toContain('trueup_');
  });

  it('lets the browser ask as its member', async () => {
    const cookie = await signIn('viewer');

    const actor = await ask('GET', '/api/v1/actor', { cookie });
    const own = await ask('GET', sessionUrl, { cookie });
    const list = await ask('GET', '/api/v1/members/viewer/sessions', { cookie });

    expect(await actor.json()).toMatchObject({ kind: 'member', name: 'viewer' });
    expect(await own.json()).toMatchObject({ name: 'viewer', session: { current: true } });
    expect(await list.json()).toMatchObject({ items: [{ member: 'viewer', current: true }] });
  });

  it('is refused for what is no token, and told to nobody who asks too often', async () => {
    await using own = await ServerBench.open({ failuresPerMinute: 3 });
    const token = await own.tokenOf('viewer');
    const wrong = { token: `trueup_${'x'.repeat(43)}` };
    const attempt = (body: object) => own.request('signIn', { body });

    const statuses: number[] = [];
    for (let tries = 0; tries < 5; tries++) statuses.push((await attempt(wrong)).status);

    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await attempt({ token })).status).toBe(429);
    expect(own.logged.join('')).not.toContain(wrong.token);
  });

  it('is not counted where a page asks that nobody is signed in with', async () => {
    await using own = await ServerBench.open({ failuresPerMinute: 2 });
    const token = await own.tokenOf('viewer');

    for (let tries = 0; tries < 5; tries++) await own.request('actor', {});

    expect((await own.request('signIn', { body: { token } })).status).toBe(201);
  });

  it('marks the cookie as Secure where the server is reached by TLS', async () => {
    await using own = await ServerBench.open({ publicUrl: 'https://trueup.example.com' });
    const token = await own.tokenOf('viewer');

    const headers = { origin: 'https://trueup.example.com', 'sec-fetch-site': 'same-origin' };
    const response = await own.request('signIn', { body: { token }, headers });

    const set = response.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^__Host-trueup=.*; HttpOnly; SameSite=Strict; Secure$/);
    const cookie = set.slice(0, set.indexOf(';'));
    expect((await own.request('actor', { headers: { cookie } })).status).toBe(200);
    // One that was set without encryption is not looked at.
    const planted = { cookie: cookie.replace('__Host-', '') };
    expect((await own.request('actor', { headers: planted })).status).toBe(401);
  });
});

describe('signing out', () => {
  it('ends the session, so that a stolen cookie is worth nothing', async () => {
    const cookie = await signIn('viewer');

    const out = await ask('DELETE', sessionUrl, { cookie });
    const after = await ask('GET', '/api/v1/actor', { cookie });

    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^trueup=; Path=\/; Max-Age=0;/);
    expect(after.status).toBe(401);
    expect(after.headers.get('set-cookie')).toContain('Max-Age=0');
  });

  it('is possible for other browsers of the member', async () => {
    const [cookie, stolen] = [await signIn('viewer'), await signIn('viewer')];
    const listed = await ask('GET', '/api/v1/members/viewer/sessions', { cookie });
    const { items } = (await listed.json()) as { items: { id: string; current?: true }[] };
    const other = items.find(({ current }) => !current)?.id ?? '';

    const ended = await ask('DELETE', `/api/v1/members/viewer/sessions/${other}`, { cookie });

    expect(ended.status).toBe(204);
    expect((await ask('GET', sessionUrl, { cookie: stolen })).status).toBe(401);
    expect((await ask('GET', sessionUrl, { cookie })).status).toBe(200);
  });

  it('is nothing for a token', async () => {
    const token = await server.tokenOf('viewer');

    expect((await server.request('signOut', {}, token)).status).toBe(404);
    expect((await server.request('actor', {}, token)).status).toBe(200);
  });
});

describe('a cookie', () => {
  it('is of no use to pages of other servers, neighbours of the same site included', async () => {
    const cookie = await signIn('admin');
    const body = { grants: [{ role: 'admin' }] };
    const evil = [
      { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' },
      { origin: server.baseUrl.replace(/:\d+$/, ':1'), 'sec-fetch-site': 'same-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { origin: `${server.baseUrl}.evil.example.com` },
      { origin: server.baseUrl.replace('http:', 'https:') },
      { origin: server.baseUrl, 'sec-fetch-site': 'same-site' },
      // Browsers name the origin of every write.
      {},
    ];

    for (const headers of evil) {
      const put = { cookie, headers, body, own: false };
      const response = await ask('PUT', '/api/v1/members/eve', put);
      expect([response.status, headers]).toEqual([403, headers]);
      expect(await response.json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
      const read = { cookie, headers: { 'sec-fetch-site': 'cross-site' }, own: false };
      expect((await ask('GET', '/api/v1/members', read)).status).toBe(403);
    }

    expect((await server.bench.admin.members()).map(({ name }) => name)).not.toContain('eve');
    expect((await ask('PUT', '/api/v1/members/eve', { cookie, body })).status).toBe(200);
  });

  it('is not signed in with by a page of another server', async () => {
    const token = await server.tokenOf('viewer');
    const headers = { origin: 'https://evil.example.com' };

    const response = await ask('POST', sessionUrl, { body: { token }, headers, own: false });

    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('cannot be fixed by somebody else before: signing in makes another one', async () => {
    const planted = `trueup=trueup_${'a'.repeat(43)}`;
    const token = await server.tokenOf('viewer');

    const response = await ask('POST', sessionUrl, { body: { token }, cookie: planted });

    expect(response.headers.get('set-cookie')).not.toContain(planted);
    expect((await ask('GET', sessionUrl, { cookie: planted })).status).toBe(401);
  });

  it('of somebody else that was planted ends as its browser signs in', async () => {
    const evil = await signIn('developer');
    const token = await server.tokenOf('viewer');

    await ask('POST', sessionUrl, { body: { token }, cookie: evil });

    expect((await ask('GET', sessionUrl, { cookie: evil })).status).toBe(401);
  });

  it('counts once: two of one name are none', async () => {
    const cookie = await signIn('viewer');

    const twice = `${cookie}; trueup=trueup_${'a'.repeat(43)}`;

    expect((await ask('GET', sessionUrl, { cookie: twice })).status).toBe(401);
    expect((await ask('GET', sessionUrl, { cookie: `a=b; ${cookie}; c=d` })).status).toBe(200);
  });

  it('gives way to a token', async () => {
    const cookie = await signIn('admin');
    const headers = { authorization: `Bearer ${await server.tokenOf('viewer')}` };

    const response = await ask('GET', '/api/v1/actor', { cookie, headers });

    expect(await response.json()).toMatchObject({ name: 'viewer' });
    const wrong = { authorization: 'Bearer wrong' };
    expect((await ask('GET', '/api/v1/actor', { cookie, headers: wrong })).status).toBe(401);
  });

  it('has expired when its time is over, whatever the browser says', async () => {
    const cookie = await signIn('viewer');

    server.bench.shiftClock(8 * 24 * 3600_000);

    expect((await ask('GET', sessionUrl, { cookie })).status).toBe(401);
  });

  it('means nothing to git, to webhooks and to measurements', async () => {
    const cookie = await signIn('admin');

    const places = [
      ['GET', '/git/shop/gitops.git/info/refs?service=git-upload-pack'],
      ['GET', '/metrics'],
      ['POST', '/api/v1/webhooks/infra'],
    ] as const;
    const statuses = await Promise.all(
      places.map(async ([method, path]) => (await ask(method, path, { cookie })).status),
    );

    expect(statuses).toEqual([401, 401, 401]);
  });

  it('may no more than its member: the one decision function is asked', async () => {
    const cookie = await signIn('viewer');

    const response = await ask('GET', '/api/v1/members', { cookie });

    expect(response.status).toBe(403);
  });

  it('makes no token that would outlive it, unless its member proves who it is', async () => {
    const cookie = await signIn('developer');
    const own = await server.tokenOf('developer');
    const other = await server.tokenOf('viewer');
    const body = { label: 'kept' };
    const make = (more: object) =>
      ask('POST', '/api/v1/members/developer/tokens', { cookie, body: { ...body, ...more } });

    const refused = await make({});

    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'PROOF_REQUIRED' });
    expect((await make({ proof: other })).status).toBe(403);
    expect((await make({ proof: `trueup_${'x'.repeat(43)}` })).status).toBe(403);
    expect((await make({ proof: own })).status).toBe(201);
    // A token is proof itself.
    const params = { member: 'developer' };
    expect((await server.request('createToken', { params, body }, own)).status).toBe(201);
  });

  it('ends its live events as it is signed out', async () => {
    await using own = await ServerBench.open({ heartbeatMs: 20 });
    const headers = { origin: own.baseUrl };
    const body = { token: await own.tokenOf('viewer') };
    const signedIn = await own.request('signIn', { body, headers });
    const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';', 1);
    const events = await fetch(`${own.baseUrl}/api/v1/events`, { headers: { cookie } });
    expect(own.openStreams).toBe(1);

    await own.request('signOut', { headers: { ...headers, cookie } });

    // It ends by itself: else this never would.
    await events.text().catch(() => undefined);
    expect(own.openStreams).toBe(0);
  });
});

interface AskOptions {
  readonly cookie?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it is sent as a browser does for our own page. True if absent. */
  readonly own?: boolean;
}

function ask(method: string, path: string, options: AskOptions = {}): Promise<Response> {
  const { cookie, body, headers, own = true } = options;
  const page = { origin: server.baseUrl, 'sec-fetch-site': 'same-origin' };
  return fetch(`${server.baseUrl}${path}`, {
    method,
    headers: {
      ...(own && method !== 'GET' && page),
      ...(cookie !== undefined && { cookie }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** Answers with the cookie, as a browser sends it. */
async function signIn(role: 'admin' | 'viewer' | 'developer'): Promise<string> {
  const response = await ask('POST', sessionUrl, { body: { token: await server.tokenOf(role) } });
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';', 1);
  return cookie;
}
