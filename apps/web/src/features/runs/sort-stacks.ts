import type { RolloutStack } from '@trueup/api';

export interface PlacedStack {
  readonly name: string;
  readonly stack: RolloutStack;
  /** How many stages come before it. */
  readonly depth: number;
}

/** What others wait for comes first; those that may go side by side stand by name. */
export function sortStacks(stacks: Readonly<Record<string, RolloutStack>>): readonly PlacedStack[] {
  const all = new Map(Object.entries(stacks));
  const depths = new Map<string, number>();
  const depthOf = (name: string, seen: ReadonlySet<string>): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const before = (all.get(name)?.after ?? []).filter((one) => all.has(one) && !seen.has(one));
    const inside = new Set([...seen, name]);
    const depth = before.reduce((most, one) => Math.max(most, depthOf(one, inside) + 1), 0);
    depths.set(name, depth);
    return depth;
  };
  return [...all]
    .map(([name, stack]) => ({ name, stack, depth: depthOf(name, new Set([name])) }))
    .toSorted((one, other) => one.depth - other.depth || one.name.localeCompare(other.name));
}
