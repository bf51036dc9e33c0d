import { generateKeyPairSync } from 'node:crypto';

import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { readSourceFile } from './read-source-file.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const artifact = 'artifact: oci://ghcr.io/shop/manifests:production';

async function read(...lines: readonly string[]) {
  const files = createMemoryFiles({ 'apps/shop/trueup-source.yaml': lines.join('\n') });
  const found = await readSourceFile(files, 'apps/shop/');
  if (!found) throw new Error('There is a file.');
  return found;
}

async function complaints(...lines: readonly string[]) {
  const found = await read(...lines);
  return 'diagnostics' in found ? found.diagnostics : [];
}

function keyLines(pem: string): readonly string[] {
  return [
    'key: |',
    ...pem
      .trim()
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}

describe('readSourceFile', () => {
  it('finds none where the content lies in the folder', async () => {
    expect(await readSourceFile(createMemoryFiles({ 'apps/a.yaml': '' }), 'apps')).toBeUndefined();
  });

  it('reads all that a source can say', async () => {
    const found = await read(
      artifact,
      'folder: deploy/web',
      'credential: { secret: registry-login }',
      ...keyLines(publicPem),
      'signedAs: ghcr.io/shop/manifests',
    );

    expect(found).toMatchObject({
      source: {
        reference: { host: 'ghcr.io', repository: 'shop/manifests', tag: 'production' },
        folder: 'deploy/web',
        credential: 'registry-login',
        signedAs: expect.stringContaining('ghcr.io/shop/manifests'),
      },
    });
    expect('source' in found && found.source.key?.type).toBe('public');
  });

  it('takes `.` for all of the artifact', async () => {
    expect(await read(artifact, 'folder: .')).toMatchObject({ source: { folder: '' } });
  });

  it.each<[string, readonly string[], string]>([
    ['an artifact without tag and digest', ['artifact: oci://ghcr.io/shop/x'], '`artifact`'],
    ['no artifact', ['folder: a'], '`artifact`'],
    ['a folder that leads out', [artifact, 'folder: ../x'], '`folder`'],
    ['a folder from the root', [artifact, 'folder: /etc'], '`folder`'],
    ['a credential that is no name', [artifact, 'credential: hunter2'], '`credential`'],
    ['a credential with more', [artifact, 'credential: { secret: a, b: c }'], '`credential`'],
    ['a key that is none', [artifact, 'key: abc'], '`key`'],
    ['a private key', [artifact, ...keyLines(privatePem)], '`key`'],
    ['a signer without a key', [artifact, 'signedAs: ghcr.io/shop/x'], 'needs a `key`'],
    ['what is not known', [artifact, 'artefact: x'], '"artefact" is not known'],
    ['what is no object', ['- a'], 'is no object'],
  ])('complains about %s, with its place', async (_case, lines, what) => {
    const found = await complaints(...lines);

    expect(found.map(({ summary }) => summary).join('\n')).toContain(what);
    for (const { code, origin } of found) {
      expect([code, origin?.file]).toEqual(['SOURCE_FILE', 'apps/shop/trueup-source.yaml']);
    }
  });

  it('tells all that is wrong at once', async () => {
    const found = await complaints('artifact: x', 'folder: ..', 'credential: y', 'key: z', 'q: 1');

    expect(found.map(({ path }) => path.join('.')).sort()).toEqual(
      ['artifact', 'credential', 'folder', 'key', 'q'].sort(),
    );
  });

  it('never shows a key or what stands in place of a secret', async () => {
    const found = await complaints(artifact, 'credential: hunter2', ...keyLines(privatePem));

    const text = JSON.stringify(found);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(privatePem.split('\n')[1]);
  });

  it('reads nothing of a file that is too large, since what is cut off may be the key', async () => {
    const found = await complaints(artifact, `# ${'x'.repeat(64 * 1024)}`);

    expect(found).toMatchObject([{ summary: expect.stringContaining('larger than 64 KiB') }]);
  });

  it('says where the YAML is broken', async () => {
    const [found] = await complaints('artifact: [');

    expect(found?.severity).toBe('error');
  });
});
