/**
 * Cuts a list into pieces of few lengths. A statement with a list in it is another text for each
 * length, and is compiled and kept for each.
 */
export function* inChunks<T>(items: readonly T[]): Generator<readonly T[]> {
  let at = 0;
  for (const size of sizes) {
    while (items.length - at >= size) {
      yield items.slice(at, at + size);
      at += size;
    }
  }
}

/** The longest stays below what databases take as parameters of one statement, with ten columns. */
const sizes: readonly number[] = [256, 64, 16, 4, 1];
