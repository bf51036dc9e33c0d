import type { Json } from '@trueup/diagnostics';

import { resolveScalar } from '../resolve-scalar.ts';
import { colon, isBlank, notPlain, type PlainCursor } from './plain-cursor.ts';

/** A member, if one begins here: its name, with its colon. */
export function findName(cursor: PlainCursor): string | undefined {
  const { text, at: start } = cursor;
  if (!starts.has(text.charCodeAt(start))) return undefined;
  let end = start + 1;
  while (parts.has(text.charCodeAt(end))) end += 1;
  if (text.charCodeAt(end) !== colon || !isBlank(text.charCodeAt(end + 1))) return undefined;
  return text.slice(start, end);
}

/** What the parser would warn of, or call otherwise, is left to it. */
export function checkName(name: string, members: Readonly<Record<string, Json>>): void {
  if (Object.hasOwn(members, name) || name === '__proto__') throw notPlain;
  if (name.length <= longestWord && resolveScalar(name) !== name) throw notPlain;
}

/** The longest of the words that stand for something else: `false`. */
const longestWord = 5;

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_';
const starts = codesOf(letters);
const parts = codesOf(`${letters}0123456789-./`);

export function codesOf(characters: string): ReadonlySet<number> {
  return new Set([...characters].map((character) => character.charCodeAt(0)));
}
