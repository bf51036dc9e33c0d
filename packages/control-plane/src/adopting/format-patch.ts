/** Writes what changes in files as a patch that `git apply` takes. Pure. */
import type { EditedFile } from './adoption.ts';

const contextLines = 3;

export function formatPatch(files: readonly EditedFile[]): string {
  return files.map(formatFile).join('');
}

/** Lines that come and go, without where they stand: the same while other lines of the files move. */
export function changedLines({ before, after }: EditedFile): readonly string[] {
  return matchLines(toLines(before), toLines(after))
    .filter(({ sign }) => sign !== ' ')
    .map(({ sign, text }) => `${sign}${text}`);
}

function formatFile({ path, before, after }: EditedFile): string {
  const [old, young] = [toLines(before), toLines(after)];
  const hunks = groupHunks(matchLines(old, young));
  if (hunks.length === 0) return '';
  const [from, to] = [quotePath(`a/${path}`), quotePath(`b/${path}`)];
  const head = `diff --git ${from} ${to}\n--- ${from}\n+++ ${to}\n`;
  return head + hunks.map(formatHunk).join('');
}

/** Each with its break, which the last one may lack. */
function toLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface PatchLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  /** Counted from 1: of the next line of each side. */
  readonly old: number;
  readonly young: number;
}

/** Edits are small, so that looking a little ahead finds where both sides go on alike; else all up to the end they share goes. */
function matchLines(old: readonly string[], young: readonly string[]): readonly PatchLine[] {
  const lines: PatchLine[] = [];
  let [a, b] = [0, 0];
  const put = (sign: PatchLine['sign'], text: string): void => {
    lines.push({ sign, text, old: a + 1, young: b + 1 });
    if (sign !== '+') a += 1;
    if (sign !== '-') b += 1;
  };
  const same = sharedEnd(old, young);
  while (a < old.length || b < young.length) {
    const [removed, added] = nextMatch({ old, young, same }, a, b);
    for (let count = 0; count < removed; count += 1) put('-', old[a] ?? '');
    for (let count = 0; count < added; count += 1) put('+', young[b] ?? '');
    if (a < old.length) put(' ', old[a] ?? '');
  }
  return lines;
}

/** How many lines stand alike at the end of both, without those of the beginning. */
function sharedEnd(old: readonly string[], young: readonly string[]): number {
  const shorter = Math.min(old.length, young.length);
  let first = 0;
  while (first < shorter && old[first] === young[first]) first += 1;
  let last = 0;
  while (last < shorter - first && old.at(-1 - last) === young.at(-1 - last)) last += 1;
  return last;
}

/** An observed value may have a million lines: each is compared with so many ones at most. */
const farthest = 400;

interface Sides {
  readonly old: readonly string[];
  readonly young: readonly string[];
  readonly same: number;
}

/** How many lines of each side lie before the next pair that is alike, the nearest one first. */
function nextMatch({ old, young, same }: Sides, a: number, b: number): readonly [number, number] {
  const [left, right] = [old.length - a, young.length - b];
  for (let sum = 0; sum < Math.min(left + right, farthest); sum += 1) {
    for (
      let removed = Math.max(0, sum - right + 1);
      removed <= Math.min(sum, left - 1);
      removed += 1
    ) {
      if (old[a + removed] === young[b + sum - removed]) return [removed, sum - removed];
    }
  }
  // Where one side is already within the end, none of it is shared any more.
  const kept = left >= same && right >= same ? same : 0;
  return [left - kept, right - kept];
}

function groupHunks(lines: readonly PatchLine[]): readonly (readonly PatchLine[])[] {
  const isNear = lines.map((_line, index) =>
    lines
      .slice(Math.max(0, index - contextLines), index + contextLines + 1)
      .some(({ sign }) => sign !== ' '),
  );
  const hunks: PatchLine[][] = [];
  for (const [index, line] of lines.entries()) {
    if (!isNear[index]) continue;
    if (!isNear[index - 1]) hunks.push([]);
    hunks.at(-1)?.push(line);
  }
  return hunks;
}

function formatHunk(lines: readonly PatchLine[]): string {
  const [first] = lines;
  const count = (sign: PatchLine['sign']) => lines.filter((line) => line.sign !== sign).length;
  const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`;
  const [old, young] = [count('+'), count('-')];
  const head = `@@ -${range(first?.old ?? 1, old)} +${range(first?.young ?? 1, young)} @@\n`;
  return head + lines.map(formatLine).join('');
}

function formatLine({ sign, text }: PatchLine): string {
  return text.endsWith('\n') ? `${sign}${text}` : `${sign}${text}\n\\ No newline at end of file\n`;
}

/** As git writes paths that hold more than plain letters. */
function quotePath(path: string): string {
  if (/^[\w./ @+,=~-]+$/.test(path)) return path;
  const bytes = [...new TextEncoder().encode(path)].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    const isPlain = byte >= 0x20 && byte < 0x7f;
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
