import { isEnd, type ResourceId } from '@trueup/provider-sdk';
import { Rehearsal } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { tagId } from '../observe/tag-place.ts';
import {
  type FakeFixture,
  fakeDigest,
  openFakeFixture,
  targetHost,
} from '../testing/fake-fixture.ts';
import { openLoopbackFixture } from '../testing/loopback-fixture.ts';
import { ociAbilities } from '../testing/sample-stack.ts';

const repository = 'team/shop/web';
const place = { host: targetHost, repository };
const web = tagId({ ...place, tag: 'production' });
const key = `${repository}:production`;

describe('a tag', () => {
  it.each([
    ['refuse', 'failed', undefined],
    ['mute', 'done', fakeDigest(1)],
    ['lose', 'in-doubt', undefined],
  ] as const)('whose write ends by %s is %s', async (fault, kind, digest) => {
    const { fixture, apply } = await stage();
    fixture.client.faults.set(key, fault);

    expect(await apply()).toBe(kind);

    expect(tagOf(fixture)).toBe(digest);
  });

  it('is left alone when somebody moves it while its image is copied', async () => {
    const { fixture, apply } = await stage();
    fixture.client.afterCopy = () => fixture.client.put(place, fakeDigest(9), 'production');

    expect(await apply()).toBe('moved');

    expect(tagOf(fixture)).toBe(fakeDigest(9));
  });

  it('is left alone when somebody deletes it after it was planned', async () => {
    const { fixture, apply } = await stage();

    expect(await apply(fakeDigest(9))).toBe('moved');

    expect(tagOf(fixture)).toBeUndefined();
  });

  it('is done when somebody else has done the same', async () => {
    const { fixture, apply } = await stage();
    fixture.client.put(place, fakeDigest(1), 'production');

    expect(await apply()).toBe('done');

    expect(fixture.client.writes).toBe(0);
  });

  it('is in doubt when the look after a lost answer fails as well', async () => {
    const { fixture, apply } = await stage();
    const { client } = fixture;
    const point = client.point.bind(client);
    client.point = async (...given) => {
      client.link.goDown();
      await point(...given);
    };

    expect(await apply()).toBe('in-doubt');
  });
});

describe('a deletion', () => {
  it('is protected until the stack says otherwise', async () => {
    const { rehearsal, fixture } = await stage();
    await rehearsal.applyAll();
    const stack = { ...fixture.stack, settings: {} };

    const { changes } = await rehearsal.plan({ stack, prepared: nothing });

    expect(changes.map(({ action }) => action)).toEqual(['delete', 'delete', 'delete']);
    for (const { protection } of changes) expect(protection).toContain('deleteTags');
  });

  it('ends at the border of the target', async () => {
    const { rehearsal, fixture } = await stage();
    const outside = { host: targetHost, repository: 'other/web', tag: 'production' };
    fixture.client.put(outside, fakeDigest(1), 'production');

    const { changes } = await rehearsal.plan({ prepared: nothing, inventory: [tagId(outside)] });

    expect(changes).toEqual([]);
  });
});

describe('a plan', () => {
  it('tells of an image that is not there, with the line that asks for it', async () => {
    const { rehearsal, fixture } = await stage();
    fixture.client.repository({ host: 'ghcr.io', repository: 'acme/web' }).digests.clear();

    const { diagnostics } = await rehearsal.plan();

    expect(diagnostics).toMatchObject([
      { code: 'OCI_SOURCE_MISSING', origin: { file: 'images/registry.yaml', line: 2 } },
    ]);
  });

  it('needs no source for what is right', async () => {
    const { rehearsal, fixture } = await stage();
    const prepared = await rehearsal.prepare();
    await rehearsal.applyAll({ prepared });
    fixture.client.repository({ host: 'ghcr.io', repository: 'acme/web' }).digests.clear();

    expect((await rehearsal.plan({ prepared })).diagnostics).toEqual([]);
  });

  it('shows both digests, and the line', async () => {
    const { rehearsal, fixture } = await stage();
    await rehearsal.applyAll();
    fixture.client.put(place, fakeDigest(9), 'production');

    const { changes } = await rehearsal.plan();

    expect(changes.find(({ id }) => id === web)?.fields).toEqual([
      {
        path: ['digest'],
        before: fakeDigest(9),
        after: fakeDigest(1),
        sensitive: false,
        origin: { file: 'images/registry.yaml', line: 2, column: expect.any(Number) },
      },
    ]);
  });
});

describe('outputs', () => {
  it('are references by digest', async () => {
    const { rehearsal, fixture } = await stage();
    await rehearsal.applyAll();

    const outputs = fixture.provider.outputs(await rehearsal.observe(rehearsal.inventory));

    expect(outputs['team_shop_web_production']).toEqual({
      value: `${targetHost}/${repository}@${fakeDigest(1)}`,
      sensitive: false,
    });
  });
});

describe('a registry by HTTP', () => {
  it.each([
    ['an answer that gets lost', /^PUT .*manifests\/production/, 'mute', 'done'],
    ['a server that fails and did nothing', /^PUT .*manifests\/production/, 500, 'in-doubt'],
    ['a login that may not write', /^PUT .*manifests\/production/, 403, 'failed'],
    ['a login that may not copy', /^POST .*shop\/web\/blobs/, 403, 'failed'],
    ['a registry that is busy for a moment', /^PUT .*manifests\/production/, 429, 'done'],
  ] as const)('meets %s', async (_name, match, fault, kind) => {
    const fixture = await openLoopbackFixture();
    try {
      fixture.registry.fail(match, fault);

      expect(await applyTag(new Rehearsal(fixture, ociAbilities))).toBe(kind);
    } finally {
      await fixture.close();
    }
  });

  it('gets every login for itself', async () => {
    const fixture = await openLoopbackFixture();
    try {
      await new Rehearsal(fixture, ociAbilities).applyAll();

      const written = fixture.source.scopes.filter((scope) => scope.includes('push'));
      expect(written).toEqual([]);
      expect(fixture.registry.repository(repository).tags.size).toBe(1);
    } finally {
      await fixture.close();
    }
  });
});

const nothing = { resources: [], inputsRead: [], diagnostics: [] };

async function stage() {
  const fixture = await openFakeFixture();
  const rehearsal = new Rehearsal(fixture, ociAbilities);
  return { fixture, rehearsal, apply: (version?: string) => applyTag(rehearsal, version) };
}

function tagOf({ client }: FakeFixture): string | undefined {
  return client.repository(place).tags.get('production');
}

/** Applies one tag as if it had stood for `version` when it was planned, or had not been there. */
async function applyTag(rehearsal: Rehearsal, version?: string): Promise<string | undefined> {
  const prepared = await rehearsal.prepare();
  const isWeb = (id: ResourceId) => id.endsWith('production');
  const resources = prepared.resources.filter(({ id }) => isWeb(id));
  const changes = resources.map(({ id }) => ({
    ...create(id),
    ...(version !== undefined && { action: 'update' as const, version }),
  }));
  const outcomes = await rehearsal.apply({ changes, prepared });
  return outcomes.find(isEnd)?.kind;
}

function create(id: ResourceId) {
  return {
    id,
    action: 'create',
    fields: [],
    confidence: 'certain',
    hazards: [],
    position: { wave: 0, rank: 0 },
    dependsOn: [],
  } as const;
}
