import { MemoryStore, sampleRepository } from '@trueup/engine/testing';
import { describe, expect, it } from 'vitest';

import type { GitRepository } from '../repository/git-repository.ts';
import { ConfigurationCache } from '../stacks/configuration-cache.ts';
import { FakeGitRepository } from '../testing/index.ts';
import { Turns } from '../turns.ts';
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
