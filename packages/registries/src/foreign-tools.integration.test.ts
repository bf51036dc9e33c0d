/**
 * What others read of ours, and we of theirs, on a real registry. Each tool only where this machine has it: oras from the
 * test bed, skopeo (Debian) and cosign from the machine.
 */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { createOutbound } from '@trueup/outbound';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { packArtifact } from './artifacts/pack-artifact.ts';
import { pullArtifact } from './artifacts/pull-artifact.ts';
import { pushArtifact } from './artifacts/push-artifact.ts';
import { copyArtifact } from './copy/copy-artifact.ts';
import { createRegistryClient } from './create-registry-client.ts';
import type { RegistryClient } from './registry-client.ts';
import { addSignature, hasSignature } from './signatures/signatures.ts';
import { parseVerificationKey } from './signatures/simple-signing.ts';
import { findProgram, registryProgram, startRealRegistry } from './testing/real-registry.ts';

const { signal } = new AbortController();
const run = promisify(execFile);
const [oras, skopeo, cosign] = ['oras', 'skopeo', 'cosign'].map((name) => findProgram(name));
const files = [
  { path: 'deep/api.yaml', bytes: Buffer.from('x: 1\n') },
  { path: 'web.yaml', bytes: Buffer.from('kind: ConfigMap\n') },
];

describe.runIf(registryProgram !== undefined)('beside other tools', () => {
  const opened = new AsyncDisposableStack();
  let client: RegistryClient;
  let host = '';
  let folder = '';

  beforeAll(async () => {
    const parts = {
      registry: await startRealRegistry(),
      outbound: createOutbound({ addresses: { allowLoopback: true } }),
    };
    for (const part of Object.values(parts)) opened.use(part);
    host = `127.0.0.1:${parts.registry.port}`;
    client = createRegistryClient({ outbound: parts.outbound, allowHttp: () => true });
    folder = await mkdtemp(join(tmpdir(), 'trueup-tools-'));
  });

  afterAll(async () => {
    await opened.disposeAsync();
    await rm(folder, { recursive: true, force: true });
  });

  describe.runIf(oras !== undefined)('with oras', () => {
    it('oras pulls what we push, and finds what we sign', async () => {
      const { name, place, digest } = await pushOurs('oras-pulls');
      await addSignature(client, { ...place, digest }, { key: freshKey().privateKey, signal });

      const into = join(folder, 'pulled');
      await run(oras ?? '', ['pull', '--plain-http', '-o', into, name]);
      const { stdout } = await run('tar', ['-tzf', join(into, 'manifests.tar.gz')]);

      expect(stdout.trim().split('\n').sort()).toEqual(['deep/api.yaml', 'web.yaml']);
    });

    it('we read what oras pushes and attaches, and bring it along', async () => {
      const from = join(folder, 'oras');
      await mkdir(join(from, 'dir/sub'), { recursive: true });
      await writeFile(join(from, 'one.yaml'), 'a: 1\n');
      await writeFile(join(from, 'dir/sub/two.yaml'), 'b: 2\n');
      const place = { host, repository: 'by/oras' };
      const name = `${host}/by/oras:v1`;
      await run(oras ?? '', ['push', '--plain-http', name, 'one.yaml', 'dir'], { cwd: from });
      const kind = ['--artifact-type', 'application/sbom'];
      await run(oras ?? '', ['attach', '--plain-http', ...kind, name, 'one.yaml'], { cwd: from });
      const digest = (await client.headManifest({ ...place, tag: 'v1' }, signal))?.digest ?? '';
      const to = { host, repository: 'copied/oras' };

      const pulled = await pullArtifact(client, { ...place, digest }, signal);
      await copyArtifact(client, { from: { ...place, digest }, to, referrers: true }, signal);
      const copied = await client.listReferrers({ ...to, digest }, signal);

      expect(pulled.map(({ path }) => path).sort()).toEqual(['dir/sub/two.yaml', 'one.yaml']);
      expect(copied.map(({ artifactType }) => artifactType)).toEqual(['application/sbom']);
      const discovering = ['discover', '--plain-http', '--format', 'json'];
      const { stdout } = await run(oras ?? '', [...discovering, `${host}/copied/oras@${digest}`]);
      expect(stdout).toContain('application/sbom');
    });
  });

  describe.runIf(skopeo !== undefined)('with skopeo', () => {
    it('skopeo takes an index that we copied for the very same', async () => {
      const place = { host, repository: 'index' };
      const index = await pushIndex(place);
      const to = { host, repository: 'copied/index' };
      const image = await copyArtifact(client, { from: { ...place, digest: index }, to }, signal);
      await client.pushManifest({ ...to, tag: 'v1' }, image, signal);

      const name = `docker://${host}/copied/index:v1`;
      const { stdout } = await run(skopeo ?? '', ['inspect', '--raw', '--tls-verify=false', name]);

      expect(stdout).toBe(Buffer.from(image.bytes).toString());
    });
  });

  describe.runIf(cosign !== undefined)('with cosign', () => {
    it('cosign verifies what we sign, and we what it signs', async () => {
      const { privateKey, publicKey } = freshKey();
      const { name, place, digest } = await pushOurs('cosign');
      const pinned = `${name.replace(/:[^:/]*$/, '')}@${digest}`;
      await addSignature(client, { ...place, digest }, { key: privateKey, signal });
      const file = join(folder, 'key.pub');
      await writeFile(file, publicKey.export({ type: 'spki', format: 'pem' }));
      const env = { COSIGN_PASSWORD: '', HOME: folder };
      const ask = async (...words: readonly string[]) =>
        await run(cosign ?? '', [...words], { cwd: folder, env });
      const open = ['--allow-http-registry', pinned];

      await ask('verify', '--key', file, '--insecure-ignore-tlog', ...open);
      await ask('generate-key-pair');
      await ask('sign', '--key', 'cosign.key', '--tlog-upload=false', '-y', ...open);
      const key = parseVerificationKey(await readFile(join(folder, 'cosign.pub'), 'utf8'));

      if (!key) throw new Error('The key of cosign is read.');
      expect(await hasSignature(client, { ...place, digest }, { key, signal })).toBe(true);
      const other = await pushOurs('cosign', { changed: 'yes' });
      const moved = { ...place, digest: other.digest };
      expect(await hasSignature(client, moved, { key, signal })).toBe(false);
    });
  });

  async function pushOurs(repository: string, annotations: Readonly<Record<string, string>> = {}) {
    const place = { host, repository };
    const artifact = packArtifact(files, annotations);
    await pushArtifact(client, place, { artifact, signal });
    await client.pushManifest({ ...place, tag: 'v1' }, artifact.manifest, signal);
    return { place, digest: artifact.manifest.digest, name: `${host}/${repository}:v1` };
  }

  async function pushIndex(place: { readonly host: string; readonly repository: string }) {
    const manifests: object[] = [];
    for (const architecture of ['amd64', 'arm64']) {
      const artifact = packArtifact(files, { architecture });
      await pushArtifact(client, place, { artifact, signal });
      const { mediaType, digest, bytes } = artifact.manifest;
      const platform = { os: 'linux', architecture };
      manifests.push({ mediaType, digest, size: bytes.length, platform });
    }
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
    return await client.pushManifest(place, { bytes, mediaType }, signal);
  }
});

function freshKey() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}
