/**
 * Changes one value in a file that people wrote, and nothing else of it: comments, quotes and order stay.
 *
 * E1. What is put there reads back as exactly the wanted value, and every other value of the file reads as
 *     it did: the new text is read again, and left if that is not so. Values from a target are hostile.
 * E2. What several places share (anchors, merges) is not changed for one of them.
 */
import {
  type FieldPath,
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type Origin,
  type Step,
} from '@trueup/diagnostics';

import { isAlias, isMap, isScalar, isSeq } from '../yaml/exact-parser.ts';
import { parseDocument } from '../yaml/parse-document.ts';
import { defaultReadLimits } from '../yaml/read-limits.ts';
import { type DocumentText, splitDocuments } from '../yaml/split-documents.ts';
import { setValue, type ValuePath, valueAt } from './set-value.ts';
import { insertInto, removeSpot, replaceNode, type Splice } from './splice.ts';
import { type Descent, descend, readTree, type Spot, type WrittenTree } from './written-tree.ts';

export interface FieldEdit {
  /** Where the description of the whole begins that `path` leads into. */
  readonly root: Pick<Origin, 'line' | 'column'>;
  readonly path: FieldPath;
  /** The line of the field itself, for files that name it in another way than `path` does. */
  readonly at?: Pick<Origin, 'line' | 'column'>;
  /** What the file asks for there. Absent: nothing, so that the value is added. */
  readonly desired?: Json;
  /** What it is to ask for. Absent: nothing, so that the value is taken out. */
  readonly wanted?: Json;
}

/** `reason`: half a sentence for people, free of values. */
export type FieldEdited =
  | { readonly kind: 'edited'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Files of this length and more are machine-made, and take the exact parser seconds. */
const longestText = 2 * 1024 * 1024;

/** Never throws, whatever the text and the values. */
export function editField(text: string, edit: FieldEdit): FieldEdited {
  if (text.length > longestText) return refuse('its file is too long to be changed by a tool');
  if (!isWritable(edit.wanted)) return refuse('its value holds half of a character');
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  const bare = text.slice(mark);
  const pieces = readPieces(bare);
  if (!pieces) return refuse('its file is no YAML that could be changed safely');
  const line = edit.root.line;
  const index = pieces.findLastIndex(({ piece }) => piece.contentLine <= line);
  const chosen = pieces[index];
  if (!chosen) return refuse('its line is not in the file any more');
  if (isEncrypted(chosen.value)) return refuse('its file is encrypted');
  const tree = readTree(chosen.piece, chosen.value);
  if (!tree) return refuse('its file is no YAML that could be changed safely');
  const found = findTask(tree, chosen.piece, edit);
  if ('reason' in found) return refuse(found.reason);
  const values = pieces.map(({ value }) => value);
  const wanted = values.with(index, setValue(chosen.value, found.path, found.value));
  for (const way of found.ways) {
    const changed = apply(bare, offsetOf(bare, chosen.piece.firstLine), way);
    if (readsAs(changed, wanted)) return { kind: 'edited', text: text.slice(0, mark) + changed };
  }
  return refuse('it is written in a way that cannot be changed in one place');
}

interface Piece {
  readonly piece: DocumentText;
  readonly value: Json;
}

function readPieces(text: string): readonly Piece[] | undefined {
  const budget = { nodes: defaultReadLimits.maxNodes, maxDepth: defaultReadLimits.maxDepth };
  const pieces: Piece[] = [];
  for (const piece of splitDocuments(text)) {
    const { value } = parseDocument(piece, budget);
    if (value === undefined) return undefined;
    pieces.push({ piece, value });
  }
  return pieces;
}

/** E1 */
function readsAs(text: string, wanted: readonly Json[]): boolean {
  const pieces = readPieces(text);
  return (
    pieces !== undefined && formatJson(pieces.map(({ value }) => value)) === formatJson(wanted)
  );
}

interface Task {
  /** From the document on. */
  readonly path: ValuePath;
  readonly value: Json | undefined;
  readonly ways: readonly Splice[];
}

type Found = Task | { readonly reason: string };

function findTask(tree: WrittenTree, piece: DocumentText, edit: FieldEdit): Found {
  const { desired, wanted } = edit;
  const descent = findDescent(tree, piece, edit);
  if (descent.left.length > 0) {
    if (desired !== undefined) return { reason: 'no line of the file asks for it as it is' };
    return wanted === undefined
      ? { reason: 'nothing of it is written' }
      : addAt(piece, descent, wanted);
  }
  const { spot } = descent;
  const shared = findShared(tree, spot) ?? findReference(tree, piece, { spot, desired });
  if (shared !== undefined) return { reason: shared };
  if (wanted !== undefined) {
    return { path: spot.path, value: wanted, ways: waysToReplace(piece, spot, wanted) };
  }
  const way = removeSpot(piece.text, spot);
  return { path: spot.path, value: undefined, ways: way ? [way] : [] };
}

function waysToReplace({ text }: DocumentText, spot: Spot, wanted: Json): readonly Splice[] {
  if (spot.node) return replaceNode(text, spot, wanted);
  return [];
}

/** By the way from its root, or by the one member of that name in its own line. */
function findDescent(
  tree: WrittenTree,
  piece: DocumentText,
  { root, path, at, desired }: FieldEdit,
): Descent {
  const inLine = tree.spotsIn(root);
  const items = inLine.filter(({ key }) => !key);
  const members = inLine.filter(({ key }) => key);
  const starts =
    root.line <= piece.contentLine
      ? [tree.root, ...items, ...members]
      : [...items, ...members, tree.root];
  const descents = starts.map((start) => descend(tree, start, path));
  const whole = descents.find(({ left }) => left.length === 0);
  if (whole) return whole;
  const named =
    at && desired !== undefined ? findByLine(tree, path.at(-1), at, desired) : undefined;
  if (named) return { spot: named, left: [] };
  const takers = descents.filter(takesNext).toSorted((a, b) => a.left.length - b.left.length);
  return takers[0] ?? { spot: tree.root, left: path };
}

/** Members go into objects, and items into lists; either into what is empty. */
function takesNext({ spot: { node }, left: [step] }: Descent): boolean {
  return isScalar(node) || (typeof step === 'string' ? isMap(node) : isSeq(node));
}

function findByLine(
  tree: WrittenTree,
  step: Step | undefined,
  at: Pick<Origin, 'line' | 'column'>,
  desired: Json,
): Spot | undefined {
  const spots = tree.spotsIn(at).filter(({ key, path }) => {
    return (
      key &&
      path.at(-1) === step &&
      formatJson(valueAt(tree.value, path) ?? null) === formatJson(desired)
    );
  });
  return spots.length === 1 ? spots[0] : undefined;
}

/** E2 */
function findShared({ hasAliases }: WrittenTree, { node }: Spot): string | undefined {
  if (isAlias(node)) return 'its line takes it from an anchor elsewhere';
  const isAnchor = node !== undefined && 'anchor' in node && node.anchor !== undefined;
  if (isAnchor && hasAliases) return 'other places take it from the same line';
  if (isScalar(node) && node.tag !== undefined) return 'it is written with a tag';
  return undefined;
}

/** `${VERSION}` and the like: whoever wrote it wants it to be decided elsewhere. */
function findReference(
  tree: WrittenTree,
  { text }: DocumentText,
  { spot: { path, node }, desired }: { readonly spot: Spot; readonly desired: Json | undefined },
): string | undefined {
  const [start = 0, end = 0] = node?.range ?? [];
  if (!/\$[({A-Za-z_]|\{\{/.test(text.slice(start, end))) return undefined;
  const isAsDesired = formatJson(valueAt(tree.value, path) ?? null) === formatJson(desired ?? null);
  return isAsDesired ? undefined : 'its line takes it from a variable';
}

function addAt(piece: DocumentText, { spot, left }: Descent, wanted: Json): Found {
  const [step, ...deeper] = left;
  if (step === undefined) return { reason: 'nothing of it is written' };
  const inner = build(deeper, wanted);
  const isMember = typeof step === 'string';
  const value = isMember ? inner : withKey(step, inner);
  const length =
    spot.node && 'items' in spot.node && Array.isArray(spot.node.items)
      ? spot.node.items.length
      : 0;
  const ways = insertInto(piece.text, spot, isMember ? step : undefined, value);
  return { path: [...spot.path, isMember ? step : length], value, ways };
}

/** The value with what leads to it around it. */
function build(steps: FieldPath, wanted: Json): Json {
  return steps.reduceRight<Json>(
    (value, step) =>
      typeof step === 'string' ? Object.fromEntries([[step, value]]) : [withKey(step, value)],
    wanted,
  );
}

function withKey(key: Exclude<Step, string>, value: Json): Json {
  return isJsonObject(value) ? { ...key, ...value } : value;
}

function apply(text: string, offset: number, { start, end, text: put }: Splice): string {
  const written = text.includes('\r\n') ? put.replaceAll('\n', '\r\n') : put;
  return text.slice(0, offset + start) + written + text.slice(offset + end);
}

function offsetOf(text: string, line: number): number {
  let offset = 0;
  const breaks = text.matchAll(/\r\n?|\n/g);
  for (let count = 1; count < line; count += 1) {
    const { value: found } = breaks.next();
    if (!found) return offset;
    offset = found.index + found[0].length;
  }
  return offset;
}

/** SOPS signs all of a file, so that any change of it breaks it. */
function isEncrypted(value: Json): boolean {
  const sops = isJsonObject(value) && Object.hasOwn(value, 'sops') ? value['sops'] : undefined;
  return isJsonObject(sops) && Object.hasOwn(sops, 'mac');
}

/** Git holds UTF-8, which has no form for half of a pair. */
function isWritable(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (isJsonList(value)) return value.every(isWritable);
  if (!isJsonObject(value)) return true;
  return Object.entries(value).every(([name, one]) => name.isWellFormed() && isWritable(one));
}

function refuse(reason: string): FieldEdited {
  return { kind: 'refused', reason };
}
