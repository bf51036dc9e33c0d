import { describe, expect, it } from 'vitest';

import { branchOf, digestAdoption } from '../adopting/describe-adoption.ts';
import {
  configuration,
  MergeRequestBench,
  type PushedFiles,
  thing,
  thingId,
} from '../testing/index.ts';

const never = new AbortController().signal;
const web = thingId('web');

const written = (spec: string) => `{
  "kind": "Thing",
  "name": "web",
  "spec": {
    ${spec}
  }
}
`;

const shop: PushedFiles = {
  'trueup.yaml': configuration(
    'stacks:',
    '  - { name: shop, path: shop, target: cloud }',
    '  - { name: blog, path: blog, target: cloud }',
  ),
  'shop/web.json': written('"size": 1,\n    "color": "red"'),
  'blog/page.json': thing('page'),
};

async function openBench(files: PushedFiles = shop): Promise<MergeRequestBench> {
  const bench = await MergeRequestBench.open(files);
  const grants = [{ role: 'admin' }] as const;
  await bench.plane.admin.putMember('ada', { grants, emails: ['ada@example.com'] });
  return bench;
}

async function untilDrift({ plane }: MergeRequestBench, count = 1) {
  return plane.until('drift', async () => {
    const { items } = await plane.admin.drift({ stack: 'infra/shop', open: true }, { limit: 10 });
    return items.length === count && items;
  });
}

function requestOf(bench: MergeRequestBench, number: number | undefined) {
  const request = bench.remote.mergeRequests.find((one) => one.number === number);
  if (!request) throw new Error('There is no merge request.');
  return request;
}

describe('adopting drift', () => {
  it('is a merge request of one line that plans nothing, and closes the drift', async () => {
    await using bench = await openBench();
    const { plane } = bench;
    plane.cloud.disturb(web, 'size', 9, 'mallory');
    await untilDrift(bench);

    const { opened, patch, fields, refused } = await plane.admin.adopt('infra/shop', {}, never);

    expect(patch).toContain('-    "size": 1,\n+    "size": 9,\n');
    expect(patch.match(/^[+-](?![+-])/gm)).toHaveLength(2);
    expect(fields).toMatchObject([{ origin: { file: 'shop/web.json', line: 5 } }]);
    expect(refused).toEqual([]);
    const request = requestOf(bench, opened?.mergeRequest);
    expect(request.title).toBe('Adopt drift of infra/shop: Thing//web');
    expect(request.body).toContain('written by `mallory`');
    expect((await untilDrift(bench))[0]?.adoption).toMatchObject({
      mergeRequest: opened?.mergeRequest,
      by: 'member:ada',
    });
    const planned = await plane.until('its plan', async () => {
      const { items } = await plane.admin.changeSets({ open: true }, { limit: 5 });
      return items.find(({ phase }) => phase === 'planned');
    });
    expect(Object.keys(planned.stacks)).toEqual(['infra/shop']);
    const { totals } = await plane.admin.plan(planned.stacks['infra/shop']?.plan ?? '');
    expect(totals).toMatchObject({ create: 0, update: 0, delete: 0, none: 1 });

    await bench.merge(request, {
      'shop/web.json': written('"size": 9,\n    "color": "red"'),
    });
    const closed = await plane.until('the drift to close', async () => {
      const { items } = await plane.admin.drift({ stack: 'infra/shop' }, { limit: 10 });
      return items.find(({ state }) => state === 'closed');
    });

    expect(closed.closedBy).toBe('adopted');
    expect(plane.cloud.effectsOf(web)).toEqual(['create']);
    expect(plane.errors).toEqual([]);
  });

  it('is the same merge request for whoever asks twice', async () => {
    await using bench = await openBench();
    bench.plane.cloud.disturb(web, 'size', 9);
    await untilDrift(bench);

    const first = await bench.plane.admin.adopt('infra/shop', {}, never);
    await bench.push({ README: 'came since' });
    await bench.plane.restart();
    const second = await bench.plane.admin.adopt('infra/shop', { resources: [web] }, never);

    expect(second.opened).toEqual(first.opened);
    expect(bench.remote.mergeRequests).toHaveLength(1);
    const { items } = await bench.plane.admin.audit({ limit: 50 });
    expect(items.filter(({ event }) => event === 'drift:proposed')).toHaveLength(1);
  });

  it('is no merge request that somebody else has opened under its name', async () => {
    await using bench = await openBench();
    const before = written('"size": 1,\n    "color": "red"');
    const file = { path: 'shop/web.json', before, after: before.replace('1', '9') };
    const digest = digestAdoption({ stack: 'infra/shop', files: [file] });
    const branch = branchOf('adopt', 'infra/shop', digest);
    const other = await bench.propose({ 'shop/web.json': thing('evil') }, bench.ann, branch);
    bench.plane.git.branches.set(branch, other.sourceCommit);
    bench.plane.cloud.disturb(web, 'size', 9);
    await untilDrift(bench);

    const { opened } = await bench.plane.admin.adopt('infra/shop', {}, never);

    expect(opened?.branch).toBe(`${branch}-2`);
    expect(requestOf(bench, opened?.mergeRequest).author).toEqual(bench.self);
    expect(opened?.mergeRequest).not.toBe(other.number);
  });

  it('leaves what Git cannot ask for, and says why', async () => {
    await using bench = await openBench({
      ...shop,
      'shop/db.json': thing('db', { secret: 'hunter2' }),
      'shop/old.json': thing('old'),
    });
    const { plane } = bench;
    plane.cloud.disturb(web, 'size', 9);
    plane.cloud.disturb(thingId('db'), 'secret', 'leaked');
    plane.cloud.drop(thingId('old'));
    await untilDrift(bench, 3);

    const preview = await plane.admin.adopt('infra/shop', { preview: true }, never);
    const one = plane.admin.adopt('infra/shop', { resources: [thingId('db')] }, never);

    await expect(one).rejects.toThrow('it holds a secret');
    expect(preview.opened).toBeUndefined();
    expect(preview.fields.map(({ id }) => id)).toEqual([web]);
    expect(preview.refused.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
      'Thing//db: it holds a secret',
      'Thing//old: it is gone from the target: take its description out of Git by a commit of your own',
    ]);
    expect(JSON.stringify(preview)).not.toContain('leaked');
    expect(bench.remote.mergeRequests).toEqual([]);
  });

  it('takes what others added where somebody asks for that', async () => {
    await using bench = await openBench();
    bench.plane.cloud.disturb(web, 'size', 9);
    bench.plane.cloud.disturb(web, 'extra', '$(key)');
    bench.plane.cloud.disturb(web, 'shape', 'round');
    await untilDrift(bench);
    const preview = (foreign: boolean) =>
      bench.plane.admin.adopt('infra/shop', { foreign, preview: true }, never);

    const without = await preview(false);
    const both = await preview(true);

    expect(without.fields.map(({ path }) => path)).toHaveLength(1);
    // A provider that would take the text for another thing shows in the proof.
    expect(both.fields).toHaveLength(2);
    expect(both.refused).toMatchObject([{ reason: expect.stringContaining('does not get there') }]);
  });

  it('is refused to whoever may not plan, and without a forge, where it is a patch', async () => {
    await using bench = await openBench();
    const { plane } = bench;
    plane.cloud.disturb(web, 'size', 9);
    await untilDrift(bench);
    const [repository] = await plane.memory.repositories();
    if (!repository) throw new Error('There is no repository.');
    const viewer = plane.as('viewer');

    await expect(viewer.adopt('infra/shop', {}, never)).rejects.toThrow('may not plan');
    await expect(viewer.adopt('infra/shop', { preview: true }, never)).rejects.toThrow(
      'may not plan',
    );
    await expect(plane.admin.adopt('infra/blog', {}, never)).rejects.toThrow('nothing drifted');
  });
});
