import { describe, expect, it } from 'vitest';

import { configuration, FakeGitRepository } from '../testing/index.ts';
import { ConfigurationCache } from './configuration-cache.ts';

const kept = 64;
const { signal } = new AbortController();

describe('a full cache', () => {
  it('forgets what was read the longest time ago', async () => {
    const git = new FakeGitRepository();
    const cache = new ConfigurationCache({ providers: [], checkCondition: () => undefined });
    const revisions = Array.from({ length: kept + 1 }, (_, index) =>
      git.push({ 'trueup.yaml': configuration('stacks: []'), README: String(index) }),
    );
    const [first = '', second = ''] = revisions;
    const read = (revision: string) => cache.read(git, revision, signal);
    const before = { first: await read(first), second: await read(second) };
    for (const revision of revisions.slice(2, kept)) await read(revision);

    await read(first);
    await read(revisions[kept] ?? '');

    expect(await read(first)).toBe(before.first);
    expect(await read(second)).not.toBe(before.second);
  });
});
