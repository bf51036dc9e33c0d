/**
 * Browsers hand over what was typed with line feeds alone. Written back so, a file of Windows would
 * change in every line.
 */
export type LineEnds = 'lf' | 'crlf' | 'mixed';

export function findLineEnds(text: string): LineEnds {
  const pairs = text.split('\r\n').length - 1;
  const feeds = text.split('\n').length - 1;
  const returns = text.split('\r').length - 1;
  if (returns === 0) return 'lf';
  return returns === pairs && feeds === pairs ? 'crlf' : 'mixed';
}

/** As a field of a page holds it. */
export function toTyped(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** What was typed, with the line ends that the file has. */
export function fromTyped(typed: string, ends: LineEnds): string {
  const text = typed.replaceAll(/\r\n?/g, '\n');
  return ends === 'crlf' ? text.replaceAll('\n', '\r\n') : text;
}
