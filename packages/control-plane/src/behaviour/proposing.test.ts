import { describe, expect, it, vi } from 'vitest';

import { configuration, MergeRequestBench, thing, thingId } from '../testing/index.ts';

const web = thingId('web');
const stacks = ['stacks:', '  - { name: shop, path: shop, target: cloud }'];
const files = {
  'trueup.yaml': configuration(...stacks, 'rules:', '  - { stacks: ["*"], drift: propose }'),
  'shop/web.json': thing('web'),
  'shop/api.json': thing('api'),
};

/** What drifted has stood still for so long that it is proposed. */
async function wait(bench: MergeRequestBench, size: number, byMs = 61_000): Promise<void> {
  bench.plane.shiftClock(byMs);
  look(bench, size);
}

/** The same once more: there is nothing new, and a look. */
function look({ plane }: MergeRequestBench, size: number): void {
  plane.cloud.disturb(web, 'size', size, 'mallory');
}

function openOnes({ remote }: MergeRequestBench) {
  return remote.mergeRequests.filter((one) => !one.closedAt);
}

async function untilRequest(bench: MergeRequestBench, count = 1) {
  return bench.plane.until('merge requests', async () => {
    const { adoptions = [] } = (await bench.plane.memory.stack('infra/shop')) ?? {};
    const found = bench.remote.mergeRequests;
    return found.length === count && adoptions.length === count && found.at(-1);
  });
}

async function untilOpen({ plane }: MergeRequestBench, count: number) {
  return plane.until(`${count} open`, async () => {
    const { items } = await plane.admin.drift({ stack: 'infra/shop', open: true }, { limit: 10 });
    return items.length === count && items;
  });
}

async function openProposed(): Promise<MergeRequestBench> {
  const bench = await MergeRequestBench.open(files);
  look(bench, 9);
  await untilOpen(bench, 1);
  await wait(bench, 9);
  return bench;
}

/** Kills the process right behind that step, and resolves once it is gone. */
function endAfter({ plane, remote }: MergeRequestBench, step: 'pushed' | 'opened'): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      plane.crash().then(resolve, reject);
    };
    if (step === 'pushed') {
      const { onBranch } = plane.git;
      plane.git.onBranch = (...moved) => {
        plane.git.onBranch = onBranch;
        onBranch?.(...moved);
        end();
      };
    } else {
      const open = remote.open.bind(remote);
      vi.spyOn(remote, 'open').mockImplementationOnce((opening) => {
        end();
        return open(opening);
      });
    }
  });
}

describe('drift that a rule proposes', () => {
  it('becomes a merge request once it has stood still, and only one', async () => {
    await using bench = await MergeRequestBench.open(files);
    const { plane } = bench;

    look(bench, 9);
    await untilOpen(bench, 1);
    const early = [...bench.remote.mergeRequests];
    await wait(bench, 9);
    const request = await untilRequest(bench);
    await plane.restart();
    await wait(bench, 9);
    const [item] = await untilOpen(bench, 1);

    expect(early).toEqual([]);
    expect(bench.remote.mergeRequests).toHaveLength(1);
    expect(request?.title).toBe('Adopt drift of infra/shop: Thing//web');
    expect(request?.body).toContain('A rule asks for it.');
    expect(item?.adoption).toMatchObject({ mergeRequest: request?.number, by: 'trueup' });
    const proposed = plane.git.filesOf(plane.git.branches.get(request?.sourceBranch ?? '') ?? '');
    expect(JSON.parse(proposed['shop/web.json'] ?? '')).toMatchObject({ spec: { size: 9 } });
    expect(plane.errors).toEqual([]);
  });

  it('moves with what drifts, seldom, and is closed when nothing is left of it', async () => {
    await using bench = await openProposed();
    const { plane } = bench;
    const request = await untilRequest(bench);
    const first = plane.git.branches.get(request?.sourceBranch ?? '');

    plane.cloud.disturb(thingId('api'), 'size', 5);
    await untilOpen(bench, 2);
    await wait(bench, 9);
    await untilOpen(bench, 2);
    const early = plane.git.branches.get(request?.sourceBranch ?? '');
    await wait(bench, 9, 600_000);
    const moved = await plane.until('the branch to move', async () => {
      const at = plane.git.branches.get(request?.sourceBranch ?? '');
      return at !== first && at;
    });
    plane.cloud.disturb(thingId('api'), 'size', 1);
    plane.cloud.disturb(web, 'size', 1);
    await plane.until('it to be closed', async () => openOnes(bench).length === 0);

    expect(early).toBe(first);
    expect(JSON.parse(plane.git.filesOf(moved)['shop/api.json'] ?? '')).toMatchObject({
      spec: { size: 5 },
    });
    expect(bench.remote.mergeRequests).toHaveLength(1);
    expect(request?.comments.map(({ body }) => body).join('\n')).toContain('is gone');
    await plane.until('nothing to be kept of it', async () => {
      const record = await plane.memory.stack('infra/shop');
      return record?.adoptions === undefined;
    });
    expect(plane.errors).toEqual([]);
  });

  it('is left to people who said something, and does not come again once they closed it', async () => {
    await using bench = await openProposed();
    const { plane, remote } = bench;
    const request = await untilRequest(bench);
    if (!request) throw new Error('There is no merge request.');

    remote.comment(request.number, bench.ann, 'I look into it.');
    look(bench, 1);
    await untilOpen(bench, 0);
    await plane.until('nothing to be kept of it', async () => {
      const record = await plane.memory.stack('infra/shop');
      return record?.adoptions === undefined;
    });
    const left = openOnes(bench);

    expect(left).toHaveLength(1);
  });

  it('does not come again once somebody closed it', async () => {
    await using bench = await openProposed();
    const { plane } = bench;
    const request = await untilRequest(bench);
    if (!request) throw new Error('There is no merge request.');

    request.closedAt = bench.world.tick();
    await wait(bench, 9, 700_000);
    const [item] = await plane.until('it to be known', async () => {
      const items = await untilOpen(bench, 1);
      return items[0]?.adoption?.declined && items;
    });
    const planned = vi.spyOn(plane.git, 'commitFiles');
    await plane.restart();
    await wait(bench, 9, 700_000);
    await plane.until('it to be planned', async () => planned.mock.calls.length > 0);
    // What it opens, it opens without waiting for anything but what is in memory.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));

    expect(item?.adoption?.mergeRequest).toBe(request.number);
    expect(bench.remote.mergeRequests).toHaveLength(1);
  });

  it.each([
    ['pushed', 9],
    ['pushed', 10],
    ['opened', 9],
    ['opened', 10],
  ] as const)(
    'is one merge request, also where the process ends once it %s (%i)',
    async (step, size) => {
      await using bench = await MergeRequestBench.open(files);
      const { plane, remote } = bench;
      look(bench, 9);
      await untilOpen(bench, 1);
      const ended = endAfter(bench, step);
      await wait(bench, 9);
      await ended;
      // Meanwhile it may have become another one.
      look(bench, size);
      await plane.start();
      await plane.until('it to be seen', async () => {
        const [item] = await untilOpen(bench, 1);
        return item?.change.fields[0]?.before === size;
      });
      await wait(bench, size);

      const request = await untilRequest(bench);
      const branch = request?.sourceBranch ?? '';
      const proposed = await plane.until('it to ask for that', async () => {
        const text = plane.git.filesOf(plane.git.branches.get(branch) ?? '')['shop/web.json'];
        return text?.includes(`"size":${size}`) && text;
      });

      expect(proposed).toBe(thing('web', { spec: { size } }));
      expect(remote.mergeRequests).toHaveLength(1);
    },
  );

  it('is no merge request of somebody else, whatever its branch is called', async () => {
    await using bench = await MergeRequestBench.open(files);
    const branch = 'drift-shop-0123456789ab';
    const other = await bench.propose({ 'shop/api.json': thing('evil') }, bench.ann, branch);
    bench.plane.git.branches.set(branch, other.sourceCommit);
    look(bench, 9);
    await untilOpen(bench, 1);
    await wait(bench, 9);

    const request = await bench.plane.until('its own', async () => bench.remote.mergeRequests[1]);

    expect(request.author).toEqual(bench.self);
    expect(bench.remote.branchHead(branch)).toBe(other.sourceCommit);
    expect(other.comments.filter(({ body }) => body.startsWith('What drifted'))).toEqual([]);
  });

  it('changes nothing by itself: neither the target nor the branch that is followed', async () => {
    await using bench = await openProposed();
    await untilRequest(bench);

    expect(bench.plane.cloud.get(web)?.spec).toEqual({ size: 9 });
    expect(await bench.plane.runsOf('shop')).toHaveLength(1);
    expect(bench.plane.git.filesOf(bench.remote.branchHead('main'))).toMatchObject(files);
  });
});
