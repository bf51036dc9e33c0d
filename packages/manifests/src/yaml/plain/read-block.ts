/** Objects and lists whose members and items have lines of their own. */
import type { Json } from '@trueup/diagnostics';

import { hash, newline, notPlain, type PlainCursor } from './plain-cursor.ts';
import { endLine, readInLine } from './read-in-line.ts';
import { readLiteral } from './read-literal.ts';
import { checkName, findName } from './read-name.ts';

export function readBlock(cursor: PlainCursor): Json {
  cursor.enter();
  const { indent } = cursor;
  const value = cursor.isItem() ? readItems(cursor) : readMembers(cursor);
  // Indented between two that are open.
  if (cursor.indent > indent) throw notPlain;
  cursor.leave();
  return value;
}

function readMembers(cursor: PlainCursor): Json {
  const { indent } = cursor;
  const members: Record<string, Json> = {};
  while (cursor.indent === indent) {
    const name = findName(cursor);
    if (name === undefined) throw notPlain;
    checkName(cursor.countText(name), members);
    cursor.at += name.length + 1;
    members[name] = readValue(cursor, indent, true);
  }
  return members;
}

function readItems(cursor: PlainCursor): Json {
  const { indent } = cursor;
  const items: Json[] = [];
  while (cursor.indent === indent && cursor.isItem()) {
    cursor.at += 1;
    items.push(startsObject(cursor) ? readBlock(cursor) : readValue(cursor, indent, false));
  }
  return items;
}

/** An object may begin in the line of its dash: it is indented as far as its first name. */
function startsObject(cursor: PlainCursor): boolean {
  const { at } = cursor;
  cursor.skipSpaces();
  if (findName(cursor) === undefined) return false;
  cursor.indent += cursor.at - at + 1;
  return true;
}

/** Of a member or an item that is indented so far. */
function readValue(cursor: PlainCursor, indent: number, isMember: boolean): Json {
  cursor.skipSpaces();
  const first = cursor.code();
  if (first === newline || first === hash) return readBelow(cursor, indent, isMember);
  const value = first === bar ? readLiteral(cursor, indent) : readWithinLine(cursor);
  // Text that goes on in the next line.
  if (cursor.indent > indent) throw notPlain;
  return value;
}

const bar = 0x7c;

function readWithinLine(cursor: PlainCursor): Json {
  const value = readInLine(cursor, false);
  endLine(cursor);
  return value;
}

function readBelow(cursor: PlainCursor, indent: number, isMember: boolean): Json {
  cursor.skipLine();
  if (cursor.indent > indent) return readBlock(cursor);
  // The list of a member may stand as far left as the member.
  if (isMember && cursor.indent === indent && cursor.isItem()) return readBlock(cursor);
  cursor.count(1);
  return null;
}
