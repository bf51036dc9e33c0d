/** A change of some lines that a comment proposes, in a block called `suggestion`. */
export interface Suggestion {
  /** How many lines before the comment's line are replaced as well, and how many behind it. */
  readonly above: number;
  readonly below: number;
  /** What stands there instead; empty to remove the lines. Ends with a line break otherwise. */
  readonly text: string;
}

/** The first one of a comment; `-N+M` behind the word takes more lines in. */
export function readSuggestion(body: string): Suggestion | undefined {
  const lines = body.replaceAll('\r\n', '\n').split('\n');
  const start = lines.findIndex((line) => opening.test(line));
  const [, fence = '', above = '0', below = '0'] = opening.exec(lines[start] ?? '') ?? [];
  const length = lines.slice(start + 1).findIndex((line) => line.trimEnd() === fence);
  if (start < 0 || length < 0) return undefined;
  const text = lines.slice(start + 1, start + 1 + length).join('\n');
  return { above: Number(above), below: Number(below), text: length === 0 ? '' : `${text}\n` };
}

const opening = /^(`{3,9})suggestion(?::-(\d{1,3})\+(\d{1,3}))?[ \t]*$/;

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
