/** One place where both sides changed the same lines. */
export interface ConflictHunk {
  /** Of the text with both sides in it, from 1. */
  readonly line: number;
  readonly target: string;
  /** What both began with. */
  readonly base: string;
  readonly source: string;
}

type Side = 'none' | 'target' | 'base' | 'source';

/** Reads what git wrote between its marks (merge.conflictStyle=diff3). */
export function parseConflicts(text: string): readonly ConflictHunk[] {
  const hunks: ConflictHunk[] = [];
  let side: Side = 'none';
  let line = 0;
  let open = emptyHunk(0);
  for (const content of text.split(/(?<=\n)/)) {
    line += 1;
    const next = nextSide(side, content);
    if (next === undefined) {
      if (side !== 'none') open = { ...open, [side]: open[side] + content };
      continue;
    }
    if (next === 'target') open = emptyHunk(line);
    if (next === 'none') hunks.push(open);
    side = next;
  }
  return hunks;
}

/** The side that a mark opens; `undefined` for a line that is no mark where it stands. */
function nextSide(side: Side, line: string): Side | undefined {
  if (side === 'none') return line.startsWith('<<<<<<< ') ? 'target' : undefined;
  if (side === 'target' && line.startsWith('||||||| ')) return 'base';
  if (side !== 'source' && /^=======\r?\n/.test(line)) return 'source';
  return side === 'source' && line.startsWith('>>>>>>> ') ? 'none' : undefined;
}

function emptyHunk(line: number): ConflictHunk {
  return { line, target: '', base: '', source: '' };
}
