import { createOutbound } from '@trueup/outbound';
import { describe, expect, it } from 'vitest';

import { copyArtifact } from './copy/copy-artifact.ts';
import { createRegistryClient } from './create-registry-client.ts';
import { digestOf } from './digest.ts';
import type { BlobSource, RegistryClient } from './registry-client.ts';
import type { LoopbackRegistryOptions } from './testing/loopback-exchange.ts';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
  storeArtifact,
  storeManifest,
} from './testing/loopback-registry.ts';
import { startStorage } from './testing/loopback-storage.ts';

const signal = new AbortController().signal;
const login = { username: 'writer', password: 'hunter2' };
const content = 'abcdefghijklmnopqrstuvwxyz';

describe('a blob', () => {
  it(
    'goes up in one piece when it fits',
    over(async ({ client, registry, place }) => {
      const pushed = await client.pushBlob(place, sourceOf('abcd'), signal);

      expect(pushed).toBe('pushed');
      expect(methodsOf(registry)).toEqual(['HEAD', 'POST', 'PUT']);
      expect(storedText(registry, 'abcd')).toBe('abcd');
    }),
  );

  it.each(['', 'a', 'abcdefgh', content])('goes up at once, and is whole: %j', async (text) => {
    await over(async ({ client, registry, place }) => {
      await client.pushBlob(place, sourceOf(text), signal);

      expect(storedText(registry, text)).toBe(text);
      expect(methodsOf(registry)).toEqual(['HEAD', 'POST', 'PUT']);
    })();
  });

  it.each(['a', 'abcdefgh', content])(
    'goes up in pieces where whole it is too much: %j',
    async (text) => {
      await over(async ({ client, registry, place }) => {
        registry.fail(/^PUT/, 413);

        await client.pushBlob(place, sourceOf(text), signal);

        expect(storedText(registry, text)).toBe(text);
        const patches = methodsOf(registry).filter((method) => method === 'PATCH').length;
        expect(patches).toBe(text.length > 8 ? Math.ceil(text.length / 8) : 0);
      })();
    },
  );

  it(
    'is not sent where it is already',
    over(async ({ client, registry, place }) => {
      await client.pushBlob(place, sourceOf(content), signal);
      const before = registry.writes;

      expect(await client.pushBlob(place, sourceOf(content), signal)).toBe('there');
      expect(registry.writes).toBe(before);
    }),
  );

  it.each<[string, RegExp, LoopbackFault]>([
    ['content that did not arrive', /^PUT/, 'drop'],
    ['content that arrived in part', /^PUT/, 'break'],
    ['content whose answer got lost', /^PUT/, 'mute'],
    ['a registry that is busy', /^PUT/, 503],
    ['a registry that has to rest', /^POST/, 429],
    ['a registry that has to rest in the midst', /^PUT/, 429],
    ['a registry that failed', /^PUT/, 500],
    ['a registry whose disk is full', /^PUT/, 507],
    ['an upload that was forgotten', /^PUT/, 404],
  ])('survives %s', async (_name, match, fault) => {
    await over(async ({ client, registry, place }) => {
      registry.fail(match, fault);

      await client.pushBlob(place, sourceOf(content), signal);

      expect(storedText(registry, content)).toBe(content);
    })();
  });

  it.each<[string, RegExp, LoopbackFault]>([
    ['did not arrive', /^PATCH/, 'drop'],
    ['arrived in part', /^PATCH/, 'break'],
    ['had its answer lost', /^PATCH/, 'mute'],
    ['met a registry that is busy', /^PATCH/, 503],
    ['met a registry that failed', /^PATCH/, 500],
    ['was forgotten', /^PATCH/, 404],
    ['was the last one', /^PUT.*state=[1-9]/, 'mute'],
  ])('survives a piece that %s', async (_name, match, fault) => {
    await over(async ({ client, registry, place }) => {
      registry.fail(/^PUT/, 413);
      registry.fail(match, fault);

      await client.pushBlob(place, sourceOf(content), signal);

      expect(storedText(registry, content)).toBe(content);
    })();
  });

  it(
    'takes up where a broken upload ended',
    over(async ({ client, registry, place }) => {
      registry.fail(/^PUT/, 'break');
      const read: number[] = [];

      await client.pushBlob(place, sourceOf(content, read), signal);

      expect(storedText(registry, content)).toBe(content);
      expect(methodsOf(registry).filter((method) => method === 'POST')).toHaveLength(1);
      expect(registry.seen.filter((line) => /^PATCH.*state=13/.test(line))).toHaveLength(1);
      // Small ones have no mark between, and are summed up once more.
      expect(read).toEqual([0, 0]);
    }),
  );

  it(
    'waits as long as the registry asks for',
    over(
      async ({ client, registry, place, waited }) => {
        registry.fail(/^PUT/, 429);

        await client.pushBlob(place, sourceOf(content), signal);

        expect(waited).toEqual([7000]);
      },
      { retryAfter: 7, hasNoLogin: true },
    ),
  );

  it.each([307, 308])('goes where the registry sends it, without a login: %d', async (status) => {
    await over(async ({ client, registry, place }) => {
      await using storage = await startStorage();
      registry.redirect(/^PUT/, status, storage.url);

      await client.pushBlob(place, sourceOf(content), signal);

      expect(storage.received).toEqual([{ body: content, authorization: undefined }]);
    })();
  });

  it(
    'gives up after a bounded number of tries',
    over(async ({ client, registry, place }) => {
      // As a full disk does it.
      registry.fail(/^PUT|^PATCH/, ...Array.from({ length: 50 }, () => 507));

      const pushing = client.pushBlob(place, sourceOf(content), signal);

      await expect(pushing).rejects.toMatchObject({
        code: 'REGISTRY_UNAVAILABLE',
        family: 'transient',
      });
      expect(methodsOf(registry).filter((method) => method === 'PUT')).toHaveLength(1);
      expect(methodsOf(registry).filter((method) => method === 'PATCH')).toHaveLength(6);
      expect(registry.writes).toBe(0);
    }),
  );

  it.each([
    [
      'other content',
      { ...sourceOf(content), digest: digestOf(Buffer.from('other')) },
      'REGISTRY_DIGEST_MISMATCH',
    ],
    ['too much content', { ...sourceOf(content), size: 10 }, 'REGISTRY_DIGEST_MISMATCH'],
    ['too little content', { ...sourceOf(content), size: 100 }, 'REGISTRY_TRUNCATED'],
  ])('is not pushed with %s', async (_name, source, code) => {
    await over(async ({ client, registry, place }) => {
      await expect(client.pushBlob(place, source, signal)).rejects.toMatchObject({ code });
      expect(registry.writes).toBe(0);
    })();
  });

  it(
    'is asked for with the scopes of both repositories',
    over(async ({ client, registry, place }) => {
      registry.repository('other').blobs.set(digestOf(Buffer.from(content)), Buffer.from(content));

      const pushed = await client.pushBlob(place, sourceOf(content), signal, {
        mountFrom: 'other',
      });

      expect(pushed).toBe('mounted');
      expect(registry.scopes).toContain('repository:shop/web:pull,push repository:other:pull');
    }),
  );

  it.each<[LoopbackFault, string]>([
    ['drop', 'OUTBOUND'],
    ['corrupt', 'REGISTRY_DIGEST_MISMATCH'],
  ])('is refused when it comes %s', async (fault, code) => {
    await over(async ({ client, registry, place }) => {
      await client.pushBlob(place, sourceOf(content), signal);
      const digest = digestOf(Buffer.from(content));
      registry.fail(/^GET .*blobs/, ...Array.from({ length: 20 }, () => fault));

      const read = Array.fromAsync(
        client.openBlob({ ...place, digest }, signal, { maxBytes: 100 }),
      );

      await expect(read).rejects.toMatchObject({ code: expect.stringContaining(code) });
    })();
  });
});

describe('a blob that breaks off while it is read', () => {
  it.each([
    ['goes on at the missing byte', false],
    ['goes on where the registry sends it all again', true],
  ])('%s', async (_name, ignoresRanges) => {
    await over(
      async ({ client, registry, place }) => {
        await client.pushBlob(place, sourceOf(content), signal);
        const digest = digestOf(Buffer.from(content));
        registry.fail(/^GET .*blobs/, 'truncate');

        const read = await Array.fromAsync(
          client.openBlob({ ...place, digest }, signal, { maxBytes: 100 }),
        );

        expect(Buffer.concat(read).toString()).toBe(content);
        expect(registry.ranges).toEqual([undefined, 'bytes=13-']);
      },
      { ignoresRanges, hasNoLogin: true },
    )();
  });

  it(
    'is read from elsewhere without a login',
    over(async ({ client, registry, place }) => {
      await using storage = await startStorage(content);
      registry.redirect(/^GET .*blobs/, 307, storage.url);
      const digest = digestOf(Buffer.from(content));
      // So that there is a login that could be taken along.
      await client.headManifest(place, signal);

      const read = await Array.fromAsync(
        client.openBlob({ ...place, digest }, signal, { maxBytes: 100 }),
      );

      expect(Buffer.concat(read).toString()).toBe(content);
      expect(storage.received).toEqual([{ body: '', authorization: undefined }]);
    }),
  );
});

describe('a call that is aborted', () => {
  it.each([
    ['while a piece goes up', /^PATCH/, true],
    ['while the registry is asked for an upload', /^POST/, false],
    ['while a blob goes up', /^PUT/, false],
  ])('ends at once %s', async (_name, match, inPieces) => {
    await over(
      async ({ client, registry, place }) => {
        if (inPieces) registry.fail(/^PUT/, 413);
        registry.fail(match, 'hang');
        const controller = new AbortController();
        const reason = new Error('Superseded.');
        const pushing = client.pushBlob(place, sourceOf(content), controller.signal);
        const ended = expect(pushing).rejects.toBe(reason);
        await expect.poll(() => registry.seen.filter((line) => match.test(line)).length).toBe(1);

        controller.abort(reason);

        await ended;
        expect(registry.writes).toBe(0);
      },
      { hasNoLogin: true },
    )();
  });
});

describe('a tag', () => {
  it(
    'points at a manifest, moves and goes',
    over(async ({ client, registry, place }) => {
      const one = storeArtifact(registry.repository('shop/web'), 'production', ['one']);
      const two = storeArtifact(registry.repository('shop/web'), undefined, ['two']);
      const reference = { ...place, tag: 'production' };
      expect((await client.headManifest(reference, signal))?.digest).toBe(one);

      const manifest = await client.pullManifest({ ...place, digest: two }, signal);
      await client.pushManifest(reference, manifest, signal);
      expect((await client.headManifest(reference, signal))?.digest).toBe(two);

      expect(await client.deleteTag(reference, signal)).toBe(true);
      expect(await client.deleteTag(reference, signal)).toBe(false);
      expect(await client.headManifest(reference, signal)).toBeUndefined();
      expect(await client.headManifest({ ...place, digest: two }, signal)).toBeDefined();
    }),
  );

  it(
    'stays where the registry lets none go',
    over(
      async ({ client, registry, place }) => {
        storeArtifact(registry.repository('shop/web'), 'production', ['one']);

        const deleting = client.deleteTag({ ...place, tag: 'production' }, signal);

        await expect(deleting).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
        expect(registry.repository('shop/web').manifests.size).toBe(1);
      },
      { keepsTags: true },
    ),
  );

  it(
    'is listed page by page',
    over(
      async ({ client, registry, place }) => {
        const { tags } = registry.repository('shop/web');
        const names = Array.from(
          { length: 25 },
          (_, index) => `v${String(index).padStart(2, '0')}`,
        );
        for (const name of names) tags.set(name, 'x');

        expect(await client.listTags(place, signal)).toEqual(names);
        expect(registry.seen.filter((line) => line.includes('tags/list'))).toHaveLength(4);
      },
      { tagsPerPage: 10 },
    ),
  );
});

describe('referrers', () => {
  const subject = { digest: `sha256:${'0'.repeat(64)}` };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';

  it.each([false, true])('are listed, by the fallback tag too: %s', async (hasNoReferrers) => {
    await over(
      async ({ client, registry, place }) => {
        const repository = registry.repository('shop/web');
        const signature = { mediaType, artifactType: 'signature', subject };
        const digest = storeManifest(repository, undefined, signature);
        storeManifest(repository, undefined, { mediaType, artifactType: 'sbom', subject });
        const listed = [{ mediaType, digest, size: 1, artifactType: 'signature' }];
        const index = { mediaType: 'application/vnd.oci.image.index.v1+json', manifests: listed };
        storeManifest(repository, `sha256-${'0'.repeat(64)}`, index);

        const found = await client.listReferrers({ ...place, ...subject }, signal, {
          artifactType: 'signature',
        });

        expect(found.map((one) => one.digest)).toEqual([digest]);
      },
      { hasNoReferrers },
    )();
  });
});

describe('an artifact', () => {
  it(
    'is copied with all that it names, and bytes that stay the same',
    over(async (setting) => {
      const { client, registry, place } = setting;
      const digest = storeIndex(registry);

      await copyArtifact(
        client,
        { from: { host: place.host, repository: 'from', digest }, to: place },
        signal,
      );

      const [from, to] = [registry.repository('from'), registry.repository('shop/web')];
      expect([...to.manifests.keys()].sort()).toEqual([...from.manifests.keys()].sort());
      expect([...to.blobs.keys()].sort()).toEqual([...from.blobs.keys()].sort());
      expect(to.tags.size).toBe(0);
      expect(registry.seen.filter((line) => line.startsWith('PATCH'))).toEqual([]);
    }),
  );

  it(
    'is copied without mounts where there are none',
    over(
      async ({ client, registry, place }) => {
        const digest = storeIndex(registry);
        const request = { from: { host: place.host, repository: 'from', digest }, to: place };

        await copyArtifact(client, request, signal);
        const before = registry.writes;
        await copyArtifact(client, request, signal);

        expect(registry.repository('shop/web').blobs.size).toBe(3);
        expect(registry.writes).toBe(before);
      },
      { mountsNothing: true },
    ),
  );

  it(
    'is copied although its layers break off',
    over(
      async ({ client, registry, place }) => {
        const digest = storeArtifact(registry.repository('from'), undefined, [content.repeat(100)]);
        registry.fail(/^GET .*blobs/, 'truncate', 'drop');

        await copyArtifact(
          client,
          { from: { host: place.host, repository: 'from', digest }, to: place },
          signal,
        );

        expect(registry.repository('shop/web').manifests.has(digest)).toBe(true);
      },
      { mountsNothing: true },
    ),
  );

  it(
    'is not copied when a layer is another',
    over(
      async ({ client, registry, place }) => {
        const digest = storeArtifact(registry.repository('from'), undefined, [content]);
        registry.fail(/^GET .*blobs/, 'corrupt', 'corrupt');

        const copying = copyArtifact(
          client,
          { from: { host: place.host, repository: 'from', digest }, to: place },
          signal,
        );

        await expect(copying).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' });
        expect(registry.repository('shop/web').manifests.size).toBe(0);
      },
      { mountsNothing: true },
    ),
  );
});

type LoopbackFault = Parameters<LoopbackRegistry['fail']>[1];

function storeIndex(registry: LoopbackRegistry): string {
  const from = registry.repository('from');
  const digests = [
    storeArtifact(from, undefined, ['one']),
    storeArtifact(from, undefined, ['two']),
  ];
  const manifests = digests.map((digest) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: 1,
  }));
  return storeManifest(from, 'latest', {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests,
  });
}

function sourceOf(text: string, read: number[] = []): BlobSource {
  const bytes = Buffer.from(text);
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *open(_signal, start) {
      read.push(start);
      for (let at = start; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
    },
  };
}

function storedText(registry: LoopbackRegistry, text: string): string | undefined {
  const blob = registry.repository('shop/web').blobs.get(digestOf(Buffer.from(text)));
  return blob && Buffer.from(blob).toString();
}

function methodsOf({ seen }: LoopbackRegistry): readonly string[] {
  // Each first one is asked for a token.
  return seen
    .map((line) => line.split(' ')[0] ?? '')
    .filter((method, index, all) => method !== all[index - 1] || method === 'PATCH');
}

interface Setting {
  readonly client: RegistryClient;
  readonly registry: LoopbackRegistry;
  readonly place: { readonly host: string; readonly repository: string };
  /** Between tries, in milliseconds. */
  readonly waited: readonly number[];
}

interface Variant extends LoopbackRegistryOptions {
  /** So that no request is sent a second time for its token. */
  readonly hasNoLogin?: boolean;
}

/** Runs a test against a registry and a client of its own, whose pieces have eight bytes. */
function over(
  body: (setting: Setting) => Promise<void>,
  { hasNoLogin = false, ...options }: Variant = {},
) {
  return async () => {
    await using registry = await startLoopbackRegistry({
      ...(!hasNoLogin && { login }),
      ...options,
    });
    await using outbound = createOutbound({
      addresses: { allowLoopback: true },
      wait: async () => undefined,
    });
    const waited: number[] = [];
    const client = createRegistryClient({
      outbound,
      credentials: async () => ({ kind: 'password', ...login }),
      allowHttp: () => true,
      pieceBytes: 8,
      wait: async (ms) => {
        waited.push(ms);
      },
    });
    const place = { host: registry.host, repository: 'shop/web' };
    await body({ client, registry, place, waited });
  };
}
