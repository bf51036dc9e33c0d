/** Maps in order, so many at a time. The first failure ends it; what is under way goes on unseen. */
export async function mapBounded<T, R>(
  items: readonly T[],
  atOnce: number,
  map: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await map(item));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return items.flatMap((_, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}
