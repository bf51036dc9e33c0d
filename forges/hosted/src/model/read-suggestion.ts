/** A change of some lines that a comment proposes, in a block called `suggestion`. */
export interface Suggestion {
  /** How many lines before the comment's line are replaced as well, and how many behind it. */
  readonly above: number;
  readonly below: number;
  /** What stands there instead; empty to remove the lines. Ends with a line break otherwise. */
  readonly text: string;
}

/**
 * The only one of a comment; `-N+M` behind the word takes more lines in. Of several none is taken: whoever
 * commits what it sees could have been shown another one.
 */
export function readSuggestion(body: string): Suggestion | undefined {
  const lines = body.replaceAll('\r\n', '\n').split('\n');
  const start = lines.findIndex((line) => opening.test(line));
  if (lines.filter((line) => anyOpening.test(line)).length !== 1) return undefined;
  const [, fence = '', above = '0', below = '0'] = opening.exec(lines[start] ?? '') ?? [];
  const length = lines.slice(start + 1).findIndex((line) => line.trim() === fence);
  if (start < 0 || length < 0) return undefined;
  const text = lines.slice(start + 1, start + 1 + length).join('\n');
  return { above: Number(above), below: Number(below), text: length === 0 ? '' : `${text}\n` };
}

const opening = /^(`{3,9})suggestion(?::-(\d{1,3})\+(\d{1,3}))?[ \t]*$/;

/** However pages may read it: quoted, indented, with other signs. */
const anyOpening = /^[\s>]*(?:`{3,}|~{3,})\s*suggestion/;

/** `undefined` where the file has no such lines. */
export function applySuggestion(
  content: string,
  line: number,
  { above, below, text }: Suggestion,
): string | undefined {
  const lines = content.split(/(?<=\n)/);
  const [from, to] = [line - 1 - above, line + below];
  if (from < 0 || to > lines.length) return undefined;
  const isLast = to === lines.length && !content.endsWith('\n');
  const replaced = isLast ? text.replace(/\n$/, '') : text;
  return [...lines.slice(0, from), replaced, ...lines.slice(to)].join('');
}
