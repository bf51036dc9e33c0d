import { parseStackId, type StackId, type Store, type Write } from '@trueup/engine';

import { readAll } from '../paging/read-all.ts';

/** What has to be known of targets in order to be fair. */
export interface TargetSource {
  of(stack: StackId): string;
  count(): number;
}

/** Where each stack goes, at hand for whoever decides whose turn it is. */
export class StackTargets implements TargetSource {
  readonly #targets = new Map<StackId, string>();
  readonly #known = new Set<string>();

  /** What the store knows at the start. */
  async load(store: Pick<Store, 'stacks'>): Promise<void> {
    const records = await readAll((page) => store.stacks({}, page));
    for (const { id, target } of records) this.#note(id, target);
  }

  /** What was written since. */
  noteWrites(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'stack') this.#note(write.record.id, write.record.target);
      const target = write.kind === 'stack-changed' ? write.change.target : undefined;
      if (write.kind === 'stack-changed' && target !== undefined) this.#note(write.id, target);
    }
  }

  /** `repository/target`; what is not known is taken for a target of its own. */
  of(stack: StackId): string {
    return this.#targets.get(stack) ?? stack;
  }

  /** How many targets there are, or were since the start. */
  count(): number {
    return this.#known.size;
  }

  #note(stack: StackId, target: string): void {
    const { repository } = parseStackId(stack);
    const place = `${repository}/${target}`;
    this.#targets.set(stack, place);
    this.#known.add(place);
  }
}
