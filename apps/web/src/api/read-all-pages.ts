import type { Page, PageQuery } from '@trueup/api';

export interface Gathered<T> {
  readonly items: readonly T[];
  /** There is more, which is left out. */
  readonly cut: boolean;
}

/** Reads page after page. A page may be empty and still have a next one. */
export async function readAllPages<T>(
  read: (query: PageQuery) => Promise<Page<T>>,
  most: number,
): Promise<Gathered<T>> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await read({ limit: 500, ...(after !== undefined && { after }) });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined && items.length < most);
  return { items, cut: after !== undefined };
}
