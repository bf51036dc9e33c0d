/**
 * Text for terminals that read no UTF-8.
 *
 * Bytes of UTF-8 are letters of another alphabet there at best: some of them (0x80 to 0x9f) are control
 * characters, so that a harmless letter of a name could begin a command to the terminal.
 */
export function toAscii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replaceAll(/[^\x20-\x7e]/gu, (found) => marks[found] ?? escapeOf(found));
}

/** Our own marks, each in one column as before, so that what is laid out stays so. */
const marks: Readonly<Record<string, string>> = {
  '✓': '*',
  '✗': 'x',
  '↻': '~',
  '·': '-',
  '→': '>',
  '…': '~',
  '×': 'x',
  '»': '>',
  '±': '%',
  '│': '|',
  '├': '|',
  '└': '`',
  '─': '-',
  '━': '=',
};

function escapeOf(found: string): string {
  return `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * Whether what we write is read as something else than UTF-8, by the first of LC_ALL, LC_CTYPE and LANG
 * that says anything. Nothing at all is what containers say, and those who read their logs read UTF-8.
 */
export function isAscii(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL: all, LC_CTYPE: letters, LANG: language, TERM: terminal } = environment;
  // The console of Linux knows UTF-8, but its fonts have few of the marks.
  if (terminal === 'linux') return true;
  const locale = [all, letters, language].find((one) => one);
  return locale !== undefined && !/utf-?8/i.test(locale);
}
