import { MemoryStore, sampleRepository } from '@trueup/engine/testing';
import { Turns } from '@trueup/repository';
import { describe, expect, it } from 'vitest';
import { ConfigurationCache } from '../configuration/configuration-cache.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import { FakeGitRepository } from '../testing/index.ts';
import { type FollowingPorts, RepositoryFollowing } from './repository-following.ts';

describe('a repository', () => {
  it('whose remote does not answer is left at once', async () => {
    const git = new SilentRemote();
    const logged: string[] = [];
    const { following } = openFollowing({
      open: async () => git,
      log: (_level, message) => logged.push(message),
    });
    await following.follow(sampleRepository());
    await git.asked;

    await following.unfollow('infra');

    expect(git.closed).toBe(true);
    expect(logged).toEqual([]);
  });

  it('that is added while mirrors are removed keeps its own', async () => {
    const mirrors = new Set<string>();
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const { following, store } = openFollowing({
      open: async ({ id }) => {
        mirrors.add(id);
        return new FakeGitRepository();
      },
      removeMirrors: async (kept) => {
        reached.resolve();
        await gate.promise;
        for (const id of mirrors) if (!kept.includes(id)) mirrors.delete(id);
      },
    });
    const record = sampleRepository();

    const removing = following.removeMirrors();
    await reached.promise;
    await store.commit([{ kind: 'repository', record }]);
    const adding = following.follow(record);
    await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    await Promise.all([removing, adding]);
    await following.stop(new Error('the test is over'));

    expect([...mirrors]).toEqual([record.id]);
  });
});

/** Answers a fetch never, and ends it only when it is aborted. */
class SilentRemote extends FakeGitRepository {
  readonly #asked = Promise.withResolvers<void>();
  readonly asked: Promise<void> = this.#asked.promise;

  override fetch(signal: AbortSignal): Promise<void> {
    this.#asked.resolve();
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

function openFollowing(rest: Partial<FollowingPorts>) {
  const store = new MemoryStore();
  const following = new RepositoryFollowing({
    store,
    now: Date.now,
    newId: () => 'new',
    random: () => 0.5,
    configurations: new ConfigurationCache({ providers: [], checkCondition: () => undefined }),
    readSecret: async () => '',
    turns: new Turns(),
    open: async (): Promise<GitRepository> => new FakeGitRepository(),
    onRuns: () => undefined,
    onAdvanced: () => undefined,
    log: () => undefined,
    ...rest,
  });
  return { store, following };
}
