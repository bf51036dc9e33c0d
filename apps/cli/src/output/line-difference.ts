/**
 * Tells two texts apart line by line, with a few equal lines around what differs.
 *
 * Equal texts have no differences. By the longest common subsequence, after what is equal at both ends is set aside. Texts that are too
 * large for that are told apart as a whole: wrong is worse than long.
 */
export interface LineDifference {
  readonly kind: 'same' | 'removed' | 'added' | 'skipped';
  readonly text: string;
}

/** Bounds the table: two texts of 1,000 differing lines each. */
const mostCells = 1_000_000;

export function differLines(
  before: readonly string[],
  after: readonly string[],
  around: number,
): readonly LineDifference[] {
  const head = commonStart(before, after);
  const [oldRest, youngRest] = [before.slice(head), after.slice(head)];
  const tail = commonStart(oldRest.toReversed(), youngRest.toReversed());
  const middle = differMiddle(
    oldRest.slice(0, oldRest.length - tail),
    youngRest.slice(0, youngRest.length - tail),
  );
  const same = (lines: readonly string[]): readonly LineDifference[] =>
    lines.map((text) => ({ kind: 'same', text }));
  const ends = [same(before.slice(0, head)), same(before.slice(before.length - tail))] as const;
  return skipEqual([...ends[0], ...middle, ...ends[1]], around);
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  const length = one.findIndex((text, index) => text !== other[index]);
  return length < 0 ? Math.min(one.length, other.length) : length;
}

function differMiddle(
  before: readonly string[],
  after: readonly string[],
): readonly LineDifference[] {
  const removed = (text: string): LineDifference => ({ kind: 'removed', text });
  const added = (text: string): LineDifference => ({ kind: 'added', text });
  if (before.length * after.length > mostCells) {
    return [...before.map(removed), ...after.map(added)];
  }
  const lengths = commonLengths(before, after);
  const result: LineDifference[] = [];
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    const [old = '', young = ''] = [before[row], after[column]];
    if (old === young) {
      result.push({ kind: 'same', text: old });
      row += 1;
      column += 1;
    } else if (at(lengths, row + 1, column) >= at(lengths, row, column + 1)) {
      result.push(removed(old));
      row += 1;
    } else {
      result.push(added(young));
      column += 1;
    }
  }
  return [...result, ...before.slice(row).map(removed), ...after.slice(column).map(added)];
}

/** How much the rests of both texts have in common, from each pair of places on. */
function commonLengths(
  before: readonly string[],
  after: readonly string[],
): readonly Uint16Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let row = before.length - 1; row >= 0; row -= 1) {
    const current = rows[row];
    for (let column = after.length - 1; current && column >= 0; column -= 1) {
      const same = before[row] === after[column];
      const longest = Math.max(at(rows, row + 1, column), at(rows, row, column + 1));
      current[column] = same ? at(rows, row + 1, column + 1) + 1 : longest;
    }
  }
  return rows;
}

function at(rows: readonly Uint16Array[], row: number, column: number): number {
  return rows[row]?.[column] ?? 0;
}

function skipEqual(lines: readonly LineDifference[], around: number): readonly LineDifference[] {
  const near = (index: number): boolean =>
    lines
      .slice(Math.max(index - around, 0), index + around + 1)
      .some(({ kind }) => kind !== 'same');
  if (lines.every(({ kind }) => kind === 'same')) return [];
  const result: LineDifference[] = [];
  for (const [index, one] of lines.entries()) {
    if (one.kind !== 'same' || near(index)) result.push(one);
    else if (result.at(-1)?.kind !== 'skipped') result.push({ kind: 'skipped', text: '…' });
  }
  return result;
}
