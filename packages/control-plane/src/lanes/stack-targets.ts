import {
  parseStackId,
  type RepositoryId,
  type StackId,
  type Store,
  type Write,
} from '@trueup/engine';

import { readAll } from '../paging/read-all.ts';

/** What has to be known of targets in order to be fair. */
export interface TargetSource {
  of(stack: StackId): string;
  count(): number;
}

/**
 * Where each stack goes, at hand for whoever decides whose turn it is. Stacks that were removed, and
 * those of repositories that were, are forgotten.
 */
export class StackTargets implements TargetSource {
  readonly #targets = new Map<StackId, string>();
  /** Stacks by target. */
  readonly #users = new Map<string, Set<StackId>>();
  readonly #repositories = new Map<RepositoryId, string>();

  /** What the store knows at the start. */
  async load(store: Pick<Store, 'stacks' | 'repositories'>): Promise<void> {
    for (const { id, name } of await store.repositories()) this.#repositories.set(id, name);
    const records = await readAll((page) => store.stacks({}, page));
    for (const { id, target, repository, standing } of records) {
      if (standing !== 'removed' && this.#repositories.has(repository)) this.#note(id, target);
    }
  }

  /** What was written since. */
  noteWrites(writes: readonly Write[]): void {
    for (const write of writes) this.#noteWrite(write);
  }

  /** `repository/target`; what is not known is taken for a target of its own. */
  of(stack: StackId): string {
    return this.#targets.get(stack) ?? stack;
  }

  /** How many targets stacks go to. */
  count(): number {
    return this.#users.size;
  }

  #noteWrite(write: Write): void {
    switch (write.kind) {
      case 'repository':
        this.#repositories.set(write.record.id, write.record.name);
        return;
      case 'repository-removed':
        this.#forgetAll(write.id);
        return;
      case 'stack':
        this.#note(write.record.id, write.record.target);
        return;
      case 'stack-changed':
        if (write.change.target !== undefined) this.#note(write.id, write.change.target);
        if (write.change.standing === 'removed') this.#forget(write.id);
        return;
      default:
    }
  }

  #note(stack: StackId, target: string): void {
    const { repository } = parseStackId(stack);
    const place = `${repository}/${target}`;
    if (this.#targets.get(stack) === place) return;
    this.#forget(stack);
    this.#targets.set(stack, place);
    const users = this.#users.get(place) ?? new Set();
    this.#users.set(place, users.add(stack));
  }

  #forget(stack: StackId): void {
    const place = this.#targets.get(stack);
    if (place === undefined) return;
    this.#targets.delete(stack);
    const users = this.#users.get(place);
    users?.delete(stack);
    if (users?.size === 0) this.#users.delete(place);
  }

  #forgetAll(repository: RepositoryId): void {
    const name = this.#repositories.get(repository);
    this.#repositories.delete(repository);
    if (name === undefined) return;
    for (const stack of this.#targets.keys()) {
      if (parseStackId(stack).repository === name) this.#forget(stack);
    }
  }
}
