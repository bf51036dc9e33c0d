/**
 * The parser that knows every position, loaded when it is first asked: most processes only read, and
 * its many modules would cost each of them 20 ms.
 */
import { createRequire } from 'node:module';

import type { Alias, LineCounter, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';

type Parser = typeof import('yaml');

const load = createRequire(import.meta.url);
let loaded: Parser | undefined;

function parser(): Parser {
  const found: Parser = loaded ?? load('yaml');
  loaded = found;
  return found;
}

export const parseDocument: Parser['parseDocument'] = (text, options) =>
  parser().parseDocument(text, options);

export function createLineCounter(): LineCounter {
  const { LineCounter: Counter } = parser();
  return new Counter();
}

export function visit(...given: Parameters<Parser['visit']>): void {
  parser().visit(...given);
}

/** What a visitor answers so that nothing below is visited. */
export function skipBelow(): symbol {
  return parser().visit.SKIP;
}

export const isAlias = (node: unknown): node is Alias => parser().isAlias(node);
export const isMap = (node: unknown): node is YAMLMap => parser().isMap(node);
export const isNode = (node: unknown): node is Node => parser().isNode(node);
export const isPair = (node: unknown): node is Pair => parser().isPair(node);
export const isScalar = (node: unknown): node is Scalar => parser().isScalar(node);
export const isSeq = (node: unknown): node is YAMLSeq => parser().isSeq(node);
