import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';

import { ApiError, createApiClient } from '@trueup/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { firstCertificate, secondCertificate } from './testing/test-certificates.ts';

const root = join(import.meta.dirname, '../../..');
const program = join(root, 'apps/server/bin/trueup-server.mjs');
// Whatever ends this process ends the servers.
const guard = ['--import', join(root, 'tools/end-with-parent.mjs')];

let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-server-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('a server process', () => {
  it('lets the first administrator in by its link, once', async () => {
    const server = await start();
    const { link = '' } = server;
    const anybody = createApiClient({ baseUrl: server.url });

    const { token } = await anybody.redeemLink({ body: { link, member: 'ada' } });
    const again = anybody.redeemLink({ body: { link, member: 'eve' } });
    await expect(again).rejects.toMatchObject({ status: 410, code: 'LINK_INVALID' });

    const ada = createApiClient({ baseUrl: server.url, token });
    expect(await ada.actor()).toEqual({ kind: 'member', name: 'ada', grants: [{ role: 'admin' }] });
    expect((await ada.stacks()).items).toEqual([]);
    const audit = (await ada.audit()).items;
    expect(audit.map(({ event }) => event)).toContain('member:created');
  });

  it('refuses a second one on the same folder, with the words of the store', async () => {
    const server = await start();

    const second = launch();
    const [code] = await once(second.child, 'exit');

    expect(code).toBe(1);
    expect(second.lines.join('\n')).toContain('STORE_LOCKED');
    expect(second.lines.join('\n')).toContain(String(server.child.pid));
  });

  it('refuses an address that another one has, in a sentence', async () => {
    const server = await start();
    const data = ['--data', join(folder, 'other'), '--listen', new URL(server.url).host];

    const second = launch(...data);
    const [code] = await once(second.child, 'exit');

    expect(code).toBe(1);
    const { host } = new URL(server.url);
    const why = `${host}: not listened on, since another process does`;
    expect(second.lines).toEqual([`error SERVER_ADDRESS_TAKEN: ${why}`]);
  });

  it('stops within seconds while streams are open, and goes on with what it knew', async () => {
    const first = await start();
    const { link = '' } = first;
    const before = createApiClient({ baseUrl: first.url });
    const { token } = await before.redeemLink({ body: { link, member: 'ada' } });
    const response = await fetch(`${first.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await response.body?.getReader().read();

    first.child.kill('SIGTERM');
    const [code] = await once(first.child, 'exit');
    const second = await start();
    const after = createApiClient({ baseUrl: second.url, token });

    // Whatever does not stop in time is ended with 1.
    expect(code).toBe(0);
    expect(second.link).toBeUndefined();
    expect(await after.actor()).toMatchObject({ name: 'ada' });
  });

  it('tells of everything that is wrong with its settings', async () => {
    const { child, lines } = launch('--listen', 'nowhere', '--log-level', 'loud');
    const [code] = await once(child, 'exit');

    expect(code).toBe(1);
    expect(lines).toEqual([
      '--listen: is HOST:PORT, an IPv6 address in brackets',
      '--log-level: is one of debug, info, warn, error',
    ]);
  });

  it('rotates its key while it is stopped, and no sooner', async () => {
    const server = await start();
    const { link = '' } = server;
    const anybody = createApiClient({ baseUrl: server.url });
    const { token } = await anybody.redeemLink({ body: { link, member: 'ada' } });
    const ada = createApiClient({ baseUrl: server.url, token });
    await ada.putSecret({ params: { secret: 'door' }, body: { value: 'hunter2', uses: [] } });
    const keys = () => readFile(join(folder, 'key'), 'utf8');
    const before = await keys();

    const early = launchProgram('rotate-key', ...dataFlags());
    expect(await once(early.child, 'exit')).toEqual([1, null]);
    expect(early.lines.join('\n')).toContain('STORE_LOCKED');
    expect(await keys()).toBe(before);
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');
    const late = launchProgram('rotate-key', ...dataFlags());
    expect(await once(late.child, 'exit')).toEqual([0, null]);

    expect(late.told[0]).toContain('begins with a new key; secrets encrypted anew: 1');
    expect(await keys()).toMatch(new RegExp(`^trueup-key-1:.*\n${RegExp.escape(before)}$`));
    const again = createApiClient({ baseUrl: (await start()).url, token });
    expect((await again.audit()).items.map(({ event }) => event)).toContain('key:rotated');
  });

  it('prints what it can be told', async () => {
    const { child, told } = launch('--help');
    const [code] = await once(child, 'exit');

    expect(code).toBe(0);
    expect(told.join('\n')).toContain('Usage: trueup-server [flags]');
    expect(told.join('\n')).toContain('trueup login LINK');
  });

  it('logs lines of text where it is asked to', async () => {
    const server = await start('--log-format', 'text');
    await fetch(`${server.url}/healthz`);
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');

    expect(server.lines.join('\n')).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}answered a request reqId=\S+ method=GET route=\/healthz status=200 /m,
    );
  });

  it('serves TLS, and takes up a renewed certificate at SIGHUP', async () => {
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    await writeFile(cert, firstCertificate.cert);
    await writeFile(key, firstCertificate.key);
    const server = await start('--tls-cert', cert, '--tls-key', key);
    expect(server.url).toMatch(/^https:/);
    expect(await servedBy(server.url)).toBe('first');

    await writeFile(cert, 'no certificate');
    server.child.kill('SIGHUP');
    await poll(() => findIn(server.lines, /(keeps the certificate that it has)/));
    expect(await servedBy(server.url)).toBe('first');

    await writeFile(cert, secondCertificate.cert);
    await writeFile(key, secondCertificate.key);
    server.child.kill('SIGHUP');
    await poll(() => findIn(server.lines, /(took up the certificate again)/));
    expect(await servedBy(server.url)).toBe('second');
  });

  it.each([
    ['a certificate that is none', 'nothing', firstCertificate.key, 'tls.crt: not served by TLS'],
    ['the key of another one', firstCertificate.cert, secondCertificate.key, 'tls.key: not served'],
  ])('refuses %s', async (_case, certificate, secret, why) => {
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    await writeFile(cert, certificate);
    await writeFile(key, secret);

    const { child, lines } = launch('--tls-cert', cert, '--tls-key', key);
    const [code] = await once(child, 'exit');

    expect(code).toBe(1);
    expect(lines.join('\n')).toContain('error SERVER_TLS_UNUSABLE');
    expect(lines.join('\n')).toContain(why);
  });

  it('keeps secrets out of its log, and its key to itself', async () => {
    const server = await start('--log-level', 'debug');
    const { link = '' } = server;
    const { token } = await createApiClient({ baseUrl: server.url }).redeemLink({
      body: { link, member: 'ada' },
    });
    const ada = createApiClient({ baseUrl: server.url, token });
    const body = { value: 'correct-horse-battery', uses: [] };
    await ada.putSecret({ params: { secret: 'db' }, body });
    await expect(ada.secrets({ signal: AbortSignal.timeout(5000) })).resolves.toBeDefined();
    await expect(
      createApiClient({ baseUrl: server.url, token: 'wrong-token' }).actor(),
    ).rejects.toBeInstanceOf(ApiError);
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');

    const log = server.lines.join('\n');
    expect(log).toContain('/api/v1/secrets/:secret');
    for (const secret of [link, token, 'correct-horse-battery', 'wrong-token']) {
      expect(log).not.toContain(secret);
      const store = await readFile(join(folder, 'data', 'trueup.db'), 'latin1');
      expect(store).not.toContain(secret);
    }
  });
});

interface Launched {
  readonly child: ChildProcess;
  /** Of its log, and whatever else it says on standard error. */
  readonly lines: string[];
  /** What it tells people. */
  readonly told: string[];
}

function launch(...flags: readonly string[]): Launched {
  return launchProgram('--listen', '127.0.0.1:0', ...dataFlags(), ...flags);
}

function dataFlags(): readonly string[] {
  return ['--data', join(folder, 'data'), '--key', join(folder, 'key')];
}

function launchProgram(...words: readonly string[]): Launched {
  const child = spawn(execPath, [...guard, program, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  const [told, lines]: [string[], string[]] = [[], []];
  if (child.stdout) createInterface(child.stdout).on('line', (line) => told.push(line));
  if (child.stderr) createInterface(child.stderr).on('line', (line) => lines.push(line));
  return { child, lines, told };
}

/** `link` is the token of the one for the first administrator, where the server tells of one. */
async function start(
  ...flags: readonly string[]
): Promise<Launched & { readonly url: string; readonly link?: string }> {
  const launched = launch(...flags);
  const ended = once(launched.child, 'exit').then(() => {
    throw new Error(`The server has ended: ${launched.lines.join('\n')}`);
  });
  const url = await Promise.race([poll(() => findIn(launched.told, /^listening on (.*)/)), ended]);
  ended.catch(() => undefined);
  const link = findIn(launched.told, /#(trueup_.*)/);
  return { ...launched, url, ...(link !== undefined && { link }) };
}

/** The common name of the certificate that is shown to new connections. */
async function servedBy(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

function findIn(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
}

async function poll<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
