/** Fewer digits look like a number. */
const fewest = 12;

/** For each id as many of its first digits as tell it from the others. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(ids)].sort();
  return new Map(
    sorted.map((id, index) => {
      const before = commonLength(id, sorted[index - 1] ?? '');
      const after = commonLength(id, sorted[index + 1] ?? '');
      return [id, id.slice(0, Math.max(fewest, before + 1, after + 1))];
    }),
  );
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
