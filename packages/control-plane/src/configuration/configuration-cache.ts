import type { ConfigurationContext, Revision } from '@trueup/engine';

import type { GitRepository } from '../repository/git-repository.ts';
import { type RevisionConfiguration, readConfiguration } from './read-configuration.ts';

/** Of each of some dozen repositories: its head, and what a few runs still stand at. */
const kept = 64;

/** Remembers what the revisions say that were read last: a revision never says anything else. */
export class ConfigurationCache {
  readonly #context: ConfigurationContext;
  readonly #known = new Map<string, RevisionConfiguration>();

  constructor(context: ConfigurationContext) {
    this.#context = context;
  }

  async read(
    git: GitRepository,
    revision: Revision,
    signal: AbortSignal,
  ): Promise<RevisionConfiguration> {
    const known = this.#known.get(revision);
    const read =
      known ?? (await readConfiguration(git, revision, { context: this.#context, signal }));
    // At the end of the line: who is read again stays longest.
    this.#known.delete(revision);
    this.#known.set(revision, read);
    for (const old of this.#known.keys()) {
      if (this.#known.size <= kept) break;
      this.#known.delete(old);
    }
    return read;
  }
}
