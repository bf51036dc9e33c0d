/** Values that end in the line where they begin. */
import type { Json } from '@trueup/diagnostics';

import { resolveScalar } from '../resolve-scalar.ts';
import {
  colon,
  dash,
  hash,
  isBlank,
  newline,
  notPlain,
  type PlainCursor,
  space,
} from './plain-cursor.ts';
import { checkName, codesOf, findName } from './read-name.ts';

/** The cursor is left behind the value. `isInside`: of brackets or braces in this line. */
export function readInLine(cursor: PlainCursor, isInside: boolean): Json {
  const first = cursor.code();
  if (first === openBracket) return readBracketed(cursor);
  if (first === openBrace) return readBraced(cursor);
  cursor.count(1);
  if (first === quote || first === apostrophe) return readQuoted(cursor, first);
  return readPlain(cursor, isInside);
}

/** Nothing but a remark may follow. */
export function endLine(cursor: PlainCursor): void {
  const { at } = cursor;
  cursor.skipSpaces();
  const next = cursor.code();
  if (next !== newline && !(next === hash && cursor.at > at)) throw notPlain;
  cursor.skipLine();
}

const quote = 0x22;
const apostrophe = 0x27;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function readBracketed(cursor: PlainCursor): Json {
  cursor.enter();
  const items: Json[] = [];
  while (!closes(cursor, closeBracket, items.length === 0)) {
    items.push(readInLine(cursor, true));
  }
  cursor.leave();
  return items;
}

function readBraced(cursor: PlainCursor): Json {
  cursor.enter();
  const members: Record<string, Json> = {};
  let isEmpty = true;
  while (!closes(cursor, closeBrace, isEmpty)) {
    isEmpty = false;
    const name = findName(cursor);
    if (name === undefined) throw notPlain;
    checkName(cursor.countText(name), members);
    cursor.at += name.length + 1;
    cursor.skipSpaces();
    members[name] = readInLine(cursor, true);
  }
  cursor.leave();
  return members;
}

/** Steps over what opens, separates or closes, to the next item if there is one. */
function closes(cursor: PlainCursor, close: number, isEmpty: boolean): boolean {
  if (isEmpty) cursor.at += 1;
  cursor.skipSpaces();
  const code = cursor.code();
  if (code === close) {
    cursor.at += 1;
    return true;
  }
  if (isEmpty) return false;
  if (code !== comma) throw notPlain;
  cursor.at += 1;
  cursor.skipSpaces();
  return false;
}

/** Without escapes. */
function readQuoted(cursor: PlainCursor, mark: number): string {
  const { text } = cursor;
  const start = cursor.at + 1;
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === newline || (code === backslash && mark === quote)) throw notPlain;
    if (code !== mark) continue;
    if (mark === apostrophe && text.charCodeAt(at + 1) === apostrophe) throw notPlain;
    cursor.at = at + 1;
    return cursor.countText(text.slice(start, at));
  }
}

function readPlain(cursor: PlainCursor, isInside: boolean): Json {
  const { text, at: start } = cursor;
  if (!starts.has(cursor.code()) || isLoneDash(cursor)) throw notPlain;
  const end = isInside ? endInside(text, start) : endOutside(text, start);
  const value = resolveScalar(text.slice(start, end));
  // Kubernetes stores no `.inf`: the parser says so.
  if (typeof value === 'number' && !Number.isFinite(value)) throw notPlain;
  cursor.at = end;
  return typeof value === 'string' ? cursor.countText(value) : value;
}

/** An item, or what the parser refuses. */
function isLoneDash(cursor: PlainCursor): boolean {
  return cursor.code() === dash && (isBlank(cursor.code(1)) || flow.has(cursor.code(1)));
}

/** To the end of the line, or to a remark. */
function endOutside(text: string, start: number): number {
  let end = start;
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === newline || (code === hash && text.charCodeAt(at - 1) === space)) return end;
    if (code === colon && isBlank(text.charCodeAt(at + 1))) throw notPlain;
    if (code !== space) end = at + 1;
  }
}

/** To what separates or closes. Stricter than YAML: the parser knows what else may be meant. */
function endInside(text: string, start: number): number {
  let end = start;
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === comma || code === closeBracket || code === closeBrace) return end;
    if (code === newline || code === hash || flow.has(code)) throw notPlain;
    if (code === colon && endsName(text.charCodeAt(at + 1))) throw notPlain;
    if (code !== space) end = at + 1;
  }
}

function endsName(next: number): boolean {
  return isBlank(next) || flow.has(next);
}

const flow: ReadonlySet<number> = new Set([
  comma,
  openBracket,
  closeBracket,
  openBrace,
  closeBrace,
]);

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** A value that begins by anything else is more than text or a number. */
const starts = codesOf(`${letters}0123456789_-./+~$(=^;\\<`);
