import type { Page, PageRequest } from '@trueup/engine';

const pageSize = 500;

/** For lists that are known to be short enough for memory: those of one stack, or all stacks. */
export async function readAll<T>(read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | undefined; ; ) {
    const page = await read({ limit: pageSize, ...(after !== undefined && { after }) });
    items.push(...page.items);
    if (page.next === undefined) return items;
    after = page.next;
  }
}
