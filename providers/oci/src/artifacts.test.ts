/** Artifacts through the contract, on a registry in memory that is spoken to by HTTP. */
import { generateKeyPairSync } from 'node:crypto';

import { createOutbound } from '@trueup/outbound';
import type { Prepared, Provider, Stack, Target } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { createRegistryClient, hasSignature, pullArtifact } from '@trueup/registries';
import { type LoopbackRegistry, startLoopbackRegistry } from '@trueup/registries/testing';
import { describe, expect, it } from 'vitest';

import { createOciProvider } from './oci-provider.ts';

const { signal } = new AbortController();
const seal = () => 'sealed';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const signingKey = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const repository = 'team/shop/manifests';

const files = {
  'images/registry.yaml':
    'artifacts: [{ repository: shop/manifests, tag: production, render: ../apps/shop }]\n',
  'apps/shop/b.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
  'apps/shop/a.yaml': '# said\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\n',
};

describe('an artifact', () => {
  it(
    'holds what a folder renders to, as Flux reads it',
    over(async ({ registry, client, sync }) => {
      expect(await sync(files)).toEqual(['create done', 'none done']);

      const { manifests, tags } = registry.repository(repository);
      const digest = tags.get('production') ?? '';
      const { config, layers, annotations } = JSON.parse(String(manifests.get(digest)?.bytes));
      expect(config.mediaType).toBe('application/vnd.cncf.flux.config.v1+json');
      expect(layers[0].mediaType).toBe('application/vnd.cncf.flux.content.v1.tar+gzip');
      expect(annotations['org.opencontainers.image.revision']).toMatch(/^content@sha256:/);
      const place = { host: registry.host, repository, digest };
      const [file, ...others] = await pullArtifact(client, place, signal);
      expect([file?.path, others]).toEqual(['manifests.yaml', []]);
      expect(String(file?.bytes)).toBe(
        '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n' +
          '---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n',
      );
    }),
  );

  it(
    'stays the same while only its wording changes, and is planned by its digests',
    over(async ({ plan, sync }) => {
      await sync(files);

      const reworded = { ...files, 'apps/shop/a.yaml': `# other\n${files['apps/shop/a.yaml']}` };
      expect((await plan(reworded)).changes.map(({ action }) => action)).toEqual(['none']);

      const changed = {
        ...files,
        'apps/shop/a.yaml': files['apps/shop/a.yaml'].replace('web', 'w'),
      };
      const [change] = (await plan(changed)).changes;
      expect(change).toMatchObject({
        action: 'update',
        fields: [{ path: ['digest'], before: /^sha256:/, after: /^sha256:/ }].map((field) => ({
          ...field,
          before: expect.stringMatching(field.before),
          after: expect.stringMatching(field.after),
        })),
      });
    }),
  );

  it(
    'holds files as they are where that is asked for',
    over(async ({ registry, client, sync }) => {
      const text = files['images/registry.yaml'].replace('render:', 'files:');
      await sync({ ...files, 'images/registry.yaml': text });

      const digest = registry.repository(repository).tags.get('production') ?? '';
      const found = await pullArtifact(client, { host: registry.host, repository, digest }, signal);

      expect(found.map(({ path }) => path)).toEqual(['a.yaml', 'b.yaml']);
      expect(String(found[0]?.bytes)).toBe(files['apps/shop/a.yaml']);
    }),
  );

  it(
    'is signed before its tag points at it, and again once the signature is gone',
    over(async ({ registry, client, sync, plan }) => {
      const text = files['images/registry.yaml'].replace('}]', ', sign: true }]');
      const signed = { ...files, 'images/registry.yaml': text };
      expect(await sync(signed, { signingKey })).toEqual(['create done', 'none done']);

      const { tags } = registry.repository(repository);
      const digest = tags.get('production') ?? '';
      const place = { host: registry.host, repository, digest };
      expect(await hasSignature(client, place, { key: privateKey, signal })).toBe(true);
      const puts = registry.seen.filter((line) =>
        /^PUT .*\/shop\/manifests\/manifests\/(?!sha256:)/.test(line),
      );
      expect(puts.map((line) => line.split('/').at(-1))).toEqual([
        `${digest.replace(':', '-')}.sig`,
        'production',
      ]);

      tags.delete(`${digest.replace(':', '-')}.sig`);
      expect((await plan(signed, { signingKey })).changes[0]?.fields).toMatchObject([
        { path: ['signed'], before: false, after: true },
      ]);
      expect(await sync(signed, { signingKey })).toEqual(['update done', 'none done']);
      expect(await hasSignature(client, place, { key: privateKey, signal })).toBe(true);
    }),
  );

  it.each([
    ['a folder that is not there', 'render: ../apps/none', 'nothing that describes resources'],
    ['a folder outside of the repository', 'render: ../../etc', 'names no folder'],
    ['a folder from the root of a disk', 'files: /etc', 'names no folder'],
    ['two folders', 'render: ../apps/shop, files: ../apps/shop', 'names no folder'],
    ['a signature without a key', 'render: ../apps/shop, sign: true', 'no `signingKey`'],
    ['a word that is not known', 'render: ../apps/shop, helmm: {}', '"helmm" is not known'],
    ['a setting that is none', 'render: ../apps/shop, plain: 7', '`plain` is no object'],
  ])('with %s is told with its line', async (_name, words, reason) => {
    await over(async ({ prepare }) => {
      const text = files['images/registry.yaml'].replace('render: ../apps/shop', words);

      const { diagnostics } = await prepare({ ...files, 'images/registry.yaml': text });

      const summaries = diagnostics.map(({ summary }) => summary);
      expect(summaries).toEqual([expect.stringContaining(reason)]);
      expect(summaries[0]).toMatch(/^images\/registry\.yaml:1: /);
    })();
  });

  it(
    'shows people its digest, and nothing of what it holds',
    over(async ({ prepare, present }) => {
      const secret =
        'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ndata: { a: aHVudGVyMg== }\n';
      const prepared = await prepare({ ...files, 'apps/shop/a.yaml': secret });

      const shown = present(prepared);

      expect(shown).toEqual([{ digest: expect.stringMatching(/^sha256:/) }]);
    }),
  );

  it(
    'shows no key of its target in anything that is said',
    over(async ({ plan }) => {
      const text = files['images/registry.yaml'].replace('}]', ', sign: true }]');

      const planned = await plan({ ...files, 'images/registry.yaml': text }, { signingKey });

      expect(JSON.stringify(planned)).not.toContain(signingKey.split('\n')[1]);
    }),
  );
});

type TestFiles = Readonly<Record<string, string>>;
type More = Readonly<Record<string, string>>;

interface Setting {
  readonly registry: LoopbackRegistry;
  readonly client: ReturnType<typeof createRegistryClient>;
  readonly prepare: (files: TestFiles, more?: More) => Promise<Prepared>;
  readonly present: (prepared: Prepared) => readonly unknown[];
  readonly plan: (files: TestFiles, more?: More) => ReturnType<Provider['plan']>;
  /** Plans, applies and plans again: `ACTION END` of the first change. */
  readonly sync: (files: TestFiles, more?: More) => Promise<readonly string[]>;
}

function over(body: (setting: Setting) => Promise<void>): () => Promise<void> {
  return async () => {
    await using registry = await startLoopbackRegistry();
    await using outbound = createOutbound({ addresses: { allowLoopback: true } });
    const provider = createOciProvider({
      outbound: async () => outbound,
      allowHttp: () => true,
      readCredentials: async () => {
        throw new Error('The registry is open to everybody.');
      },
    });
    const client = createRegistryClient({ outbound, allowHttp: () => true });
    const stack: Stack = {
      name: 's/images',
      path: 'images',
      settings: {},
      owner: 'm',
      formerOwners: [],
    };
    const targetOf = (more: More): Target => ({
      name: 'images',
      settings: { registry: `${registry.host}/team`, ...more },
    });
    const prepare = (given: TestFiles, more: More = {}) =>
      provider.prepare(
        createMemoryFiles(given),
        { stack, target: targetOf(more), inputs: {} },
        { signal, seal },
      );
    const plan = async (given: TestFiles, more: More = {}) => {
      const prepared = await prepare(given, more);
      const ids = prepared.resources.map(({ id }) => id);
      const target = targetOf(more);
      const observed = await provider.observe(target, { ids }, { signal, seal });
      return await provider.plan(
        target,
        { stack, prepared, observed, inventory: [], foreign: 'report' },
        { signal, seal },
      );
    };
    const apply = async (given: TestFiles, more: More = {}) => {
      const prepared = await prepare(given, more);
      const { changes } = await plan(given, more);
      const request = { stack, changes, prepared };
      const outcomes = await Array.fromAsync(
        provider.apply(targetOf(more), request, { signal, seal }),
      );
      return `${changes[0]?.action} ${outcomes.at(-1)?.kind}`;
    };
    const sync = async (given: TestFiles, more: More = {}) => [
      await apply(given, more),
      await apply(given, more),
    ];
    const present = ({ resources }: Prepared) =>
      resources.map(({ id, body: own }) => provider.present?.(id, own, 'sealed'));
    await body({ registry, client, prepare, present, plan, sync });
  };
}
