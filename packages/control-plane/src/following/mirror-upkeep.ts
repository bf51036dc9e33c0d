/**
 * Keeps mirrors small and readable: once a day each, beside fetching and reading, what nobody needs goes.
 *
 * U1. What stacks stand at and runs work on stays, also when the branch was forced away from it.
 * U2. A mirror that cannot be tidied is told and left until its next time: it is a cache.
 */
import type { RepositoryRecord, Revision, Store } from '@trueup/engine';

import { readAll } from '../paging/read-all.ts';
import type { GitRepository } from '../repository/git-repository.ts';

export interface UpkeepPorts {
  readonly store: Pick<Store, 'stacks' | 'runs' | 'changeSets'>;
  readonly now: () => number;
  /** Between 0 and 1: mirrors of one server are not tidied all at once. */
  readonly random: () => number;
  readonly onError: (error: unknown, repository: string) => void;
}

interface Mirror {
  dueAt: number;
  readonly abort: AbortController;
  tidying: Promise<void> | undefined;
}

const dayMs = 24 * 3600_000;
/** Within so long after the start, so that a server which is restarted every day tidies as well. */
const firstMs = 2 * 3600_000;

export class MirrorUpkeep {
  readonly #ports: UpkeepPorts;
  readonly #mirrors = new Map<string, Mirror>();

  constructor(ports: UpkeepPorts) {
    this.#ports = ports;
  }

  /** Tidies beside what comes next, where it is time. */
  afterFetch(record: RepositoryRecord, git: GitRepository): void {
    const { now, random } = this.#ports;
    const mirror = this.#mirrors.get(record.id) ?? {
      dueAt: now() + firstMs * random(),
      abort: new AbortController(),
      tidying: undefined,
    };
    this.#mirrors.set(record.id, mirror);
    if (mirror.tidying || now() < mirror.dueAt) return;
    mirror.tidying = this.#tidy(record, git, mirror).finally(() => {
      mirror.dueAt = now() + dayMs * (0.9 + random() * 0.2);
      mirror.tidying = undefined;
    });
  }

  /** Ends what is under way, before the mirror is closed. */
  async leave(id: string, reason: Error): Promise<void> {
    const mirror = this.#mirrors.get(id);
    this.#mirrors.delete(id);
    mirror?.abort.abort(reason);
    await mirror?.tidying;
  }

  /** Never rejects. */
  async #tidy(record: RepositoryRecord, git: GitRepository, { abort }: Mirror): Promise<void> {
    try {
      await git.tidy(await this.#findNeeded(record), abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#ports.onError(error, record.name);
    }
  }

  async #findNeeded({ id, head }: RepositoryRecord): Promise<readonly Revision[]> {
    const { store } = this.#ports;
    const stacks = await readAll((page) => store.stacks({ repository: id }, page));
    const runs = await readAll((page) => store.runs({ repository: id, ended: false }, page));
    const sets = await readAll((page) => store.changeSets({ repository: id, open: true }, page));
    const proposed = sets.flatMap((set) => [set.head, set.base, set.merged]);
    const standing = stacks.flatMap(({ applied, revision }) => [applied?.revision, revision]);
    const needed = [head, ...proposed, ...standing, ...runs.map(({ revision }) => revision)];
    return [...new Set(needed.flatMap((one) => one ?? []))].sort();
  }
}
