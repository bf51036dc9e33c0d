/**
 * Finds where a value was written. Only on demand: the parser that knows every position takes ten
 * times as long as the one that reads, and most values are never asked about.
 */
import type { ListKey, Origin, Step } from '@trueup/diagnostics';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';

import { withoutMark } from './read-manifests.ts';
import {
  createLineCounter,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
} from './yaml/exact-parser.ts';
import { isMergeKey, resolveKey } from './yaml/resolve-key.ts';
import { resolveScalar } from './yaml/resolve-scalar.ts';
import { type DocumentText, splitDocuments } from './yaml/split-documents.ts';

/** A field path, or one that also counts the items of lists that nothing else names, from 0. */
export type WrittenPath = readonly (Step | number)[];

/** See {@link locateField}. */
export type FieldLocator = (document: Origin, path: WrittenPath) => Origin | undefined;

/**
 * Where the value at `path` was written: the key of a member, the beginning of an item. The value of
 * an alias or of a merge stands at its anchor. `document` is the origin of a `ManifestDocument`, and
 * `text` the whole file that it came from.
 *
 * `undefined` when no such field is written there, and when the text is no valid YAML.
 */
export function locateField(text: string, document: Origin, path: WrittenPath): Origin | undefined {
  return createFieldLocator(text)(document, path);
}

/** The same for many questions about one text: each document of it is parsed once, when needed. */
export function createFieldLocator(text: string): FieldLocator {
  let pieces: readonly DocumentText[] | undefined;
  const trees = new Map<DocumentText, Tree | undefined>();

  return (document, path) => {
    pieces ??= splitDocuments(withoutMark(text));
    const piece = pieces.findLast(({ contentLine }) => contentLine <= document.line);
    if (!piece) return undefined;
    if (path.length === 0) return document;

    if (!trees.has(piece)) trees.set(piece, parseTree(piece));
    const tree = trees.get(piece);
    const root = tree && findRoot(tree, document.line);
    const spot = tree && root && descend(tree, root, path);
    if (!spot) return undefined;
    const { line, column } = tree.placeOf(spot.at);
    return { file: document.file, line, column };
  };
}

interface Tree {
  readonly document: Document;
  placeOf(node: Node): { readonly line: number; readonly column: number };
}

/** A value, and the node that a person would point at for it. */
interface Spot {
  readonly value: Node | undefined;
  readonly at: Node;
}

function parseTree({ text, firstLine }: DocumentText): Tree | undefined {
  const lines = createLineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'silent',
    schema: 'failsafe',
    uniqueKeys: false,
  });
  if (document.errors.length > 0) return undefined;
  return {
    document,
    placeOf: (node) => {
      const { line, col } = lines.linePos(node.range?.[0] ?? 0);
      return { line: firstLine + line - 1, column: Math.max(col, 1) };
    },
  };
}

/** The document itself, or the item of a `List` that begins in that line. */
function findRoot(tree: Tree, line: number): Spot | undefined {
  const { contents } = tree.document;
  if (!contents) return undefined;
  const items = flattenItems(tree, contents);
  const node = items.find((item) => tree.placeOf(item).line === line) ?? contents;
  return { value: node, at: node };
}

function flattenItems(tree: Tree, node: Node): readonly Node[] {
  const value = follow(tree, node);
  const items = isMap(value) ? findMember(tree, value, 'items')?.value : undefined;
  const kind = isMap(value) ? findMember(tree, value, 'kind')?.value : undefined;
  const isList = isScalar(kind) && String(kind.value).endsWith('List');
  return isList && isSeq(items)
    ? nodesOf(items).flatMap((item) => flattenItems(tree, item))
    : [value ?? node];
}

function descend(tree: Tree, root: Spot, path: WrittenPath): Spot | undefined {
  return path.reduce<Spot | undefined>((spot, step) => spot && takeStep(tree, spot, step), root);
}

function takeStep(tree: Tree, { value }: Spot, step: Step | number): Spot | undefined {
  const node = follow(tree, value);
  if (typeof step === 'number') return isSeq(node) ? toItem(nodesOf(node)[step]) : undefined;
  if (typeof step === 'string') return isMap(node) ? findMember(tree, node, step) : undefined;
  return isSeq(node) ? findItem(tree, node, step) : undefined;
}

/** The last one counts, be it a member or a merge, as it does for `readManifests`. */
function findMember(tree: Tree, map: YAMLMap, name: string): Spot | undefined {
  for (const pair of map.items.toReversed()) {
    const key = follow(tree, asNode(pair.key));
    if (!isScalar(key)) continue;
    const spot = isMergeKey(key)
      ? findMerged(tree, pair, name)
      : resolveKey(key) === name && toSpot(pair);
    if (spot) return spot;
  }
  return undefined;
}

function findMerged(tree: Tree, pair: Pair, name: string): Spot | undefined {
  const source = follow(tree, asNode(pair.value));
  const maps = isSeq(source) ? nodesOf(source) : [source];
  for (const map of maps) {
    const target = follow(tree, map);
    const spot = isMap(target) ? findMember(tree, target, name) : undefined;
    if (spot) return spot;
  }
  return undefined;
}

function toSpot({ key, value }: Pair): Spot | undefined {
  const at = asNode(key) ?? asNode(value);
  return at && { value: asNode(value), at };
}

/**
 * The item that its key names. Members of the key that the file leaves to their defaults, such as
 * `protocol` of a port, may be absent, unless another item has them all.
 */
function findItem(tree: Tree, list: YAMLSeq, key: ListKey): Spot | undefined {
  const items = nodesOf(list);
  const node =
    items.find((item) => countMatches(tree, item, key) === Object.keys(key).length) ??
    items.find((item) => countMatches(tree, item, key) > 0);
  return toItem(node);
}

function toItem(node: Node | undefined): Spot | undefined {
  return node && { value: node, at: node };
}

/** How many members of the key the item has; 0 when one of them is another. */
function countMatches(tree: Tree, item: Node, key: ListKey): number {
  const map = follow(tree, item);
  if (!isMap(map)) return 0;
  let matches = 0;
  for (const [name, expected] of Object.entries(key)) {
    const found = findMember(tree, map, name);
    if (!found) continue;
    if (scalarOf(follow(tree, found.value)) !== expected) return 0;
    matches += 1;
  }
  return matches;
}

function scalarOf(node: Node | undefined): unknown {
  if (!isScalar(node) || typeof node.value !== 'string') return undefined;
  const isPlain = node.type === 'PLAIN' && node.tag === undefined;
  return isPlain ? resolveScalar(node.value) : node.value;
}

function follow({ document }: Tree, node: Node | undefined): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function nodesOf(list: YAMLSeq): readonly Node[] {
  return list.items.filter(isNode);
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}
