import { accessSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Credentials, createOutbound } from '@trueup/outbound';
import { findExposure } from '@trueup/programs';
import { findLoot, openAttackedMachine } from '@trueup/programs/testing';
import { describe, expect, it } from 'vitest';

import { createKustomizeRenderer } from '../kustomize-renderer.ts';
import { fakeFiles } from '../testing/fake-files.ts';
import { startGitServer } from '../testing/git-server.ts';
import { startProgramSpy } from '../testing/program-spy.ts';
import { parseRemote, type Remote } from './parse-remote.ts';
import { createRemoteBases } from './remote-bases.ts';

const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';
const searchPath = `${assets}:/usr/bin:/bin:/usr/local/bin`;
const signal = new AbortController().signal;
const upstream = {
  'base/kustomization.yaml': 'resources: [web.yaml, ../more]\n',
  'base/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n',
  'more/kustomization.yaml': 'configMapGenerator: [{name: more, files: [a.txt]}]\n',
  'more/a.txt': 'a',
};

describe('a base of another host', () => {
  it('is one commit, read file by file', async () => {
    await using server = await startGitServer(upstream);
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const bases = createRemoteBases({ outbound, searchPath, isolation: 'none' });

    for (const ref of ['main', server.commit, 'HEAD']) {
      await using tree = await bases.openTree(
        remoteAt(`${server.url}/o/r//base?ref=${ref}`),
        undefined,
        signal,
      );

      expect(tree.commit).toBe(server.commit);
      expect(Buffer.from((await tree.read('base/web.yaml', signal)) ?? []).toString()).toBe(
        upstream['base/web.yaml'],
      );
      expect(await tree.read('base/nope.yaml', signal)).toBeUndefined();
      expect(await tree.read('../../../etc/passwd', signal)).toBeUndefined();
    }
  });

  it.each([
    ['/o/r//base?ref=nope', 'there is no `nope`'],
    ['/o/none//base?ref=main', 'there is no such repository'],
  ])('is not found at %s', async (path, expected) => {
    await using server = await startGitServer(upstream);
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const bases = createRemoteBases({ outbound, searchPath, isolation: 'none' });

    const opening = bases.openTree(remoteAt(`${server.url}${path}`), undefined, signal);

    await expect(opening).rejects.toMatchObject({
      name: 'StalledError',
      code: 'RENDER_KUSTOMIZE_FETCH',
      message: expect.stringContaining(expected),
    });
  });

  it('is not fetched from an address that nobody may reach', async () => {
    await using server = await startGitServer(upstream);
    await using outbound = createOutbound();
    const bases = createRemoteBases({ outbound, searchPath, isolation: 'none' });

    const opening = bases.openTree(remoteAt(`${server.url}/o/r?ref=main`), undefined, signal);

    await expect(opening).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
  });
});

const isGuarded = (await findExposure('guarded')) === undefined;

describe.runIf(isGuarded)('whoever takes git over by what it is sent', () => {
  it('gets at nothing of this machine, and at no address but that of the host', async () => {
    await using machine = await openAttackedMachine();
    await using server = await startGitServer(upstream);
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const folder = await mkdtemp(join(tmpdir(), 'trueup-git-'));
    const { port } = new URL(server.url);
    const host = `exec 4<>/dev/tcp/127.0.0.1/${port} && echo reached-the-host`;
    const lines = [
      'for one; do case $one in',
      `fetch) { ${machine.script.replace('; exit 0', '')}; ( ${host} ); } > $GIT_DIR/seen 2>&1 ;;`,
      `rev-parse) echo ${'0'.repeat(40)} ;;`,
      'cat-file) cat $GIT_DIR/seen ;;',
      'esac; done; exit 0',
    ];
    await writeFile(join(folder, 'git'), `#!/bin/bash\n${lines.join('\n')}\n`, { mode: 0o755 });
    const bases = createRemoteBases({ outbound, searchPath: folder, isolation: 'required' });

    await using tree = await bases.openTree(remoteAt(`${server.url}/o/r`), undefined, signal);
    const seen = Buffer.from((await tree.read('seen', signal)) ?? []).toString();
    await rm(folder, { recursive: true });

    expect(seen).toContain('tried');
    expect(findLoot(seen)).toEqual([]);
    expect(seen).toContain('reached-the-host');
  });
});

describe('a private base of another host', () => {
  const password = { kind: 'password', username: 'reader', password: 'hunter2' } as const;
  const basic = `Basic ${Buffer.from('reader:hunter2').toString('base64')}`;

  it.each<[string, Credentials, string]>([
    ['a password', password, basic],
    ['a token', { kind: 'token', token: 'hunter2' }, 'Bearer hunter2'],
  ])('is fetched by %s', async (_name, login, authorization) => {
    await using server = await startGitServer(upstream, authorization);
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const bases = createRemoteBases({ outbound, searchPath, isolation: 'preferred' });
    const file = parseRemote(`${server.url}/o/r/raw/base/web.yaml`);
    if (file?.kind !== 'file') throw new Error('it is a file');

    await using tree = await bases.openTree(remoteAt(`${server.url}/o/r`), login, signal);
    const content = await bases.fetchFile(file, login, signal);

    expect(tree.commit).toBe(server.commit);
    expect(Buffer.from(content).toString()).toBe(upstream['base/web.yaml']);
  });

  it.each<[string, Credentials | undefined, string]>([
    ['without a login', undefined, 'not open to everybody'],
    ['by a wrong one', { ...password, password: 'letmein' }, 'not open to the secret'],
  ])('is not fetched %s', async (_name, login, expected) => {
    await using server = await startGitServer(upstream, basic);
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const bases = createRemoteBases({ outbound, searchPath, isolation: 'none' });

    const opening = bases.openTree(remoteAt(`${server.url}/o/r`), login, signal);
    const failure = await opening.then(() => 'none', String);

    expect(failure).toContain(expected);
    expect(failure).not.toMatch(/hunter2|letmein|Basic/);
  });

  it('is not asked for where the login would travel in the open', async () => {
    await using outbound = createOutbound();
    const bases = createRemoteBases({ outbound, searchPath, isolation: 'none' });

    const opening = bases.openTree(remoteAt('http://git.example.com/o/r'), password, signal);

    await expect(opening).rejects.toMatchObject({
      name: 'StalledError',
      message: expect.stringContaining('without encryption'),
    });
  });

  it('keeps its login out of the arguments of git', async () => {
    await using outbound = createOutbound({
      addresses: { allowLoopback: true },
      resolveHost: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    await using spy = await startProgramSpy('git');
    const bases = createRemoteBases({ outbound, searchPath: spy.folder, isolation: 'none' });

    const opening = bases.openTree(remoteAt('https://git.example.com/o/r'), password, signal);
    await expect(opening).rejects.toMatchObject({ code: 'RENDER_KUSTOMIZE_FETCH' });

    const calls = await spy.calls();
    expect(calls.map(({ line }) => line).join('\n')).toContain('fetch');
    expect(calls.map(({ line }) => line).join('\n')).not.toMatch(/hunter2|Basic|cmVhZGVy/);
    expect(calls.filter(({ environment }) => environment.includes(basic))).toHaveLength(1);
    expect(calls.find(({ environment }) => environment.includes(basic))?.environment).toContain(
      'http.https://git.example.com/.extraHeader',
    );
  });
});

describe.runIf(hasKustomize())('a base of another host', () => {
  it('is rendered with the stack that names it', async () => {
    const authorization = 'Bearer hunter2';
    await using server = await startGitServer(upstream, authorization);
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const renderer = createKustomizeRenderer({
      searchPath,
      outbound,
      readCredentials: async (secret, host) => {
        expect([secret, host]).toEqual(['bases', new URL(server.url).host]);
        return { kind: 'token', token: 'hunter2' };
      },
    });
    const credentials = { [new URL(server.url).host]: { secret: 'bases' } };
    const files = fakeFiles({
      'apps/shop/kustomization.yaml': `namePrefix: x-\nresources:\n- ${server.url}/o/r//base?ref=${server.commit}\n`,
    });

    const { documents, diagnostics, inputsRead } = await renderer.render(
      files,
      {
        folder: 'apps/shop',
        settings: { allowHosts: ['127.0.0.1'], credentials },
        releaseName: 'shop',
        namespace: undefined,
        capabilities: { kubernetesVersion: '', apiVersions: [] },
      },
      signal,
    );

    expect(diagnostics).toEqual([]);
    expect(documents.map(({ body, origin }) => [body['kind'], origin])).toEqual([
      ['ConfigMap', { file: 'apps/shop/kustomization.yaml', line: 3, column: 3 }],
      ['Service', { file: 'apps/shop/kustomization.yaml', line: 3, column: 3 }],
    ]);
    expect(inputsRead.map(({ name }) => name)).toEqual([
      'program:kustomize',
      `base:${server.url}/o/r?ref=${server.commit}`,
    ]);
  });
});

function remoteAt(text: string): Remote & { kind: 'repository' } {
  const remote = parseRemote(text);
  if (remote?.kind !== 'repository') throw new Error('it is a repository');
  return remote;
}

function hasKustomize(): boolean {
  try {
    accessSync(join(assets === '' ? '/nowhere' : assets, 'kustomize'));
    return true;
  } catch {
    return false;
  }
}
