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

/** Everything is refused with a challenge. */
function stage() {
  const seen: OutboundRequest[] = [];
  const headers = new Map([['www-authenticate', 'Basic realm="x"']]);
  const outbound = {
    request: async (request: OutboundRequest) => {
      seen.push(request);
      return { status: 401, headers, url: request.url, body: new Uint8Array() };
    },
  };
  const credentials = async () =>
    ({ kind: 'password', username: 'a', password: 'hunter2' }) as const;
  const session = createRegistrySession({ outbound: outbound as unknown as Outbound, credentials });
  return { seen, session };
}
