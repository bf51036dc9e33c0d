/** Which lines of a text go, come and stay. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Of both sides together; what is longer than that is shown as replaced. */
const mostCells = 400_000;

/** The shortest way from one text to the other, removed lines first. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, young] = [splitLines(before), splitLines(after)];
  const head = countCommon(old, young);
  const tail = countCommon(old.slice(head).toReversed(), young.slice(head).toReversed());
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...old.slice(0, head).map(same),
    ...diffMiddle(old.slice(head, old.length - tail), young.slice(head, young.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

/** The end of the last line begins no further one. */
function splitLines(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function countCommon(one: readonly string[], other: readonly string[]): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[count] === other[count]) count += 1;
  return count;
}

function diffMiddle(old: readonly string[], young: readonly string[]): readonly DiffLine[] {
  const removed = old.map((text): DiffLine => ({ kind: 'removed', text }));
  const added = young.map((text): DiffLine => ({ kind: 'added', text }));
  if (old.length * young.length > mostCells) return [...removed, ...added];
  return walk(old, young, measureCommon(old, young));
}

/** `table[i][j]`: how many lines the rests from `i` and `j` on have in common, in order. */
function measureCommon(
  old: readonly string[],
  young: readonly string[],
): readonly (readonly number[])[] {
  const table = Array.from({ length: old.length + 1 }, () =>
    new Array<number>(young.length + 1).fill(0),
  );
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = young.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (row) row[j] = old[i] === young[j] ? 1 + at(table, i + 1, j + 1) : best(table, i, j);
    }
  }
  return table;
}

function best(table: readonly (readonly number[])[], i: number, j: number): number {
  return Math.max(at(table, i + 1, j), at(table, i, j + 1));
}

function at(table: readonly (readonly number[])[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function walk(
  old: readonly string[],
  young: readonly string[],
  table: readonly (readonly number[])[],
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < young.length) {
    const [gone, come] = [old[i], young[j]];
    if (gone !== undefined && gone === come) {
      lines.push({ kind: 'same', text: gone });
      [i, j] = [i + 1, j + 1];
    } else if (gone !== undefined && at(table, i + 1, j) >= at(table, i, j + 1)) {
      lines.push({ kind: 'removed', text: gone });
      i += 1;
    } else if (come !== undefined) {
      lines.push({ kind: 'added', text: come });
      j += 1;
    } else {
      lines.push({ kind: 'removed', text: gone ?? '' });
      i += 1;
    }
  }
  return lines;
}

export type ShownLine = DiffLine | { readonly kind: 'skipped'; readonly count: number };

/** Lines that stay are left out where nothing near them changes. */
export function foldSame(lines: readonly DiffLine[], around = 3): readonly ShownLine[] {
  const near = lines.map((_, index) =>
    lines
      .slice(Math.max(0, index - around), index + around + 1)
      .some(({ kind }) => kind !== 'same'),
  );
  const shown: ShownLine[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (!near[index]) skipped += 1;
    else {
      if (skipped > 0) shown.push({ kind: 'skipped', count: skipped });
      skipped = 0;
      shown.push(line);
    }
  }
  return skipped > 0 ? [...shown, { kind: 'skipped', count: skipped }] : shown;
}
