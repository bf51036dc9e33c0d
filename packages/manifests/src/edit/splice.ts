/** Where to cut a text, and what to put there, so that nothing else of it moves. */
import { isJsonList, type Json } from '@trueup/diagnostics';
import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml';

import { isMap, isNode, isPair, isScalar, isSeq } from '../yaml/exact-parser.ts';
import {
  isBlock,
  type ScalarStyle,
  writeBlock,
  writeInLine,
  writeKey,
  writeLiteral,
  writeScalar,
} from './write-value.ts';
import type { Spot } from './written-tree.ts';

/** Offsets of the text that it is about. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Ways to write the same, the one that keeps most of the style first. The caller tries them. */
export function replaceNode(text: string, { node, key, parent }: Spot, value: Json): Splice[] {
  if (!node?.range) return [];
  const place = { start: node.range[0], end: endOf(node) };
  const inLine = [{ ...place, text: writeInLine(value) }];
  if (parent && isFlow(parent.node)) return inLine;
  if (!isBlock(value)) return replaceByScalar(text, { ...place, key, node }, value);
  if (!key || isFlow(node)) return inLine;
  const indent = columnOf(text, key.range?.[0] ?? 0);
  return replaceByBlock({ ...place, key, node, indent }, text, value);
}

function replaceByScalar(
  text: string,
  { start, end, key, node }: Omit<Placed, 'key' | 'indent'> & { readonly key: Node | undefined },
  value: Json,
): Splice[] {
  const gap = gapBefore(text, start, end, key);
  const indent = columnOf(text, (key ?? node).range?.[0] ?? 0);
  const literal = typeof value === 'string' ? writeLiteral(value, indent + 2) : undefined;
  const rest = text[end - 1] === '\n' ? '\n' : '';
  return [
    ...(literal === undefined ? [] : [literalSplice(text, gap, literal)]),
    { ...gap, text: `${gap.text}${writeScalar(value, styleOf(node))}${rest}` },
    { ...gap, text: `${gap.text}${writeInLine(value)}${rest}` },
  ];
}

/** Literal text ends its line by itself; what stands behind the old value goes in front of it. */
function literalSplice(text: string, gap: Splice, literal: string): Splice {
  const lineEnd = endOfLine(text, gap.end);
  const isAtStart = gap.end > 0 && text[gap.end - 1] === '\n';
  if (isAtStart) return { ...gap, text: `${gap.text}${withBreak(literal)}` };
  const [header = '', ...lines] = literal.split('\n');
  const comment = text.slice(gap.end, lineEnd).trimEnd();
  return {
    ...gap,
    end: Math.min(lineEnd + 1, text.length),
    text: `${gap.text}${header}${comment}\n${withBreak(lines.join('\n'))}`,
  };
}

function withBreak(lines: string): string {
  return lines.endsWith('\n') ? lines : `${lines}\n`;
}

/** A value that began in a line of its own moves up to its key. */
function gapBefore(text: string, start: number, end: number, key: Node | undefined): Splice {
  const keyEnd = key?.range?.[1];
  if (keyEnd === undefined || !/[\r\n]/.test(text.slice(keyEnd, start))) {
    const isTight = keyEnd !== undefined && text.slice(keyEnd, start).endsWith(':');
    return { start, end, text: isTight ? ' ' : '' };
  }
  const colon = text.indexOf(':', keyEnd) + 1;
  return { start: colon, end, text: ' ' };
}

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly key: Node;
  readonly node: Node;
  readonly indent: number;
}

function replaceByBlock(
  { start, end, key, node, indent }: Placed,
  text: string,
  value: Json,
): Splice[] {
  const colon = text.indexOf(':', key.range?.[1] ?? start) + 1;
  const own = isSeq(node) && isJsonList(value) ? columnOf(text, start) : indent + 2;
  const isOpen = end > 0 && text[end - 1] === '\n';
  const lineEnd = isOpen ? end : endOfLine(text, end);
  const comment = isOpen ? '' : text.slice(end, lineEnd).trimEnd();
  return [
    {
      start: colon,
      end: afterBreak(text, lineEnd, isOpen),
      text: `${comment}\n${writeBlock(value, own)}`,
    },
    { start, end, text: writeInLine(value) },
  ];
}

function afterBreak(text: string, lineEnd: number, isOpen: boolean): number {
  return isOpen ? lineEnd : Math.min(lineEnd + 1, text.length);
}

/** Takes a member or an item out, with the rest of its line. `undefined` where that is not one cut. */
export function removeSpot(text: string, { node, key, parent }: Spot): Splice | undefined {
  if (!parent) return undefined;
  const { node: whole, index } = parent;
  const first = key ?? node;
  const start = first?.range?.[0];
  if (start === undefined) return undefined;
  const end = node ? endOf(node) : (key?.range?.[1] ?? start);
  if (isFlow(whole)) return removeFromFlow(whole, index, start, end);
  if (whole.items.length === 1) return { ...bodyOf(text, whole), text: emptyOf(whole) };
  const lineStart = startOfLine(text, start);
  const before = text.slice(lineStart, start);
  if (key ? /^ *$/.test(before) : /^ *- *$/.test(before)) {
    return { start: lineStart, end: afterLine(text, end), text: '' };
  }
  const next = firstOf(whole.items[index + 1]);
  return next === undefined
    ? undefined
    : { start: itemStart(text, start, key), end: itemStart(text, next, key), text: '' };
}

function removeFromFlow(
  whole: YAMLMap | YAMLSeq,
  index: number,
  start: number,
  end: number,
): Splice {
  const next = firstOf(whole.items[index + 1]);
  if (next !== undefined) return { start, end: next, text: '' };
  const before = lastOf(whole.items[index - 1]);
  return { start: before ?? start, end, text: '' };
}

/** The dash of an item goes with it. */
function itemStart(text: string, start: number, key: Node | undefined): number {
  return key ? start : text.lastIndexOf('-', start);
}

/** Puts a member or an item behind those that are there. */
export function insertInto(
  text: string,
  { node, key, parent }: Spot,
  name: string | undefined,
  value: Json,
): Splice[] {
  if (isMap(node) || isSeq(node)) {
    return isFlow(node)
      ? insertIntoFlow(text, node, name, value)
      : [insertIntoBlock(text, node, name, value)];
  }
  const whole: Json = name === undefined ? [value] : Object.fromEntries([[name, value]]);
  if (node && isEmptyScalar(node))
    return fillEmpty(text, {
      node,
      key,
      whole,
      inLine: parent !== undefined && isFlow(parent.node),
    });
  return [];
}

/** `labels:` with nothing behind it. */
function fillEmpty(
  text: string,
  {
    node,
    key,
    whole,
    inLine,
  }: {
    readonly node: Node;
    readonly key: Node | undefined;
    readonly whole: Json;
    readonly inLine: boolean;
  },
): Splice[] {
  const at = node.range?.[0] ?? 0;
  if (inLine || !key) return [];
  const colon = text.indexOf(':', key.range?.[1] ?? at) + 1;
  const lineEnd = endOfLine(text, colon);
  const lines = writeBlock(whole, columnOf(text, key.range?.[0] ?? 0) + 2).trimEnd();
  return [{ start: lineEnd, end: lineEnd, text: `\n${lines}` }];
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === '' && node.type === 'PLAIN' && node.tag === undefined;
}

function insertIntoFlow(
  text: string,
  whole: YAMLMap | YAMLSeq,
  name: string | undefined,
  value: Json,
): Splice[] {
  const [start = 0, end = 0] = whole.range ?? [];
  const isJson = /^\{\s*"/.test(text.slice(start, end)) || /^\s*[[{]/.test(text);
  const member = name === undefined ? '' : `${isJson ? writeInLine(name) : writeKey(name, true)}: `;
  const written = `${member}${writeInLine(value)}`;
  const last = lastOf(whole.items.at(-1));
  if (last === undefined) return [{ start: start + 1, end: end - 1, text: written }];
  const first = firstOf(whole.items.at(-1)) ?? last;
  const before = text.slice(startOfLine(text, first), first);
  const gap = /^[ \t]*$/.test(before) ? `\n${before}` : ' ';
  return [{ start: last, end: last, text: `,${gap}${written}` }];
}

function insertIntoBlock(
  text: string,
  whole: YAMLMap | YAMLSeq,
  name: string | undefined,
  value: Json,
): Splice {
  const indent = columnOf(text, whole.range?.[0] ?? 0);
  const lines = name === undefined ? writeBlock([value], indent) : writeMember(name, value, indent);
  const at = afterLine(text, endOf(whole));
  const open = at > 0 && !/[\r\n]/.test(text[at - 1] ?? '') ? '\n' : '';
  return { start: at, end: at, text: `${open}${lines}` };
}

function writeMember(name: string, value: Json, indent: number): string {
  return writeBlock(Object.fromEntries([[name, value]]), indent);
}

/** Of the last value inside, so that comments behind it stay. */
export function endOf(node: Node): number {
  if ((isMap(node) || isSeq(node)) && !isFlow(node)) {
    const last = lastOf(node.items.at(-1));
    if (last !== undefined) return last;
  }
  return node.range?.[1] ?? 0;
}

function lastOf(item: unknown): number | undefined {
  if (isPair(item)) {
    const { key, value }: Pair = item;
    const isWritten = isNode(value) && value.range && value.range[1] > value.range[0];
    if (isNode(value) && isWritten) return endOf(value);
    return isNode(key) ? key.range?.[1] : undefined;
  }
  return isNode(item) ? endOf(item) : undefined;
}

function firstOf(item: unknown): number | undefined {
  const node: unknown = isPair(item) ? item.key : item;
  return isNode(node) ? node.range?.[0] : undefined;
}

function bodyOf(
  text: string,
  whole: YAMLMap | YAMLSeq,
): { readonly start: number; readonly end: number } {
  const start = whole.range?.[0] ?? 0;
  const before = text.slice(0, start);
  const blank = /\s*$/.exec(before)?.[0] ?? '';
  const end = endOf(whole);
  return { start: start - blank.length, end: end > 0 && text[end - 1] === '\n' ? end - 1 : end };
}

function emptyOf(whole: YAMLMap | YAMLSeq): string {
  return isMap(whole) ? ' {}' : ' []';
}

function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

function styleOf(node: Node): ScalarStyle {
  if (!isScalar(node)) return undefined;
  if (node.type === 'QUOTE_DOUBLE') return 'double';
  return node.type === 'QUOTE_SINGLE' ? 'single' : 'plain';
}

function columnOf(text: string, offset: number): number {
  return offset - startOfLine(text, offset);
}

function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function endOfLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found < 0 ? text.length : found;
}

/** Behind the break of the line; where a value ends with its break, it is there already. */
function afterLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  return Math.min(endOfLine(text, offset) + 1, text.length);
}
