import { accessSync } from 'node:fs';
import { join } from 'node:path';

import { createOutbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { createKustomizeRenderer } from '../kustomize-renderer.ts';
import { fakeFiles } from '../testing/fake-files.ts';
import { startGitServer } from '../testing/git-server.ts';
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

    const opening = bases.openTree(remoteAt(`${server.url}${path}`), signal);

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

    const opening = bases.openTree(remoteAt(`${server.url}/o/r?ref=main`), signal);

    await expect(opening).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
  });
});

describe.runIf(hasKustomize())('a base of another host', () => {
  it('is rendered with the stack that names it', async () => {
    await using server = await startGitServer(upstream);
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const renderer = createKustomizeRenderer({ searchPath, outbound });
    const files = fakeFiles({
      'apps/shop/kustomization.yaml': `namePrefix: x-\nresources:\n- ${server.url}/o/r//base?ref=${server.commit}\n`,
    });

    const { documents, diagnostics, inputsRead } = await renderer.render(
      files,
      {
        folder: 'apps/shop',
        settings: { allowHosts: ['127.0.0.1'] },
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
