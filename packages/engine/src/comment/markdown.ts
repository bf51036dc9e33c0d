/**
 * Puts hostile text into Markdown, so that it can neither leave its place nor look like another one.
 *
 * M1. Controls, escapes of terminals, invisible characters and those that turn the direction of
 *     writing become visible (`\u202e`).
 * M2. Nobody is mentioned, nothing is referred to and nothing is linked by a name or a value.
 * M3. What is fenced stays within its fence, whatever backticks it holds.
 */

/** One line of visible characters, of `length` at most. */
export function visibleText(text: string, length = 200): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut.toWellFormed().replace(invisible, escapeCharacter);
}

/** All but the space that breaks, hides or turns what is shown. U+FFFD stands for broken text. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xff_ff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}

/** A name or value within a sentence. */
export function codeSpan(text: string): string {
  const shown = visibleText(text);
  if (shown.trim() === '') return '`" "`';
  const ticks = '`'.repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${ticks}${pad}${shown}${pad}${ticks}`;
}

/** The same where HTML is expected. */
export function codeElement(text: string): string {
  return `<code>${escapeHtml(visibleText(text))}</code>`;
}

/** A sentence that may hold names: read as it is written. */
export function prose(text: string): string {
  return visibleText(text, 2000)
    .replace(marks, (character) => entityOf(character))
    .replace(/@/g, '@<!-- -->');
}

/**
 * What begins something wherever it stands; and `-`, `.` and `:` where they may: not in the middle of a
 * number or a word, and not at the end of a sentence, which people read in mails as they are written.
 */
const marks =
  /[&<>"'\\`*_{}[\]()#+!|~^$=]|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])|(?<=^\d{1,9})\.|(?<!\d)\.(?!\s|$)|\.(?![\s\d]|$)|(?<!\d):(?!\s|$)|:(?![\s\d]|$)/gu;

/** An entity shows as the character that it is, and begins nothing. */
function entityOf(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entityOf(character));
}

/** Lines as they are; a longer fence than any in them. */
export function fence(language: string, lines: readonly string[]): string {
  const text = lines.join('\n');
  const ticks = '`'.repeat(Math.max(2, longestRun(text)) + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/** A link of ours around text that is fit for Markdown; the text alone without a URL. */
export function linkTo(text: string, url: string | undefined): string {
  if (url === undefined) return text;
  return `[${text}](${encodeURI(url).replaceAll('%25', '%').replace(/[()]/g, escapeParen)})`;
}

function escapeParen(paren: string): string {
  return paren === '(' ? '%28' : '%29';
}
