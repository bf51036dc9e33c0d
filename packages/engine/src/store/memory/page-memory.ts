/** Pages of records in memory, by the same places as those of a database. */
import { boundLimit, parsePosition, toPage } from '../paging.ts';
import type { Page, PageRequest } from '../store.ts';

export function newestFirst<T>(
  rows: ReadonlyMap<string, { readonly value: T; readonly position: number }>,
  { after, limit }: PageRequest,
  isWanted: (value: T) => boolean,
): Page<T> {
  const before = parsePosition(after) ?? Number.POSITIVE_INFINITY;
  const wanted = [...rows.values()]
    .filter(({ value, position }) => position < before && isWanted(value))
    .sort((a, b) => b.position - a.position);
  const page = toPage(wanted, boundLimit(limit), ({ position }) => `${position}`);
  return { ...page, items: page.items.map(({ value }) => value) };
}

export function oldestFirst<T extends { readonly sequence: number }>(
  rows: readonly T[],
  { after, limit }: PageRequest,
): Page<T> {
  const from = parsePosition(after) ?? 0;
  const later = rows.filter(({ sequence }) => sequence > from);
  return toPage(later, boundLimit(limit), ({ sequence }) => `${sequence}`);
}

export function compareStanding(
  a: { readonly closed: boolean; readonly position: number },
  b: { readonly closed: boolean; readonly position: number },
): number {
  return Number(a.closed) - Number(b.closed) || b.position - a.position;
}

export function sortBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => {
    if (keyOf(a) === keyOf(b)) return 0;
    return keyOf(a) < keyOf(b) ? -1 : 1;
  });
}
