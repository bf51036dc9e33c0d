/**
 * Reads one compose file. Its YAML is that of compose: `yes` and `on` are texts, `<<` merges, and
 * `!reset` and `!override` say how it is merged with other files.
 */
import type { Origin } from '@trueup/diagnostics';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

import { type MergeTag, mapOf, type Remarks, type Scalar, type Tree } from './tree.ts';

/** More than any compose file has; aliases count each time they are used. */
const mostNodes = 200_000;
const deepest = 64;
const longestText = 4 * 1024 * 1024;

/** `undefined` where the file is empty, or no YAML, which is remarked. */
export function readTree(text: string, file: string, remarks: Remarks): Tree | undefined {
  if (text.length > longestText) {
    const summary = 'the file is too long for a compose file';
    remarks.add('error', 'COMPOSE_FILE_INVALID', { origin: { file, line: 1 } }, { summary });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'silent',
    uniqueKeys: false,
    intAsBigInt: false,
    customTags: mergeTags,
  });
  const originAt = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const error of document.errors) {
    const origin = originAt(error.pos[0]);
    const summary = `the file is no YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}`;
    remarks.add('error', 'COMPOSE_FILE_INVALID', { origin }, { summary });
  }
  if (document.errors.length > 0 || !document.contents) return undefined;
  const reading: Reading = { document, originAt, remarks, left: mostNodes };
  return toTree(document.contents, reading, 0);
}

const mergeTags = ['reset', 'override'].flatMap((tag) => [
  { tag: `!${tag}`, resolve: (text: string) => text },
  { tag: `!${tag}`, collection: 'map' as const },
  { tag: `!${tag}`, collection: 'seq' as const },
]);

interface Reading {
  readonly document: ReturnType<typeof parseDocument>;
  readonly originAt: (offset: number) => Origin;
  readonly remarks: Remarks;
  left: number;
}

function toTree(node: Node, reading: Reading, depth: number): Tree | undefined {
  const origin = reading.originAt(node.range?.[0] ?? 0);
  reading.left -= 1;
  if (reading.left < 0 || depth > deepest) {
    if (reading.left > -2) {
      const summary = 'the file holds too many values, or nests them too deeply';
      reading.remarks.add('error', 'COMPOSE_FILE_INVALID', { origin }, { summary });
      reading.left = -2;
    }
    return undefined;
  }
  if (isAlias(node)) {
    const target = node.resolve(reading.document);
    return target ? toTree(target, reading, depth + 1) : undefined;
  }
  const tag = tagOfNode(node);
  if (isScalar(node)) {
    const value = asWritten(asScalar(node.value), node.source);
    return { kind: 'scalar', value, text: node.source ?? String(value), origin, ...tag };
  }
  if (isSeq(node)) {
    const items = node.items.flatMap((item) => {
      const tree = isNodeLike(item) ? toTree(item, reading, depth + 1) : undefined;
      return tree ? [tree] : [];
    });
    return { kind: 'list', items, origin, ...tag };
  }
  if (!isMap(node)) return undefined;
  return { ...toMap(node.items, { origin, reading, depth }), ...tag };
}

interface MapReading {
  readonly origin: Origin;
  readonly reading: Reading;
  readonly depth: number;
}

function toMap(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  { origin, reading, depth }: MapReading,
): Tree {
  const own = new Map<string, Tree>();
  const merged = new Map<string, Tree>();
  for (const { key, value } of pairs) {
    if (!isScalar(key)) continue;
    const name = nameOf(key.value);
    const at = reading.originAt(key.range?.[0] ?? 0);
    const tree = isNodeLike(value) ? toTree(value, reading, depth + 1) : undefined;
    if (name === '<<' && tree) addMerged(tree, merged);
    else addOwn(name, { ...(tree ?? nothing(at)), origin: at }, { own, reading });
  }
  const all = [...[...merged].filter(([name]) => !own.has(name)), ...own];
  return mapOf(all, nothing(origin));
}

function nameOf(key: unknown): string {
  const scalar = asScalar(key);
  return scalar === null ? '' : String(scalar);
}

function addMerged(tree: Tree, merged: Map<string, Tree>): void {
  for (const [name, one] of mergedMembers(tree)) merged.set(name, one);
}

/** A member is found at its key: that is where people look. */
function addOwn(
  name: string,
  tree: Tree,
  { own, reading }: { readonly own: Map<string, Tree>; readonly reading: Reading },
): void {
  if (own.has(name)) {
    const summary = `\`${name}\` stands twice`;
    reading.remarks.add('error', 'COMPOSE_KEY_DOUBLED', tree, { summary });
  }
  own.set(name, tree);
}

function nothing(origin: Origin): Tree {
  return { kind: 'scalar', value: null, text: '', origin };
}

/** Of several maps the first one wins. */
function mergedMembers(tree: Tree): readonly (readonly [string, Tree])[] {
  if (tree.kind === 'map') return [...tree.members];
  if (tree.kind !== 'list') return [];
  return tree.items.toReversed().flatMap(mergedMembers);
}

function tagOfNode({ tag }: { readonly tag?: string }): { readonly tag?: MergeTag } {
  if (tag === '!reset') return { tag: 'reset' };
  return tag === '!override' ? { tag: 'override' } : {};
}

function isNodeLike(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

/** `010` is 8 to compose, as it was in YAML 1.1. A quoted one is a text. */
function asWritten(value: Scalar, source: string | undefined): Scalar {
  const isOctal = typeof value === 'number' && /^[-+]?0[0-7]+$/.test(source ?? '');
  return isOctal ? Number.parseInt(source ?? '', 8) : value;
}

function asScalar(value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return null;
}
