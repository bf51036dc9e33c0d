import type { Outbound, OutboundRequest } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { createRegistryClient } from './create-registry-client.ts';
import { createRegistrySession } from './registry-session.ts';

const signal = new AbortController().signal;

describe('a session', () => {
  it.each([
    ['docker.io', 'https://registry-1.docker.io/v2/a/manifests/b'],
    ['registry.example.com:443', 'https://registry.example.com/v2/a/manifests/b'],
    ['registry.example.com:5000', 'https://registry.example.com:5000/v2/a/manifests/b'],
  ])('reaches %s with its login', async (host, url) => {
    const { seen, session } = stage();

    await session.send(
      { place: { host, repository: 'a' }, path: 'manifests/b', maxBytes: 1 },
      signal,
    );

    expect(seen.map((one) => [one.url, one.headers?.['authorization']])).toEqual([
      [url, undefined],
      [url, 'Basic YTpodW50ZXIy'],
    ]);
  });

  it('takes no login to where a registry sends uploads', async () => {
    const { seen, session } = stage();
    const place = { host: 'registry.example.com', repository: 'a' };
    const path = session.resolve(
      place,
      'https://storage.example.com/x',
      'https://registry.example.com/',
    );

    await session.send({ place, path, method: 'PUT', maxBytes: 1 }, signal);

    expect(seen.map((one) => [one.url, one.headers?.['authorization']])).toEqual([
      ['https://storage.example.com/x', undefined],
    ]);
  });

  it('answers no challenge of what a registry redirects to', async () => {
    const { seen, session } = stage('https://storage.example.com/x');
    const place = { host: 'registry.example.com', repository: 'a' };

    const { status } = await session.send({ place, path: 'blobs/b', maxBytes: 1 }, signal);

    expect(status).toBe(401);
    expect(seen.map(({ headers }) => headers?.['authorization'])).toEqual([undefined]);
  });

  it.each([undefined, 'http://registry.example.com/x', 'ftp://a/x', 'https://a:b@c/x'])(
    'goes on nowhere by %s',
    (location) => {
      const { session } = stage();
      const place = { host: 'registry.example.com', repository: 'a' };

      expect(() => session.resolve(place, location, 'https://registry.example.com/')).toThrow(
        'names no address',
      );
    },
  );
});

describe('a list', () => {
  it.each([
    'https://elsewhere.example.com/v2/a/tags/list?last=x',
    'http://registry.example.com/v2/a/tags/list?last=x',
  ])('does not go on at %s', async (next) => {
    const listing = listOnePage(`<${next}>; rel="next"`);

    await expect(listing).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  });

  it('ends, however often it goes on', async () => {
    const listing = listOnePage('</v2/a/tags/list?last=x>; rel="next"');

    await expect(listing).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: expect.stringContaining('too many pages'),
    });
  });
});

describe('a token', () => {
  it.each([
    ['is used until shortly before it runs out', 300, 280, 1],
    ['is asked for anew when it is about to run out', 300, 295, 2],
    ['lives a minute where nobody says how long', undefined, 40, 1],
    ['is asked for anew after a minute where nobody says how long', undefined, 55, 2],
    ['lives a minute at least', 1, 40, 1],
  ])('%s', async (_name, seconds, after, asked) => {
    const clock = { seconds: 1_000_000 };
    // By the clock of the service it ran out long ago.
    const token = { token: 't', expires_in: seconds, issued_at: '1999-01-01T00:00:00Z' };
    const { session, count } = stageTokens(token, () => clock.seconds * 1000);
    const ask = {
      place: { host: 'registry.example.com', repository: 'a' },
      path: 'manifests/b',
      maxBytes: 1,
    };
    await session.send(ask, signal);
    clock.seconds += after;

    await session.send(ask, signal);

    expect(count()).toBe(asked);
  });
});

function stageTokens(token: object, now: () => number) {
  let asked = 0;
  const challenge = 'Bearer realm="https://auth.example.com/token",service="x"';
  const outbound = {
    request: async ({ url, headers }: OutboundRequest) => {
      const isToken = url.startsWith('https://auth.example.com/');
      if (isToken) asked += 1;
      const status = isToken || headers?.['authorization'] ? 200 : 401;
      const answered = new Map([['www-authenticate', challenge]]);
      return { status, headers: answered, url, body: Buffer.from(JSON.stringify(token)) };
    },
  };
  const session = createRegistrySession({ outbound: outbound as unknown as Outbound, now });
  return { session, count: () => asked };
}

/** Each page is the same one. */
function listOnePage(link: string): Promise<readonly string[]> {
  const outbound = {
    request: async ({ url }: OutboundRequest) => {
      const body = Buffer.from('{"tags":["a"]}');
      return { status: 200, headers: new Map([['link', link]]), url, body };
    },
  };
  const client = createRegistryClient({ outbound: outbound as unknown as Outbound });
  return client.listTags({ host: 'registry.example.com', repository: 'a' }, signal);
}

/** Everything is refused with a challenge, by the one that was asked or by where it redirects to. */
function stage(redirected?: string) {
  const seen: OutboundRequest[] = [];
  const headers = new Map([['www-authenticate', 'Basic realm="x"']]);
  const outbound = {
    request: async (request: OutboundRequest) => {
      seen.push(request);
      return { status: 401, headers, url: redirected ?? request.url, body: new Uint8Array() };
    },
  };
  const credentials = async () =>
    ({ kind: 'password', username: 'a', password: 'hunter2' }) as const;
  const session = createRegistrySession({ outbound: outbound as unknown as Outbound, credentials });
  return { seen, session };
}
