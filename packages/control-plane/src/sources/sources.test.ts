/** Stacks whose content lies in a registry: through a provider that tells what files it got. */
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createOutbound } from '@trueup/outbound';
import type { Files, Prepared, PrepareRequest, Provider } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import {
  addSignature,
  createRegistryClient,
  type DigestReference,
  packArtifact,
  pushArtifact,
} from '@trueup/registries';
import { type LoopbackRegistry, startLoopbackRegistry } from '@trueup/registries/testing';
import { describe, expect, it } from 'vitest';

import { Sources, type SourcesOptions } from './sources.ts';
import { withSources } from './with-sources.ts';

const { signal } = new AbortController();
const seal = () => 'sealed';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const publicPem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const login = { username: 'reader', password: 'hunter2' };

describe('a stack from a registry', () => {
  it(
    'gets the files of the artifact in place of its folder, and nothing else of the repository',
    over(async ({ push, prepare }) => {
      const digest = await push({ 'web.yaml': 'web', 'deep/api.yaml': 'api' });

      const prepared = await prepare({ 'apps/shop/readme.md': 'x', 'secret.yaml': 'y' });

      expect(filesIn(prepared)).toEqual({
        'apps/shop/deep/api.yaml': 'api',
        'apps/shop/web.yaml': 'web',
      });
      expect(prepared.inputsRead).toEqual([
        {
          name: expect.stringMatching(
            /^source:oci:\/\/\S+\/shop\/manifests:production by registry$/,
          ),
          digest,
        },
      ]);
    }),
  );

  it(
    'gets one folder of the artifact where it names one',
    over(async ({ push, prepare }) => {
      await push({ 'deploy/web.yaml': 'web', 'deployed/no.yaml': 'no', 'readme.md': 'no' });

      const prepared = await prepare({}, 'folder: deploy');

      expect(filesIn(prepared)).toEqual({ 'apps/shop/web.yaml': 'web' });
    }),
  );

  it(
    'gets another content once the tag moves, and the same while a digest is named',
    over(async ({ push, prepare, place }) => {
      const first = await push({ 'web.yaml': 'one' });
      expect(filesIn(await prepare({}))).toEqual({ 'apps/shop/web.yaml': 'one' });
      const second = await push({ 'web.yaml': 'two' });

      const [moved, pinned] = [
        await prepare({}),
        await prepare({}, '', `${place.host}/${place.repository}@${first}`),
      ];

      expect(filesIn(moved)).toEqual({ 'apps/shop/web.yaml': 'two' });
      expect(moved.inputsRead[0]?.digest).toBe(second);
      expect(filesIn(pinned)).toEqual({ 'apps/shop/web.yaml': 'one' });
      expect(pinned.inputsRead[0]?.digest).toBe(first);
    }),
  );

  it(
    'gets what the key has signed, and nothing else',
    over(async ({ push, sign, prepare }) => {
      const digest = await push({ 'web.yaml': 'web' });
      const key = `key: ${JSON.stringify(publicPem)}`;

      expect(codesOf(await prepare({}, key))).toEqual(['SOURCE_UNSIGNED']);
      await sign(digest);
      expect(filesIn(await prepare({}, key))).toEqual({ 'apps/shop/web.yaml': 'web' });
      await push({ 'web.yaml': 'of somebody else' });
      expect(codesOf(await prepare({}, key))).toEqual(['SOURCE_UNSIGNED']);
    }),
  );

  it(
    'gets nothing that the key has signed for another place, where it says for which',
    over(async ({ push, sign, prepare, place }) => {
      await sign(await push({ 'web.yaml': 'web' }));
      const own = `${place.host}/${place.repository}`;
      const signedAs = (name: string) =>
        prepare({}, `key: ${JSON.stringify(publicPem)}\nsignedAs: ${JSON.stringify(name)}`);

      expect(filesIn(await signedAs(own))).toEqual({ 'apps/shop/web.yaml': 'web' });
      const others = [`${place.host}/shop/other`, `${own}:production`];
      for (const other of others) {
        expect(codesOf(await signedAs(other))).toEqual(['SOURCE_UNSIGNED']);
      }
    }),
  );

  it(
    'is looked at by its own credential after a restart, whoever opened it since',
    over(async ({ push, prepare, look }) => {
      const digest = await push({ 'web.yaml': 'web' });
      const [read] = (await prepare({})).inputsRead;
      const name = read?.name ?? '';

      expect(await look(name)).toBe(digest);
      await expect(look(name.replace('by registry', 'by other'))).rejects.toThrow('Another secret');
      await expect(look(name.replace(' by registry', ''))).rejects.toMatchObject({
        code: 'REGISTRY_DENIED',
      });
      expect(await look(name.replace(/:production.*/, `@${digest}`))).toBeUndefined();
    }),
  );

  it(
    'lies on disk for programs as it does in the artifact',
    over(async ({ push, laidOut }) => {
      await push({ 'deep/web.yaml': 'web' });

      expect(await laidOut('apps/shop')).toEqual({ 'deep/web.yaml': 'web' });
    }),
  );

  it(
    'is told what is wrong, with its file',
    over(async ({ prepare }) => {
      const { diagnostics } = await prepare({});

      expect(diagnostics).toMatchObject([
        { code: 'SOURCE_MISSING', origin: { file: 'apps/shop/trueup-source.yaml' } },
      ]);
    }),
  );

  it(
    'is tried again while the registry is away',
    over(async ({ registry, prepare }) => {
      registry.fail(/manifests/, ...Array.from({ length: 20 }, () => 503));

      await expect(prepare({})).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    }),
  );

  it.each([
    ['no artifact', 'artifact: 7', '`artifact` names none'],
    ['an artifact without tag', 'artifact: ghcr.io/a/b', '`artifact` names none'],
    ['a folder outside', 'artifact: "ghcr.io/a/b:c"\nfolder: ../x', '`folder` names no folder'],
    ['a folder from the root', 'artifact: "ghcr.io/a/b:c"\nfolder: /x', '`folder` names no folder'],
    [
      'a password',
      'artifact: "ghcr.io/a/b:c"\ncredential: hunter2',
      '`credential` names no secret',
    ],
    ['a key that is none', 'artifact: "ghcr.io/a/b:c"\nkey: ""', '`key` is no public key'],
    ['a name without key', 'artifact: "ghcr.io/a/b:c"\nsignedAs: ghcr.io/a/b', 'needs a `key`'],
    ['a name that is none', 'artifact: "ghcr.io/a/b:c"\nsignedAs: b', '`signedAs` names no'],
    ['an unknown word', 'artifact: "ghcr.io/a/b:c"\nkeys: x', '"keys" is not known'],
    ['a list', '[]', 'no object'],
  ])('is refused with %s, and asks for nothing', async (_name, text, reason) => {
    await over(async ({ registry, prepare }) => {
      const files = { 'apps/shop/trueup-source.yaml': text };

      const { diagnostics } = await prepare(files);

      expect(diagnostics.map(({ summary }) => summary)).toEqual([expect.stringContaining(reason)]);
      expect(diagnostics[0]?.code).toBe('SOURCE_FILE');
      expect(registry.seen).toEqual([]);
    })();
  });

  it(
    'is refused where its file is so long that its key would not be read',
    over(async ({ push, prepare }) => {
      await push({ 'web.yaml': 'web' });

      const key = `${'#'.repeat(70_000)}\nkey: ${JSON.stringify(publicPem)}`;
      const prepared = await prepare({}, key);

      expect(codesOf(prepared)).toEqual(['SOURCE_FILE']);
    }),
  );

  it(
    'whose private key was put there by mistake is refused without repeating it',
    over(async ({ prepare }) => {
      const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));

      const prepared = await prepare({}, `key: ${JSON.stringify(pem)}`);

      expect(codesOf(prepared)).toEqual(['SOURCE_FILE']);
      expect(JSON.stringify(prepared)).not.toContain(pem.split('\n')[1]);
    }),
  );
});

describe('a stack whose content lies in its folder', () => {
  it(
    'is left alone',
    over(async ({ registry, prepareWithout }) => {
      const prepared = await prepareWithout({ 'apps/shop/web.yaml': 'own' });

      expect(filesIn(prepared)).toEqual({ 'apps/shop/web.yaml': 'own' });
      expect(prepared.inputsRead).toEqual([]);
      expect(registry.seen).toEqual([]);
    }),
  );
});

type Texts = Readonly<Record<string, string>>;

interface Setting {
  readonly registry: LoopbackRegistry;
  readonly place: { readonly host: string; readonly repository: string };
  readonly push: (files: Texts) => Promise<string>;
  readonly sign: (digest: string) => Promise<void>;
  readonly prepare: (files: Texts, more?: string, artifact?: string) => Promise<Prepared>;
  readonly prepareWithout: (files: Texts) => Promise<Prepared>;
  /** By another process, so to speak. */
  readonly look: (name: string) => Promise<string | undefined>;
  readonly laidOut: (folder: string) => Promise<Texts>;
}

function over(body: (setting: Setting) => Promise<void>): () => Promise<void> {
  return async () => {
    await using registry = await startLoopbackRegistry({ login });
    await using outbound = createOutbound({
      addresses: { allowLoopback: true },
      wait: async () => undefined,
    });
    const credentials = async () => ({ kind: 'password', ...login }) as const;
    const allowHttp = () => true;
    const client = createRegistryClient({ outbound, credentials, allowHttp });
    const options: SourcesOptions = {
      outbound: async () => outbound,
      readCredentials: async (secret) => {
        if (secret !== 'registry') throw new Error('Another secret was asked for.');
        return await credentials();
      },
      allowHttp,
    };
    const sources = new Sources(options);
    const seen: { files?: Files } = {};
    const provider = withSources(tellingProvider(seen), sources);
    const place = { host: registry.host, repository: 'shop/manifests' };
    const prepareWithout = (files: Texts) =>
      provider.prepare(createMemoryFiles(files), request, { signal, seal });
    const prepare = (files: Texts, more = '', artifact?: string): Promise<Prepared> => {
      const named = artifact ?? `oci://${place.host}/${place.repository}:production`;
      const text = `artifact: "${named}"\ncredential: { secret: registry }\n${more}\n`;
      return prepareWithout({ 'apps/shop/trueup-source.yaml': text, ...files });
    };
    await body({
      registry,
      place,
      prepare,
      prepareWithout,
      push: async (texts) => {
        const files = Object.entries(texts).map(([path, text]) => ({
          path,
          bytes: Buffer.from(text),
        }));
        const artifact = packArtifact(files, {});
        await pushArtifact(client, place, { artifact, signal });
        await client.pushManifest({ ...place, tag: 'production' }, artifact.manifest, signal);
        return artifact.manifest.digest;
      },
      sign: async (digest) => {
        const reference: DigestReference = { ...place, digest };
        await addSignature(client, reference, { key: privateKey, signal });
      },
      look: (name) => new Sources(options).look(name, signal),
      laidOut: async (folder) => {
        await prepare({});
        if (!seen.files) throw new Error('The provider got files.');
        await using kept = await seen.files.layOut(folder);
        const names = await readdir(kept.path, { recursive: true, withFileTypes: true });
        const files = names.filter((entry) => entry.isFile());
        const texts = files.map(async ({ parentPath, name }) => {
          const file = join(parentPath, name);
          return [file.slice(kept.path.length + 1), await readFile(file, 'utf8')] as const;
        });
        return Object.fromEntries(await Promise.all(texts));
      },
    });
  };
}

const request: PrepareRequest = {
  stack: { name: 's/shop', path: 'apps/shop', settings: {}, owner: 'm', formerOwners: [] },
  target: { name: 't', settings: {} },
  inputs: {},
};

/** Its only resource is made of all files that it can see. */
function tellingProvider(seen: { files?: Files }): Provider {
  const prepare: Provider['prepare'] = async (files) => {
    seen.files = files;
    const paths = await files.list('');
    const texts = await Promise.all(
      paths.map(
        async (path) => [path, String(Buffer.from((await files.read(path)) ?? ''))] as const,
      ),
    );
    const body = Object.fromEntries(texts);
    const position = { wave: 0, rank: 0 };
    return {
      resources: [{ id: 'Thing//x', body, position, dependsOn: [] }],
      inputsRead: [],
      diagnostics: [],
    } as unknown as Prepared;
  };
  return { name: 'telling', prepare } as unknown as Provider;
}

function filesIn({ resources }: Prepared): unknown {
  return resources[0]?.body;
}

function codesOf({ diagnostics }: Prepared): readonly string[] {
  return diagnostics.map(({ code }) => code);
}
