/** A text with both sides between git's marks, in its parts. */
export type MarkedPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'hunk';
      readonly target: string;
      readonly base: string;
      readonly source: string;
      /** As it stands there, marks included. */
      readonly text: string;
    };

export type MarkedHunk = Extract<MarkedPart, { readonly kind: 'hunk' }>;

const hunk =
  /^<{7} [^\n]*\n([\s\S]*?)^\|{7}[^\n]*\n([\s\S]*?)^={7}\r?\n([\s\S]*?)^>{7} [^\n]*(?:\n|$)/gm;

/** Its parts in order; put together again they are the text. */
export function splitMarks(text: string): readonly MarkedPart[] {
  const parts: MarkedPart[] = [];
  let seen = 0;
  for (const match of text.matchAll(hunk)) {
    const [whole, target = '', base = '', source = ''] = match;
    if (match.index > seen) parts.push({ kind: 'text', text: text.slice(seen, match.index) });
    parts.push({ kind: 'hunk', target, base, source, text: whole });
    seen = match.index + whole.length;
  }
  if (seen < text.length) parts.push({ kind: 'text', text: text.slice(seen) });
  return parts;
}

export function listHunks(text: string): readonly MarkedHunk[] {
  return splitMarks(text).filter((part) => part.kind === 'hunk');
}

/** Puts something in the place of one hunk, counted from 0. */
export function solveHunk(text: string, index: number, solution: string): string {
  let count = -1;
  return splitMarks(text)
    .map((part) => {
      if (part.kind === 'hunk') count += 1;
      return part.kind === 'hunk' && count === index ? solution : part.text;
    })
    .join('');
}

/** Whether a line begins as a mark does: what is half solved is not solved. */
export function hasMarks(text: string): boolean {
  return /^(?:<{7} |>{7} |\|{7} )/m.test(text);
}
