/** Every value of a document with the place where it is written, and the way to it. */
import type { Json, ListKey, Origin, Step } from '@trueup/diagnostics';
import { isJsonObject } from '@trueup/diagnostics';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';

import {
  createLineCounter,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
} from '../yaml/exact-parser.ts';
import { isMergeKey, resolveKey } from '../yaml/resolve-key.ts';
import type { DocumentText } from '../yaml/split-documents.ts';
import { type ValuePath, valueAt } from './set-value.ts';

/** A member, an item, or the document as a whole. */
export interface Spot {
  readonly path: ValuePath;
  /** What it is a part of; absent for the document as a whole. */
  readonly parent?: { readonly node: YAMLMap | YAMLSeq; readonly index: number };
  readonly key?: Node;
  /** Absent for a key without a value. */
  readonly node: Node | undefined;
}

export interface WrittenTree {
  readonly root: Spot;
  readonly value: Json;
  /** Some value stands here for others as well. */
  readonly hasAliases: boolean;
  /** Members and items that begin in a line, the outer ones first. */
  spotsIn(place: Pick<Origin, 'line' | 'column'>): readonly Spot[];
}

/** `value` is what the reader makes of the same text. `undefined` when the two disagree about it. */
export function readTree(piece: DocumentText, value: Json): WrittenTree | undefined {
  const lines = createLineCounter();
  const document: Document = parseDocument(piece.text, {
    lineCounter: lines,
    logLevel: 'silent',
    schema: 'failsafe',
    uniqueKeys: false,
  });
  if (document.errors.length > 0 || !document.contents) return undefined;
  const root: Spot = { path: [], node: document.contents };
  const all = [...spotsBelow(root)];
  const placeOf = (spot: Spot) => {
    const { line, col } = lines.linePos((spot.key ?? spot.node)?.range?.[0] ?? 0);
    return { line: piece.firstLine + line - 1, column: col };
  };
  return {
    root,
    value,
    hasAliases: all.some(({ node }) => isAlias(node)),
    spotsIn: ({ line, column }) =>
      all.filter((spot) => {
        const at = placeOf(spot);
        return at.line === line && (column === undefined || at.column === column);
      }),
  };
}

function* spotsBelow(spot: Spot): Generator<Spot> {
  const { node } = spot;
  const count = isMap(node) || isSeq(node) ? node.items.length : 0;
  for (let index = 0; index < count; index += 1) {
    const child = childAt(spot, index);
    if (!child) continue;
    yield child;
    yield* spotsBelow(child);
  }
}

/** What merges is a way to values that stand elsewhere. */
function childAt({ path, node }: Spot, index: number): Spot | undefined {
  if (isSeq(node)) {
    const item = node.items[index];
    return isNode(item)
      ? { path: [...path, index], parent: { node, index }, node: item }
      : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair: Pair | undefined = node.items[index];
  if (!isPair(pair) || !isScalar(pair.key) || isMergeKey(pair.key)) return undefined;
  const name = resolveKey(pair.key);
  if (name === undefined) return undefined;
  const value = isNode(pair.value) ? pair.value : undefined;
  return { path: [...path, name], parent: { node, index }, key: pair.key, node: value };
}

export interface Descent {
  readonly spot: Spot;
  /** Steps that lead to nothing which is written; empty when all do. */
  readonly left: readonly Step[];
}

/** Goes as far along the path as something is written. */
export function descend(tree: WrittenTree, from: Spot, path: readonly Step[]): Descent {
  let spot = from;
  for (const [index, step] of path.entries()) {
    const next = stepTo(tree, spot, step);
    if (!next) return { spot, left: path.slice(index) };
    spot = next;
  }
  return { spot, left: [] };
}

/** Of members that stand twice the last one counts, as it does for whoever reads the file. */
function stepTo(tree: WrittenTree, spot: Spot, step: Step): Spot | undefined {
  const { node } = spot;
  if (typeof step === 'string') {
    if (!isMap(node)) return undefined;
    const indexes = node.items.keys().toArray().toReversed();
    for (const index of indexes) {
      const child = childAt(spot, index);
      if (child?.path.at(-1) === step) return child;
    }
    return undefined;
  }
  if (!isSeq(node)) return undefined;
  const matches = node.items.map((_item, position) =>
    countMatches(valueAt(tree.value, [...spot.path, position]), step),
  );
  const full = matches.indexOf(Object.keys(step).length);
  const index = full >= 0 ? full : matches.findIndex((count) => count > 0);
  return index < 0 ? undefined : childAt(spot, index);
}

/** How many members of the key the item has; 0 when one of them is another. */
function countMatches(item: Json | undefined, key: ListKey): number {
  if (!isJsonObject(item)) return 0;
  let matches = 0;
  for (const [name, expected] of Object.entries(key)) {
    if (!Object.hasOwn(item, name)) continue;
    if (item[name] !== expected) return 0;
    matches += 1;
  }
  return matches;
}
