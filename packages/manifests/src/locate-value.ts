import type { Origin } from '@trueup/diagnostics';
import type { LineCounter, Node } from 'yaml';

import { withoutMark } from './read-manifests.ts';
import {
  createLineCounter,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
} from './yaml/exact-parser.ts';

/**
 * Finds values of one document by members and positions, as a configuration file is read. The text
 * is parsed at the first question.
 *
 * A value that is not written there is answered with what is written closest above it; `undefined`
 * when the text is no valid YAML.
 */
export function createLocator(
  text: string,
  file: string,
): (path: readonly (string | number)[]) => Origin | undefined {
  let parsed: Parsed | undefined;
  return (path) => {
    parsed ??= parse(withoutMark(text));
    const node = parsed.root && find(parsed.root, path);
    if (!node?.range) return undefined;
    const { line, col } = parsed.lines.linePos(node.range[0]);
    return { file, line, column: Math.max(col, 1) };
  };
}

interface Parsed {
  readonly lines: LineCounter;
  readonly root: Node | undefined;
}

function parse(text: string): Parsed {
  const lines = createLineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'silent',
    schema: 'failsafe',
    uniqueKeys: false,
  });
  return { lines, root: document.errors.length > 0 ? undefined : (document.contents ?? undefined) };
}

/** A member is found at its key, an item where it begins. */
function find(root: Node, path: readonly (string | number)[]): Node {
  let value: Node = root;
  let at: Node = root;
  for (const step of path) {
    const found = childOf(value, step);
    if (!found) break;
    at = found.at;
    if (!found.value) break;
    value = found.value;
  }
  return at;
}

function childOf(
  node: Node,
  step: string | number,
): { readonly at: Node; readonly value: Node | undefined } | undefined {
  if (isSeq(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return isNode(item) ? { at: item, value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  // The last one wins, as it does when the document is read.
  const pair = node.items.findLast(
    (one) => isPair(one) && isScalar(one.key) && one.key.value === String(step),
  );
  if (!pair || !isNode(pair.key)) return undefined;
  return { at: pair.key, value: isNode(pair.value) ? pair.value : undefined };
}
