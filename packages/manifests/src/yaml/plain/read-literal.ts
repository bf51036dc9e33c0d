import { dash, newline, notPlain, type PlainCursor, space } from './plain-cursor.ts';

/** `|` or `|-`, of a parent that is indented so far. Its first line tells how far it is indented. */
export function readLiteral(cursor: PlainCursor, parent: number): string {
  cursor.count(1);
  const strips = cursor.code(1) === dash;
  cursor.at += strips ? 2 : 1;
  if (cursor.code() !== newline) throw notPlain;
  cursor.at += 1;
  const start = cursor.at;
  cursor.skipSpaces();
  const indent = cursor.at - start;
  if (indent <= parent || !(cursor.code() > space)) throw notPlain;

  cursor.at = start;
  const lines = readLines(cursor, indent);
  cursor.findContent();
  return cursor.countText(`${lines.join('\n')}${strips ? '' : '\n'}`);
}

/** Up to the next content that is indented less. Empty lines at the end are not part of it. */
function readLines(cursor: PlainCursor, indent: number): readonly string[] {
  const { text } = cursor;
  const lines: string[] = [];
  let blank = 0;
  while (cursor.at < text.length) {
    const start = cursor.at;
    cursor.skipSpaces();
    const end = text.indexOf('\n', cursor.at);
    if (cursor.at === end) {
      // Spaces beyond the indentation are text, even in a line of nothing else.
      if (end - start > indent) throw notPlain;
      blank += 1;
    } else if (cursor.at - start < indent) {
      cursor.at = start;
      break;
    } else {
      lines.push(...Array<string>(blank).fill(''), text.slice(start + indent, end));
      blank = 0;
    }
    cursor.at = end + 1;
  }
  return lines;
}
