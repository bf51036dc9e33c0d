/** The word that was probably meant, or only begun; `undefined` where none is near. */
export function findClosest(written: string, known: readonly string[]): string | undefined {
  return findSimilar(written, known) ?? findBegun(written, known);
}

function findBegun(written: string, known: readonly string[]): string | undefined {
  if (written.length < 3) return undefined;
  return known.find((word) => word.toLowerCase().startsWith(written.toLowerCase()));
}

function findSimilar(written: string, known: readonly string[]): string | undefined {
  // A third of the letters may be wrong: of short words one, of long ones a few.
  let nearest = Math.max(1, Math.floor(written.length / 3)) + 1;
  let found: string | undefined;
  for (const word of known) {
    const distance = distanceOf(written.toLowerCase(), word.toLowerCase(), nearest);
    if (distance < nearest) {
      nearest = distance;
      found = word;
    }
  }
  return found;
}

/** ` Did you mean shop-staging?`, or nothing: to be put behind a sentence. */
export function didYouMean(written: string, known: readonly string[]): string {
  const found = findClosest(written, known);
  return found === undefined ? '' : ` Did you mean ${found}?`;
}

/**
 * How many letters have to be put in, taken away, exchanged or swapped with their neighbour. Gives up at
 * `most`, so that long lists of names cost little.
 */
function distanceOf(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) >= most) return most;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const next = nextRow({ from, to, row, last, beforeLast });
    if (Math.min(...next) >= most) return most;
    [beforeLast, last] = [last, next];
  }
  return at(last, to.length);
}

interface Rows {
  readonly from: string;
  readonly to: string;
  readonly row: number;
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}

/** Distances of the first `row` letters to each beginning of the other word. */
function nextRow({ from, to, row, last, beforeLast }: Rows): readonly number[] {
  const next = [row];
  for (let column = 1; column <= to.length; column += 1) {
    const same = from[row - 1] === to[column - 1];
    const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
    const exchanged = at(last, column - 1) + (same ? 0 : 1);
    const shifted = Math.min(at(last, column), at(next, column - 1)) + 1;
    const turned = swapped ? at(beforeLast, column - 2) + 1 : exchanged;
    next.push(Math.min(exchanged, shifted, turned));
  }
  return next;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
