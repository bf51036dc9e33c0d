/** Puts what resources brought about below them, as rows of a list. */
import type { Health, OffspringNode, Resource } from '@trueup/api';

import { nameOfResource, shortKind } from '../../marks/resource-name.ts';

export interface ResourceRow {
  readonly id: string;
  readonly health: Health;
  readonly depth: number;
  /** Of the stack itself; what it brought about has none of its own. */
  readonly drifted: boolean;
  readonly managed: boolean;
}

/** Deeper than any target nests; what says that it is its own parent ends here. */
const deepest = 8;

/** What is not well first, then by id; each followed by what it brought about. */
export function growTree(
  resources: readonly Resource[],
  offspring: readonly OffspringNode[],
): readonly ResourceRow[] {
  const children = Map.groupBy(offspring, ({ parent }) => parent);
  const below = (parent: string, depth: number): readonly ResourceRow[] =>
    depth > deepest
      ? []
      : (children.get(parent) ?? []).flatMap(({ id, health }) => [
          { id, health, depth, drifted: false, managed: false },
          ...below(id, depth + 1),
        ]);
  return resources
    .toSorted((one, other) => rank(one) - rank(other) || one.id.localeCompare(other.id))
    .flatMap(({ id, health, drifted }) => [
      { id, health, drifted, depth: 0, managed: true },
      ...below(id, 1),
    ]);
}

const order: readonly Health['status'][] = [
  'failed',
  'not-found',
  'in-progress',
  'terminating',
  'unknown',
  'current',
];

function rank({ health, drifted }: Resource): number {
  if (health.status === 'current') return drifted ? order.length - 1 : order.length;
  return order.indexOf(health.status);
}

/** Rows in whose id, reason or message every word is found. */
export function findRows(rows: readonly ResourceRow[], text: string): readonly ResourceRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ id, health }) => {
    const line = `${id} ${health.status} ${health.reason} ${health.message}`.toLowerCase();
    return words.every((word) => line.includes(word));
  });
}

/** Whether it writes something that can be read. What is not known here has to be read on its host. */
export function hasLog(id: string): boolean {
  const kind = shortKind(nameOfResource(id).kind).split('.')[0] ?? '';
  return ['Pod', 'container', 'service'].includes(kind);
}
