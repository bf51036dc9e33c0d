/**
 * The name that somebody probably meant: the one with the fewest letters to change, if these are
 * few enough for a slip. `undefined` when nothing is near.
 */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  if (written.length > longestName) return undefined;
  const allowed = Math.max(1, Math.floor(written.length / 3));
  const likely = names.filter((name) => Math.abs(name.length - written.length) <= allowed);
  let best: { readonly name: string; readonly steps: number } | undefined;
  for (const name of likely.slice(0, mostNames)) {
    const steps = countSteps(...withoutEnds(written.toLowerCase(), name.toLowerCase()));
    if (steps <= allowed && (!best || steps < best.steps)) best = { name, steps };
  }
  return best?.name;
}

/** Advice that names it: "Did you mean `path`?", or else the names that there are. */
export function adviseName(written: string, names: readonly string[]): string | undefined {
  const nearest = nearestName(written, names);
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`;
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 12).map((name) => `\`${name}\``);
  return `Known: ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}.`;
}

/** The work is names times length squared, for every unknown name in somebody's file. */
const longestName = 60;
const mostNames = 100;

/** Without what both begin and end with: names of one file are often long and nearly the same. */
function withoutEnds(a: string, b: string): readonly [string, string] {
  const shorter = Math.min(a.length, b.length);
  let begin = 0;
  while (begin < shorter && a[begin] === b[begin]) begin += 1;
  let end = 0;
  while (end < shorter - begin && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [a.slice(begin, a.length - end), b.slice(begin, b.length - end)];
}

/** Letters to insert, delete, replace, or swap with their neighbour. */
function countSteps(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const ways = [at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + change];
      if (isSwap(a.slice(i - 2, i), b.slice(j - 2, j))) ways.push(at(before, j - 2) + 1);
      next.push(Math.min(...ways));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function isSwap(a: string, b: string): boolean {
  return a.length === 2 && a[0] === b[1] && a[1] === b[0];
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
