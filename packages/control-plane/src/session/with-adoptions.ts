import type { DriftItem, Page, Store } from '@trueup/engine';

import type { DriftView } from './adoption-session.ts';

/** Each item with the newest merge request that takes it into Git. */
export async function withAdoptions(
  { items, ...page }: Page<DriftItem>,
  store: Pick<Store, 'stack'>,
): Promise<Page<DriftView>> {
  const ids = [
    ...new Set(items.filter(({ state }) => state !== 'closed').map(({ stack }) => stack)),
  ];
  const records = await Promise.all(ids.map((id) => store.stack(id)));
  const adoptions = records.flatMap((record) => record?.adoptions ?? []);
  const views = items.map((item): DriftView => {
    const found = adoptions.findLast((one) => one.items.includes(item.id));
    if (!found) return item;
    const { mergeRequest, url, by, at, declined } = found;
    const rest = { ...(url !== undefined && { url }), ...(declined && { declined }) };
    return { ...item, adoption: { mergeRequest, by, at, ...rest } };
  });
  return { ...page, items: views };
}
