/**
 * In which order stacks are deleted: the other way round than they were made. What came after a stack, directly
 * or through others, has to be gone, or brought to a revision that does without it, before the stack goes.
 */
import type { StackDefinition } from '@trueup/engine';

export interface Removal {
  readonly name: string;
  /** All stacks of the newest revision that described it: no other one says what it was needed for. */
  readonly described: readonly Pick<StackDefinition, 'name' | 'after'>[];
}

/**
 * What each removal comes after, out of the members of its rollout. Where revisions contradict each other the
 * removal that is named first comes first: there is always an order.
 */
export function orderRemovals(
  removals: readonly Removal[],
  members: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const order = new Map<string, string[]>();
  for (const { name, described } of removals) {
    const wanted = dependentsOf(name, described).filter((one) => members.has(one));
    order.set(
      name,
      wanted.filter((one) => !waitsFor(one, name, order)),
    );
  }
  return order;
}

/** Sorted, without itself. */
function dependentsOf(name: string, described: Removal['described']): readonly string[] {
  const found = new Set([name]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const one of described)
      if (one.after.some((other) => found.has(other))) found.add(one.name);
  }
  found.delete(name);
  return [...found].sort();
}

function waitsFor(
  name: string,
  other: string,
  order: ReadonlyMap<string, readonly string[]>,
): boolean {
  const left = [name];
  const seen = new Set(left);
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (one === other) return true;
    for (const next of order.get(one) ?? []) {
      if (!seen.has(next)) left.push(next);
      seen.add(next);
    }
  }
  return false;
}
