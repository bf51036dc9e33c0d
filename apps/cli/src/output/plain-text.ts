/**
 * Makes foreign text harmless on a terminal.
 *
 * Names and values come from repositories, targets and servers. A control character among them could
 * move the cursor, hide a line of a plan or set the title of the window; a bidirectional mark could
 * show it in another order than it has. Each of them is shown as what it is.
 */
export function plainText(text: string): string {
  return text.replaceAll(harmful, (found) => escapes[found] ?? escapeOf(found));
}

/** The same, with lines kept apart. */
export function plainLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n/);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines.map(plainText);
}

/**
 * Controls (Cc), what is invisible or turns the order of text round (Cf), lines by other means (Zl,
 * Zp), halves of surrogates (Cs), and what fonts and terminals make up by themselves (Co).
 */
const harmful: RegExp = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
