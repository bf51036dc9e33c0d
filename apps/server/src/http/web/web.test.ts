/** What a browser is answered with: pages, files, and never anything else. */
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ServerBench } from '../../testing/server-bench.ts';
import { acceptedEncoding } from './accepted-encoding.ts';
import { openWebPages } from './web-pages.ts';

const page = '<!doctype html><title>Trueup</title>';
const script = 'console.log("trueup");'.repeat(100);
const html = { accept: 'text/html,application/xhtml+xml' };

let folder: string;
let server: ServerBench;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-web-'));
  const built = join(folder, 'dist');
  await mkdir(join(built, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'the key');
  await writeFile(join(built, 'index.html'), page);
  await writeFile(join(built, 'assets/index-4f5c1d9a.js'), script);
  await writeFile(join(built, 'assets/index-4f5c1d9a.js.br'), brotliCompressSync(script));
  await writeFile(join(built, 'assets/index-4f5c1d9a.js.gz'), gzipSync(script));
  await writeFile(join(built, 'settings.php'), 'strange');
  await symlink(join(folder, 'secret.txt'), join(built, 'leak.txt'));
  server = await ServerBench.open({ pages: openWebPages({ folder: built }) });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('the page', () => {
  it.each([
    '/',
    '/repositories/infra/stacks/shop',
    '/repositories/a%2Fb/merge-requests/7',
    '/rollouts/r1',
    '/drift?open=true',
    '/apiary',
    '//evil.example.com',
  ])('answers %s', async (path) => {
    const { status, headers, body } = await ask(path, html);

    expect([status, body.toString()]).toEqual([200, page]);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['location']).toBeUndefined();
  });

  it('may load nothing from elsewhere, and is framed by nobody', async () => {
    const { headers } = await ask('/', html);

    expect(headers['content-security-policy']).toBe(
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'",
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  });

  it('is not sent again to who has it', async () => {
    const first = await ask('/', html);

    const again = await ask('/drift', { ...html, 'if-none-match': first.headers['etag'] ?? '' });

    expect([again.status, again.body.length]).toEqual([304, 0]);
  });
});

describe('files', () => {
  const path = '/assets/index-4f5c1d9a.js';

  it.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
    ['identity', undefined, (body: Buffer) => body],
  ])('are packed as accepted: %s', async (accepted, encoding, unpack) => {
    const { headers, body } = await ask(path, { 'accept-encoding': accepted });

    expect(headers['content-encoding']).toBe(encoding);
    expect(unpack(body).toString()).toBe(script);
    expect(headers['vary']).toBe('Accept-Encoding');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('are kept for good where their names change with what is in them', async () => {
    const { headers } = await ask(path, {});

    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('have a tag for each form of them', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(
        async (accepted) => (await ask(path, { 'accept-encoding': accepted })).headers['etag'],
      ),
    );

    expect(new Set(tags).size).toBe(3);
  });

  it('have heads without bodies', async () => {
    const { status, headers, body } = await ask(path, {}, 'HEAD');

    expect([status, body.length]).toEqual([200, 0]);
    expect(headers['content-length']).toBe(String(script.length));
  });
});

describe('what is no page', () => {
  it.each([
    '/api/v1/nothing',
    '/api',
    '/git/none.git/HEAD',
    '/metrics/more',
    '/assets/gone-00000000.js',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
  ])('is answered as before: %s', async (path) => {
    const { headers, body } = await ask(path, html);

    expect(headers['content-type']).not.toContain('text/html');
    expect(body.toString()).not.toContain('the key');
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/leak.txt',
    '/settings.php',
    '/assets/index-4f5c1d9a.js.br',
    '/%00',
    '/favicon.ico',
  ])('is not found by programs: %s', async (path) => {
    const { status, body } = await ask(path, { accept: '*/*' });

    expect([400, 404]).toContain(status);
    expect(body.toString()).not.toMatch(/the key|strange/);
  });

  it('takes no other methods', async () => {
    expect((await ask('/', html, 'POST')).status).toBe(404);
    expect((await ask('/healthz', html)).body.toString()).toContain('alive');
  });
});

describe('pages that are not built', () => {
  it('say so, and how they come', async () => {
    await using without = await ServerBench.open({
      pages: openWebPages({ folder: join(folder, 'none') }),
    });

    const response = await fetch(`${without.baseUrl}/drift`, { headers: html });

    expect(response.status).toBe(503);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(await response.text()).toContain('install it again');
  });

  it('are built when somebody looks, once, and again after a change', async () => {
    const place = join(folder, 'later');
    let [builds, changedMs, nowMs] = [0, 1, 10_000];
    const run = async (): Promise<void> => {
      builds += 1;
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'index.html'), `${page}${builds}`);
      await utimes(join(place, 'index.html'), builds * 1000, builds * 1000);
    };
    const isNewerThan = async (builtMs: number) => changedMs > builtMs;
    const pages = openWebPages({ folder: place, build: { isNewerThan, run } }, () => nowMs);

    const states = [(await pages.look()).name, (await pages.look()).name];
    const first = await until(1);
    changedMs = 1_500_000;
    nowMs += 2000;
    const meanwhile = await pages.look();
    await until(2);

    expect(states).toEqual(['building', 'building']);
    // What was served before is served until the new ones are there.
    expect(meanwhile).toEqual(first);
    expect(builds).toBe(2);
    await pages.close();

    async function until(build: number) {
      for (;;) {
        const state = await pages.look();
        const text = state.name === 'built' ? state.files.page.body.toString() : '';
        if (text === `${page}${build}`) return state;
        nowMs += 2000;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  });

  it('are not built again and again where that fails', async () => {
    let [builds, nowMs] = [0, 10_000];
    const run = async (): Promise<void> => {
      builds += 1;
      throw new Error('a mistake in a source');
    };
    const build = { run, isNewerThan: async (ms: number) => ms < 5000 };
    const pages = openWebPages({ folder: join(folder, 'never'), build }, () => nowMs);

    await pages.look();
    await new Promise((resolve) => setImmediate(resolve));
    nowMs += 5000;

    expect(await pages.look()).toMatchObject({ name: 'missing' });
    expect(builds).toBe(1);
  });
});

describe('an accepted encoding', () => {
  const both = new Set(['br', 'gzip']);

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip;q=x', undefined],
  ])('%s leads to %s', (header, encoding) => {
    expect(acceptedEncoding(header, both)).toBe(encoding);
  });
});

interface Answered {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** As it stands: `fetch` would tidy up the path, and unpack the body. */
function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.baseUrl);
    const call = request({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const answered = Object.entries(response.headers).map(([name, value]) => [
          name,
          `${value}`,
        ]);
        const { statusCode: status } = response;
        resolve({ status, headers: Object.fromEntries(answered), body: Buffer.concat(parts) });
      });
    });
    call.on('error', reject);
    call.end();
  });
}
