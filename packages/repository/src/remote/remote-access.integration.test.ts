import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createAddressGuard } from '@trueup/outbound';
import { testAuthority, testCertificate, testKey } from '@trueup/outbound/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resolveBranch } from '../history/look-at-branch.ts';
import {
  type GitHttpOptions,
  type GitHttpServer,
  startGitHttpServer,
} from '../testing/git-http-server.ts';
import { openTestMirror, type TestMirror, type TestMirrorOptions } from '../testing/test-mirror.ts';
import { openTestRemote, type TestRemote } from '../testing/test-remote.ts';

const never = new AbortController().signal;
let resources: AsyncDisposableStack;
let remote: TestRemote;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  remote = resources.use(await openTestRemote());
});
afterEach(() => resources.disposeAsync());

describe('https', () => {
  it('sends a password as a header, and leaves it in no file', async () => {
    const authorization = `Basic ${btoa('bot:s3cret')}`;
    const server = await serve({ authorization });
    const revision = await remote.commit({ files: { a: '1' } });
    const { mirror, folder } = await open(server.url, {
      credentials: { git: { kind: 'password', username: 'bot', password: 's3cret' } },
      mirror: { credential: 'git' },
    });

    await mirror.fetch(never);

    expect(await resolveBranch(mirror, 'main', never)).toBe(revision);
    expect(new Set(server.authorizations)).toEqual(new Set([authorization]));
    expect(await textsBelow(folder)).not.toContain('s3cret');
  });

  it('shows no secret in the arguments of any process', async () => {
    const server = await serve();
    const seen = Promise.withResolvers<string>();
    server.answerWith((_request, response) => {
      argumentsOfAll()
        .then(seen.resolve, seen.reject)
        .finally(() => response.writeHead(404).end());
    });
    const { mirror } = await open(server.url, {
      credentials: { git: password('s3cret') },
      mirror: { credential: 'git' },
    });

    await expect(mirror.fetch(never)).rejects.toThrow('shop');

    expect(await seen.promise).toContain(server.url);
    expect(await seen.promise).not.toMatch(new RegExp(`s3cret|${btoa('bot:s3cret')}`));
  });

  it('sends a token as a bearer', async () => {
    const server = await serve({ authorization: 'Bearer t0ken' });
    await remote.commit({ files: { a: '1' } });
    const { mirror } = await open(server.url, {
      credentials: { git: { kind: 'token', token: 't0ken' } },
      mirror: { credential: 'git' },
    });

    await expect(mirror.fetch(never)).resolves.toBeUndefined();
  });

  it.each<[string, TestMirrorOptions, string]>([
    [
      'a wrong password',
      { credentials: { git: password('wrong') }, mirror: { credential: 'git' } },
      'REPOSITORY_ACCESS_REFUSED',
    ],
    ['no credential', {}, 'REPOSITORY_ACCESS_REFUSED'],
    [
      'a secret that is not there',
      { mirror: { credential: 'git' } },
      'REPOSITORY_CREDENTIAL_MISSING',
    ],
    [
      'a key',
      {
        credentials: { git: { kind: 'ssh-key', privateKey: '', knownHosts: '' } },
        mirror: { credential: 'git' },
      },
      'REPOSITORY_CREDENTIAL_UNFIT',
    ],
  ])('stalls with %s, without asking anybody', async (_name, options, code) => {
    const server = await serve({ authorization: `Basic ${btoa('bot:right')}` });
    const { mirror } = await open(server.url, options);

    const failure = await mirror.fetch(never).catch((error) => error);

    expect(failure).toMatchObject({ family: 'stalled', code, subject: 'shop' });
    expect(failure.message).not.toMatch(/wrong|127\.0\.0\.1/);
  });

  it('sends no password to hosts beyond this machine over http', async () => {
    const { mirror } = await open('http://git.test/repo.git', {
      credentials: { git: password('x') },
      mirror: { credential: 'git' },
    });

    await expect(mirror.fetch(never)).rejects.toMatchObject({
      code: 'REPOSITORY_CREDENTIAL_UNFIT',
    });
  });

  it('connects to the address that the guard judged', async () => {
    const server = await serve();
    const revision = await remote.commit({ files: { a: '1' } });
    const guard = createAddressGuard({ allowLoopback: true }, async (host) =>
      host === 'git.test' ? [{ address: '127.0.0.1', family: 4 }] : [],
    );
    const { mirror } = await open(server.url.replace('127.0.0.1', 'git.test'), {
      connection: { guard },
    });

    await mirror.fetch(never);

    expect(await resolveBranch(mirror, 'main', never)).toBe(revision);
  });

  it('does not go where the guard forbids it', async () => {
    const server = await serve();
    const { mirror } = await open(server.url, { connection: { guard: createAddressGuard({}) } });

    await expect(mirror.fetch(never)).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
    expect(server.fetches()).toBe(0);
  });

  it.each([
    [404, 'stalled', 'REPOSITORY_NOT_FOUND'],
    [403, 'stalled', 'REPOSITORY_ACCESS_REFUSED'],
    [301, 'stalled', 'REPOSITORY_MOVED'],
    [503, 'transient', 'REPOSITORY_UNREACHABLE'],
  ])('tells an answer of %i', async (status, family, code) => {
    const server = await serve();
    server.answerWith((_request, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
    });
    const { mirror } = await open(server.url);

    await expect(mirror.fetch(never)).rejects.toMatchObject({ family, code });
  });

  it('tells a server that is not there', async () => {
    const { mirror } = await open('http://127.0.0.1:1/repo.git');

    await expect(mirror.fetch(never)).rejects.toMatchObject({
      family: 'transient',
      code: 'REPOSITORY_UNREACHABLE',
    });
  });
});

describe('certificates', () => {
  const tls = { key: testKey, cert: testCertificate };
  const guard = createAddressGuard({ allowLoopback: true }, async () => [
    { address: '127.0.0.1', family: 4 },
  ]);

  it('of a private authority are trusted when it is named', async () => {
    const server = await serve({ tls });
    const revision = await remote.commit({ files: { a: '1' } });
    const { mirror } = await open(server.url.replace('127.0.0.1', 'secure.test'), {
      connection: { guard, certificates: [testAuthority] },
    });

    await mirror.fetch(never);

    expect(await resolveBranch(mirror, 'main', never)).toBe(revision);
  });

  it.each([
    ['an unknown authority', 'secure.test', []],
    ['another host', 'other.test', [testAuthority]],
  ])('of %s are refused', async (_name, host, certificates) => {
    const server = await serve({ tls });
    const { mirror } = await open(server.url.replace('127.0.0.1', host), {
      connection: { guard, certificates },
    });

    await expect(mirror.fetch(never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'REPOSITORY_CERTIFICATE_REFUSED',
    });
  });
});

describe('the proxy', () => {
  it('carries what is not excepted, and resolves itself', async () => {
    const server = await serve();
    const seen: (string | undefined)[] = [];
    server.answerWith((request, response) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      const status = request.headers['proxy-authorization'] ? 404 : 407;
      response.writeHead(status, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
    });
    const proxy = new URL(server.url);
    const connection = {
      guard: createAddressGuard({}, () => Promise.reject(new Error('The proxy resolves.'))),
      proxy: { url: `http://user:pass@${proxy.host}`, except: [] },
    };
    const { mirror } = await open('http://git.test/repo.git', { connection });

    await expect(mirror.fetch(never)).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });

    expect(seen[0]).toMatch(/^http:\/\/git\.test\/repo\.git\/info\/refs/);
    expect(seen.at(-1)).toBe(`Basic ${btoa('user:pass')}`);
  });

  it('is passed by for the hosts that are excepted', async () => {
    const server = await serve();
    await remote.commit({ files: { a: '1' } });
    const proxy = { url: 'http://127.0.0.1:1', except: ['127.0.0.1'] };
    const { mirror } = await open(server.url, { connection: { proxy } });

    await expect(mirror.fetch(never)).resolves.toBeUndefined();
  });
});

describe('ssh', () => {
  const credentials = {
    key: { kind: 'ssh-key', privateKey: 'PRIVATE\nKEY', knownHosts: 'git.test ssh-ed25519 AAAA' },
  } as const;

  it('runs ssh with the key, the known hosts and nothing of the user', async () => {
    const revision = await remote.commit({ files: { a: '1' } });
    const log = join(remote.folder, 'ssh-log');
    const ssh = await fakeSsh(`${remote.folder}/ssh`, log, remote.folder);
    const { mirror, folder } = await open('ssh://deploy@git.test:2222/srv/shop.git', {
      credentials,
      connection: {
        ssh,
        guard: createAddressGuard({ allowPrivate: true }, async () => [
          { address: '10.1.2.3', family: 4 },
        ]),
      },
      mirror: { credential: 'key' },
    });

    await mirror.fetch(never);

    expect(await resolveBranch(mirror, 'main', never)).toBe(revision);
    const said = await readFile(log, 'utf8');
    expect(said).toMatch(
      /^-F .*config .*-p 2222 deploy@git\.test git-upload-pack '\/srv\/shop\.git'/m,
    );
    for (const line of [
      'HostName 10.1.2.3',
      'HostKeyAlias [git.test]:2222',
      'IdentitiesOnly yes',
      'IdentityAgent none',
      'StrictHostKeyChecking yes',
      'GlobalKnownHostsFile /dev/null',
      'BatchMode yes',
      'ProxyCommand none',
      'key: 600 PRIVATE',
      'known_hosts: git.test ssh-ed25519 AAAA',
    ]) {
      expect(said).toContain(line);
    }
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it.each<[string, TestMirrorOptions, string]>([
    ['without a key', { connection: { ssh: '/bin/false' } }, 'REPOSITORY_CREDENTIAL_UNFIT'],
    [
      'without the program',
      { credentials, mirror: { credential: 'key' } },
      'REPOSITORY_SSH_MISSING',
    ],
  ])('is refused %s', async (_name, options, code) => {
    const { mirror } = await open('git@git.test:shop.git', options);

    await expect(mirror.fetch(never)).rejects.toMatchObject({ family: 'stalled', code });
  });
});

describe('file', () => {
  it('is refused unless allowed', async () => {
    const { mirror } = await open(remote.url, { connection: { allowFiles: false } });

    await expect(mirror.fetch(never)).rejects.toMatchObject({ code: 'REPOSITORY_FILES_REFUSED' });
  });

  it('tells a repository that is not there', async () => {
    const { mirror } = await open('file:///nowhere/at/all');

    await expect(mirror.fetch(never)).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
  });
});

async function open(
  url: string,
  options: TestMirrorOptions = {},
): Promise<Pick<TestMirror, 'mirror' | 'folder'>> {
  return resources.use(await openTestMirror(url, options));
}

/** Goes with the other resources of the test. */
async function serve(
  options: GitHttpOptions = {},
): Promise<Omit<GitHttpServer, typeof Symbol.asyncDispose>> {
  return resources.use(await startGitHttpServer(remote.folder, options));
}

function password(text: string) {
  return { kind: 'password', username: 'bot', password: text } as const;
}

/** Writes down how it is called and what lies in its files, and serves the repository itself. */
async function fakeSsh(path: string, log: string, repository: string): Promise<string> {
  const script = `#!/bin/sh
exec 3>>${log}
echo "$*" >&3
cat "$2" >&3
folder=$(dirname "$2")
echo "key: $(stat -c %a "$folder/key") $(head -1 "$folder/key")" >&3
echo "known_hosts: $(cat "$folder/known_hosts")" >&3
exec git-upload-pack ${repository}
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

async function textsBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  );
  return texts.join('\n');
}

async function argumentsOfAll(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  return texts.join('\n');
}
