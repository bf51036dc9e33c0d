import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { createOutbound } from '@trueup/outbound';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createRegistryClient } from '../create-registry-client.ts';
import { digestOf } from '../digest.ts';
import type { RegistryClient } from '../registry-client.ts';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeManifest,
} from '../testing/loopback-registry.ts';
import { packArtifact } from './pack-artifact.ts';
import { pullArtifact } from './pull-artifact.ts';
import { pushArtifact } from './push-artifact.ts';
import { readTar } from './read-tar.ts';
import { writeGzip, writeTar } from './write-tar.ts';

const signal = new AbortController().signal;
const bounds = { files: 100, bytes: 1_000_000 };
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const manifests = [{ path: 'manifests.yaml', bytes: Buffer.from('kind: ConfigMap\n') }];

const clashing = ['a', 'a-b', 'a/b'].map((path) => ({ path, bytes: Buffer.from('x') }));

describe('an archive', () => {
  it('is read as it was written, whatever it holds', () => {
    const step = fc.stringMatching(/^[a-z0-9_-]{1,60}$/);
    const path = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('/'));
    const file = fc.record({ path, bytes: fc.uint8Array({ maxLength: 2000 }) });
    const files = fc.uniqueArray(file, { selector: (one) => one.path, maxLength: 20 });

    fc.assert(
      fc.property(files, (given) => {
        const sorted = given.toSorted((a, b) => (a.path < b.path ? -1 : 1));
        const zipped = writeGzip(writeTar(given));
        const read = readTar(gunzipSync(zipped), bounds);
        expect(read.map((one) => one.path)).toEqual(sorted.map((one) => one.path));
        expect(Buffer.concat(read.map((one) => one.bytes))).toEqual(
          Buffer.concat(sorted.map((one) => one.bytes)),
        );
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('is the same, in whatever order its files are given', () => {
    const other = { path: 'a.yaml', bytes: Buffer.from('a') };

    expect(writeTar([other, ...manifests])).toEqual(writeTar([...manifests, other]));
  });

  it('has bytes that never change', () => {
    const { manifest } = packArtifact(manifests, { 'org.opencontainers.image.revision': 'x' });

    // Another digest would be a change of every artifact in every registry.
    expect(manifest.digest).toBe(
      'sha256:968413d6f1ff0aa5c2e191fbf3e1c7d8046c5626c5989e28775f6b5df7e010fd',
    );
  });

  it('is read by tar', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trueup-tar-'));
    try {
      const long = `${'d'.repeat(90)}/${'f'.repeat(90)}`;
      const archive = join(folder, 'a.tar.gz');
      await writeFile(
        archive,
        writeGzip(writeTar([...manifests, { path: long, bytes: Buffer.of(1) }])),
      );

      execFileSync('tar', ['-xzf', archive, '-C', folder]);

      expect(await readFile(join(folder, 'manifests.yaml'), 'utf8')).toBe('kind: ConfigMap\n');
      expect(await readFile(join(folder, long))).toEqual(Buffer.of(1));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['that leads upwards', { name: '../evil' }, 'leads out'],
    ['that leads upwards in its midst', { name: 'a/../../evil' }, 'leads out'],
    ['that begins at the root', { name: '/etc/passwd' }, 'leads out'],
    ['with a backslash', { name: 'a\\..\\b' }, 'leads out'],
    ['with a drive', { name: 'c:/b' }, 'leads out'],
    ['with a line break', { name: 'a\nb' }, 'leads out'],
    ['without a name', { name: '' }, 'leads out'],
    ['that is a symbolic link', { name: 'a', kind: '2' }, 'no regular file'],
    ['that is a hard link', { name: 'a', kind: '1' }, 'no regular file'],
    ['that is a device', { name: 'a', kind: '3' }, 'no regular file'],
    ['that is a pipe', { name: 'a', kind: '6' }, 'no regular file'],
    ['whose header is damaged', { name: 'a', sum: '0000000' }, 'damaged'],
    ['that is larger than the archive', { name: 'a', size: '77777777777' }, 'too early'],
    ['whose size is no number', { name: 'a', size: '-1' }, 'damaged'],
  ])('with a file %s is refused', (_name, header, reason) => {
    expect(() => readTar(entryOf(header), bounds)).toThrow(reason);
  });

  it.each([
    [
      'too many files',
      { files: 1, bytes: 100 },
      [...manifests, { path: 'b', bytes: Buffer.of(1) }],
    ],
    ['too large', { files: 9, bytes: 10 }, manifests],
  ])('that is %s is refused', (reason, narrow, files) => {
    expect(() => readTar(writeTar(files), narrow)).toThrow(reason);
  });

  it('with a file that is there twice is refused', () => {
    const twice = [...manifests, ...manifests];

    expect(() => readTar(writeTar(twice), bounds)).toThrow('twice');
  });

  it('that ends without its end is refused', () => {
    expect(() => readTar(writeTar(manifests).subarray(0, 1024), bounds)).toThrow('too early');
  });

  it.each([
    ['a size of its own', [['x', '10 size=1\n']], 'another size'],
    ['holes', [['x', '22 GNU.sparse.major=1\n']], 'another size'],
    ['two names', [['x', '9 path=a\n9 path=b\n']], 'two names'],
    [
      'two names in two headers',
      [
        ['x', '9 path=a\n'],
        ['L', 'b\0'],
      ],
      'two names',
    ],
    ['a name for all', [['g', '9 path=a\n']], 'one name'],
    ['no records', [['x', 'path=a\n']], 'damaged'],
    ['a record that is too long', [['x', '99 path=a\n']], 'damaged'],
    ['a record that is too short', [['x', '6 path=a\n']], 'damaged'],
    ['a record without length', [['x', '0 path=a\n']], 'damaged'],
  ] as const)('whose extended header holds %s is refused', (_name, headers, reason) => {
    const extras = headers.map(([kind, text]) =>
      entryOf({ name: 'x', kind, content: Buffer.from(text) }).subarray(0, 1024),
    );
    const tar = Buffer.concat([...extras, entryOf({ name: 'short' })]);

    expect(() => readTar(tar, bounds)).toThrow(reason);
  });

  it('takes no name out of the midst of another record', () => {
    const tar = Buffer.concat([
      entryOf({
        name: 'x',
        kind: 'x',
        content: Buffer.from('24 comment=\n9 path=evil\n'),
      }).subarray(0, 1024),
      entryOf({ name: 'short' }),
    ]);

    expect(readTar(tar, bounds).map(({ path }) => path)).toEqual(['short']);
  });

  it('with a long name of POSIX or GNU is read by it', () => {
    const pax = Buffer.from('23 path=long/name.yaml\n');
    for (const [kind, bytes] of [
      ['x', pax],
      ['L', Buffer.from('long/name.yaml\0')],
    ] as const) {
      const tar = Buffer.concat([
        entryOf({ name: 'x', kind, content: bytes }).subarray(0, 1024),
        entryOf({ name: 'short' }),
      ]);

      expect(readTar(tar, bounds).map(({ path }) => path)).toEqual(['long/name.yaml']);
    }
  });
});

describe('an artifact in a registry', () => {
  it(
    'is pushed once, and pulled as it was',
    over(async ({ client, registry, place }) => {
      const artifact = packArtifact(manifests, {});
      await pushArtifact(client, place, { artifact, signal });
      const before = registry.writes;

      const { digest } = artifact.manifest;
      const pulled = await pullArtifact(client, { ...place, digest }, signal);
      await pushArtifact(client, { ...place, tag: 'x' } as typeof place, { artifact, signal });

      expect(pulled.map(({ path }) => path)).toEqual(['manifests.yaml']);
      expect(String(pulled[0]?.bytes)).toBe('kind: ConfigMap\n');
      // The manifest is written again, to no tag.
      expect(registry.writes).toBe(before + 1);
      expect(registry.repository('shop/manifests').tags.size).toBe(0);
    }),
  );

  it(
    'that Flux has pushed is read',
    over(async ({ client, registry, place }) => {
      const digest = store(registry, [
        ['application/vnd.cncf.flux.content.v1.tar+gzip', gzipSync(writeTar(manifests)), {}],
      ]);

      const pulled = await pullArtifact(client, { ...place, digest }, signal);

      expect(pulled.map(({ path }) => path)).toEqual(['manifests.yaml']);
    }),
  );

  it(
    'that oras has pushed file by file is read',
    over(async ({ client, registry, place }) => {
      const title = (name: string) => ({ 'org.opencontainers.image.title': name });
      const digest = store(registry, [
        ['application/yaml', Buffer.from('a: 1\n'), title('a.yaml')],
        ['application/yaml', Buffer.from('b: 1\n'), title('b/c.yaml')],
        // What oras 1.3 says of a file that nobody gives a type.
        ['application/vnd.oci.image.layer.v1.tar', Buffer.from('d: 1\n'), title('d.yaml')],
      ]);

      const pulled = await pullArtifact(client, { ...place, digest }, signal);

      expect(pulled.map(({ path }) => path)).toEqual(['a.yaml', 'b/c.yaml', 'd.yaml']);
    }),
  );

  it.each<[string, readonly StoredLayer[], string]>([
    ['holds no files', [['application/x', Buffer.from('x'), {}]], 'no artifact that holds files'],
    ['holds nothing', [], 'no artifact that holds files'],
    [
      'unpacks to too much',
      [['application/x.tar+gzip', gzipSync(Buffer.alloc(90 * 1024 * 1024)), {}]],
      'too large',
    ],
    ['is damaged', [['application/x.tar+gzip', Buffer.from([0x1f, 0x8b, 1]), {}]], 'damaged'],
    [
      'names a file outside',
      [['application/yaml', Buffer.from('x'), { 'org.opencontainers.image.title': '../x' }]],
      'leads out',
    ],
    [
      'holds a file in two layers',
      [
        ['application/x.tar', Buffer.from(writeTar(manifests)), {}],
        ['application/y.tar+gzip', gzipSync(writeTar(manifests)), {}],
      ],
      'two of its layers',
    ],
    [
      'holds a file that is a folder as well',
      [['application/x.tar', Buffer.from(writeTar(clashing)), {}]],
      'lies within another file',
    ],
  ])('that %s is refused', async (_name, layers, reason) => {
    await over(async ({ client, registry, place }) => {
      const digest = store(registry, layers);

      await expect(pullArtifact(client, { ...place, digest }, signal)).rejects.toMatchObject({
        code: 'REGISTRY_REFUSED',
        message: expect.stringContaining(reason),
      });
    })();
  });
});

type StoredLayer = readonly [mediaType: string, bytes: Buffer, annotations: Record<string, string>];

function store(registry: LoopbackRegistry, given: readonly StoredLayer[]): string {
  const repository = registry.repository('shop/manifests');
  const layers = given.map(([mediaType, bytes, annotations]) => {
    repository.blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length, annotations };
  });
  const content = { schemaVersion: 2, mediaType: manifestType, layers };
  return storeManifest(repository, 'production', content);
}

interface HeaderFields {
  readonly name: string;
  readonly kind?: string;
  readonly size?: string;
  readonly sum?: string;
  readonly content?: Uint8Array;
}

/** One file with any header, and the end. */
function entryOf({
  name,
  kind = '0',
  size,
  sum,
  content = new Uint8Array(),
}: HeaderFields): Buffer {
  const tar = Buffer.from(writeTar([{ path: 'x', bytes: content }]));
  tar.fill(0, 0, 100).write(name, 0);
  tar.write(kind, 156);
  if (size !== undefined) tar.fill(0, 124, 136).write(size, 124);
  tar.fill(' ', 148, 156);
  const real = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(sum ?? `${real.toString(8).padStart(6, '0')}\0 `, 148);
  return tar;
}

interface Setting {
  readonly client: RegistryClient;
  readonly registry: LoopbackRegistry;
  readonly place: { readonly host: string; readonly repository: string };
}

function over(body: (setting: Setting) => Promise<void>): () => Promise<void> {
  return async () => {
    await using registry = await startLoopbackRegistry();
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const client = createRegistryClient({ outbound, allowHttp: () => true });
    await body({ client, registry, place: { host: registry.host, repository: 'shop/manifests' } });
  };
}
