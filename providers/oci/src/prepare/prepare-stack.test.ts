import { createPlainRenderer, type Renderer } from '@trueup/manifests';
import type { PrepareRequest } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';
import { createProvider } from '../oci-provider.ts';
import { fakeDigest } from '../testing/fake-fixture.ts';
import { FakeOciClient } from '../testing/fake-oci-client.ts';
import { prepareStack } from './prepare-stack.ts';

const asking = { logins: async () => undefined, signal: new AbortController().signal };

describe('a registry file', () => {
  it('says what each tag points at, wherever the image comes from', async () => {
    const { client, prepare } = stage();
    client.put({ host: 'ghcr.io', repository: 'acme/web' }, fakeDigest(2), '1.4');
    client.put(
      { host: 'registry.example.com', repository: 'team/shop/web' },
      fakeDigest(3),
      'next',
    );

    const prepared = await prepare(`tags:
  - { repository: shop/web, tag: a, from: "ghcr.io/acme/web@${fakeDigest(1)}" }
  - { repository: shop/web, tag: b, from: ghcr.io/acme/web:1.4 }
  - { repository: shop/web, tag: "1.10", from: shop/web:next }
`);

    expect(prepared.diagnostics).toEqual([]);
    expect(
      prepared.resources.map(({ id, body, origin }) => [id, body['from'], origin?.line]),
    ).toEqual([
      ['Tag/registry.example.com/team%2Fshop%2Fweb%3Aa', `ghcr.io/acme/web@${fakeDigest(1)}`, 2],
      ['Tag/registry.example.com/team%2Fshop%2Fweb%3Ab', `ghcr.io/acme/web@${fakeDigest(2)}`, 3],
      [
        'Tag/registry.example.com/team%2Fshop%2Fweb%3A1.10',
        `registry.example.com/team/shop/web@${fakeDigest(3)}`,
        4,
      ],
    ]);
    expect(prepared.inputsRead).toEqual([
      { name: 'oci:ghcr.io/acme/web:1.4', digest: fakeDigest(2) },
      { name: 'oci:registry.example.com/team/shop/web:next', digest: fakeDigest(3) },
    ]);
  });

  it('is another one once the tag that it names has moved', async () => {
    const { client, prepare } = stage();
    const text = 'tags: [{ repository: a, tag: b, from: ghcr.io/acme/web:1.4 }]';
    client.put({ host: 'ghcr.io', repository: 'acme/web' }, fakeDigest(1), '1.4');
    const before = await prepare(text);
    client.put({ host: 'ghcr.io', repository: 'acme/web' }, fakeDigest(2), '1.4');

    const after = await prepare(text);

    expect(after.inputsRead).not.toEqual(before.inputsRead);
    expect(after.resources[0]?.body['digest']).toBe(fakeDigest(2));
  });

  it.each([
    ['', '1:1', 'is no object'],
    ['tags: {}', '1:1', 'no list'],
    ['tag: []', '1:1', '"tag" is not known', 'Did you mean `tags`?'],
    ['tags:\n  - 7', '2:5', 'no object'],
    [
      'tags:\n  - { repository: a, tag: b, form: c/d:1 }',
      '2:30',
      '"form" is not known',
      'Did you mean `from`?',
    ],
    ['tags:\n  - { repository: A, tag: b, from: "c.d/e:1" }', '2:7', 'names no repository'],
    ['tags:\n  - { repository: ../a, tag: b, from: "c.d/e:1" }', '2:7', 'names no repository'],
    ['tags:\n  - { repository: a, tag: 1.1, from: "c.d/e:1" }', '2:22', '`tag` is no tag'],
    ['tags:\n  - { repository: a, tag: b/c, from: "c.d/e:1" }', '2:22', '`tag` is no tag'],
    ['tags:\n  - { repository: a, tag: b, from: "c.d/e" }', '2:30', 'by tag or digest'],
    ['tags:\n  - { repository: a, tag: b, from: "c.d/e@sha256:1" }', '2:30', 'by tag or digest'],
    ['tags:\n  - { repository: a, tag: b, from: __proto__ }', '2:30', 'by tag or digest'],
    ['tags:\n  - { repository: a, tag: b, from: "c.d/e:9" }', '2:30', 'there is no c.d/e:9'],
  ])('tells the line of what is wrong: %j', async (text, place, says, advice?) => {
    const { prepare } = stage();

    const { diagnostics } = await prepare(text);

    const [found] = diagnostics.filter(({ summary }) => summary.includes(says));
    expect(found?.origin?.file).toBe('images/registry.yaml');
    expect(`${found?.origin?.line}:${found?.origin?.column}`).toBe(place);
    expect(found?.advice ?? '').toContain(advice ?? '');
  });

  it('names each tag once', async () => {
    const entry = `{ repository: a, tag: b, from: "c.d/e@${fakeDigest(1)}" }`;
    const { prepare } = stage();

    const { diagnostics } = await prepare(`tags:\n  - ${entry}\n  - ${entry}\n`);

    expect(diagnostics.map(({ origin }) => origin?.line)).toEqual([3]);
  });

  it.each([undefined, 'required'] as const)('is rendered with isolation %s', async (isolation) => {
    const client = new FakeOciClient();
    const asked: (string | undefined)[] = [];
    const plain = createPlainRenderer();
    const told: Renderer = {
      ...plain,
      render: (...rendering) => {
        asked.push(rendering[1].isolation);
        return plain.render(...rendering);
      },
    };
    const call = { signal: asking.signal, seal: () => '', ...(isolation && { isolation }) };
    const provider = createProvider(client, readNothing, [told]);
    const files = {
      'images/registry.yaml': 'artifacts: [{ repository: a, tag: b, render: ../apps }]\n',
      'apps/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
    };

    const { diagnostics } = await provider.prepare(createMemoryFiles(files), request, call);

    expect(diagnostics).toEqual([]);
    expect(asked).toEqual([isolation]);
  });

  it('is missed where there is none', async () => {
    const { diagnostics } = await stage().prepare(undefined);

    expect(diagnostics.map(({ code }) => code)).toEqual(['OCI_FILE']);
  });
});

async function readNothing(): Promise<never> {
  throw new Error('No secret is named.');
}

const request: PrepareRequest = {
  stack: { name: 's/images', path: 'images', settings: {}, owner: 'm', formerOwners: [] },
  target: { name: 't', settings: { registry: 'registry.example.com/team' } },
  inputs: {},
};

function stage() {
  const client = new FakeOciClient();
  const prepare = (text: string | undefined) =>
    prepareStack(request, {
      client,
      asking,
      renderers: [createPlainRenderer()],
      files: createMemoryFiles(text === undefined ? {} : { 'images/registry.yaml': text }),
    });
  return { client, prepare };
}
