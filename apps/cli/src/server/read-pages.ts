import type { Page, PageQuery } from '@trueup/api';

/** More is for a page of the web, not for a terminal. */
const most = 20_000;

/** All items of a list that comes page by page. */
export async function readPages<T>(
  read: (query: PageQuery) => Promise<Page<T>>,
  limit: number = most,
): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await read({
      limit: Math.min(limit, 1000),
      ...(after !== undefined && { after }),
    });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined && items.length < limit);
  return items.slice(0, limit);
}
