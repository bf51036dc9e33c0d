import {
  createMemoryForge,
  FaultClock,
  ForgeWorld,
  MemoryLink,
  type WorldMergeRequest,
} from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { RequestWindow } from './request-window.ts';

function openStage(count: number) {
  const world = new ForgeWorld();
  const remote = world.createRepository('acme/infra');
  const self = world.createUser('trueup');
  remote.permissions.set(self.id, 'admin');
  const open = (branch: string): WorldMergeRequest => {
    world.commits.put({ id: branch.padEnd(40, '0'), parents: [], files: new Map(), message: '' });
    remote.moveBranch(branch, branch.padEnd(40, '0'));
    const place = { sourceBranch: branch, targetBranch: 'main' };
    return remote.open({ ...place, title: branch, body: '', author: self });
  };
  world.commits.put({ id: 'f'.repeat(40), parents: [], files: new Map(), message: '' });
  remote.moveBranch('main', 'f'.repeat(40));
  const all = Array.from({ length: count }, (_one, index) => open(`topic-${index}`));
  const link = new MemoryLink(new FaultClock());
  const window = new RequestWindow({ usual: 3, long: 100, every: 4 });
  const look = (...spoken: readonly number[]) =>
    window.look({
      repository: { branch: 'main' },
      place: {
        forge: createMemoryForge({ world, link, self }),
        repository: { path: 'acme/infra' },
      },
      spoken: new Set(spoken),
      signal: new AbortController().signal,
    });
  return { all, look, open };
}

const numbers = ({ requests }: { readonly requests: ReadonlyMap<number, unknown> }) =>
  [...requests.keys()].sort((a, b) => a - b);

describe('a look at open merge requests', () => {
  it('sees all of them where there are few', async () => {
    const { look } = openStage(3);

    for (const _look of [1, 2, 3]) expect(numbers(await look())).toEqual([1, 2, 3]);
  });

  it('sees the newest of many, and every few looks all', async () => {
    const { look } = openStage(8);

    const seen: number[] = [];
    for (const _look of [1, 2, 3, 4, 5]) seen.push(numbers(await look()).length);

    expect(seen).toEqual([8, 3, 3, 3, 8]);
  });

  it('sees an older one at once when somebody says something on it', async () => {
    const { look } = openStage(8);
    await look();

    const [listed, spoken] = [numbers(await look()), numbers(await look(1))];

    expect(listed).not.toContain(1);
    expect(spoken).toEqual([1, ...listed]);
  });

  it('takes none for ended that it did not look at', async () => {
    const { look } = openStage(8);
    await look();
    await look();

    const looked = await look();

    expect(looked.mayHaveEnded({ number: 1 })).toBe(false);
    expect(looked.mayHaveEnded({ number: numbers(looked)[0] ?? 0 })).toBe(false);
  });

  it('takes one for ended that was there before', async () => {
    const { all, look } = openStage(8);
    await look();
    const [number = 0] = numbers(await look());
    const ended = all.find((one) => one.number === number);
    if (ended) ended.closedAt = new Date(0).toISOString();

    expect((await look()).mayHaveEnded({ number })).toBe(true);
  });
});
