/**
 * Finds keys that do not mean what they seem to: those that stand twice in one object, and those
 * that are no text. The fast parser does not tell where, so the exact one reads the document again;
 * it takes ten times as long, hence only where something is wrong or may be.
 */
import type { Document, LineCounter, Pair } from 'yaml';

import {
  createLineCounter,
  isAlias,
  isNode,
  isScalar,
  parseDocument,
  skipBelow,
  visit,
} from './exact-parser.ts';
import { isMergeKey, resolveKey } from './resolve-key.ts';
import type { DocumentText } from './split-documents.ts';
import type { YamlProblem } from './yaml-problem.ts';

/** A longer text would hold up everybody else for seconds: only that it has a problem is said. */
const longestLook = 2_000_000;

/** True where a key may be a list, an object, an alias or nothing: the text gives that away. */
export function needsCloseLook(text: string): boolean {
  if (/(?:^|[\r\n])[ \t-]*\?[ \t\r\n]/.test(text)) return true;
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    if (isOddKeyBefore(text, colon)) return true;
  }
  return false;
}

/** Exact for duplicates; lists and objects as keys, which Kubernetes refuses, are errors. */
export function findKeyProblems(document: DocumentText): readonly YamlProblem[] {
  if (document.text.length > longestLook) return [tooLongToLook(document)];
  const lines = createLineCounter();
  const parsed = parseDocument(document.text, {
    lineCounter: lines,
    logLevel: 'silent',
    schema: 'failsafe',
    uniqueKeys: false,
  });

  const problems: YamlProblem[] = [];
  const looking = { parsed, lines, document };
  visit(parsed, {
    Map: (role, { items }) => {
      // One remark on an object that stands where a key should is enough.
      if (role === 'key') return skipBelow();
      problems.push(...checkKeys(items, looking));
      return undefined;
    },
  });
  return problems.sort(byPlace);
}

interface Looking {
  readonly parsed: Document;
  readonly lines: LineCounter;
  readonly document: DocumentText;
}

function checkKeys(pairs: readonly Pair[], looking: Looking): readonly YamlProblem[] {
  const seen = new Map<string, number>();
  return pairs.flatMap((pair): readonly YamlProblem[] => {
    const name = nameOf(pair, looking.parsed);
    if (name === mergeKey) return [];
    const place = placeOf(pair, looking);
    if (name === undefined) return [{ ...badKey, ...place }];

    const earlier = seen.get(name);
    seen.set(name, place.line);
    return earlier === undefined ? [] : [duplicate(name, earlier, place)];
  });
}

function byPlace(a: YamlProblem, b: YamlProblem): number {
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}

const mergeKey = Symbol('<<');

const badKey = {
  severity: 'error',
  code: 'YAML_BAD_KEY',
  summary: 'a key is empty, a list or an object; Kubernetes takes text only',
  advice: 'Put quotes around a template that stands where a key should.',
} as const;

function duplicate(name: string, earlier: number, place: Place): YamlProblem {
  return {
    severity: 'warning',
    code: 'YAML_DUPLICATE_KEY',
    summary: `\`${name.slice(0, 100)}\` stands twice in one object: this one counts, not that of line ${earlier}`,
    advice: 'Remove one of the two.',
    ...place,
  };
}

function tooLongToLook({ contentLine }: DocumentText): YamlProblem {
  return {
    severity: 'warning',
    code: 'YAML_DUPLICATE_KEY',
    summary: 'a key stands twice in one object, or is no text; the last one counts',
    line: contentLine,
  };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function placeOf({ key, value }: Pair, { lines, document }: Looking): Place {
  const node = [key, value].find(isNode);
  const offset = node?.range?.[0] ?? 0;
  const { line, col } = lines.linePos(offset);
  return { line: document.firstLine + line - 1, column: Math.max(col, 1) };
}

function nameOf({ key }: Pair, document: Document): string | typeof mergeKey | undefined {
  const node = isAlias(key) ? key.resolve(document) : key;
  if (!isScalar(node)) return undefined;
  return isMergeKey(node) ? mergeKey : resolveKey(node);
}

/** Looks at what stands before a colon: at most one run of blanks and one short word. */
function isOddKeyBefore(text: string, colon: number): boolean {
  let end = colon;
  while (blanks.includes(text.charAt(end - 1))) end -= 1;
  if (end === 0 || ']},{[\r\n'.includes(text.charAt(end - 1))) return true;

  let start = end - 1;
  const stop = Math.max(0, end - longestWord);
  while (start > stop && !wordEnds.includes(text.charAt(start - 1))) start -= 1;
  if ('*&!'.includes(text.charAt(start))) return true;
  return end - start <= 4 && emptyWords.has(text.slice(start, end));
}

const blanks = [' ', '\t'];
const wordEnds = ' \t\r\n,[]{}';
const emptyWords: ReadonlySet<string> = new Set(['-', '?', '~', 'null', 'Null', 'NULL']);

/** Enough for any anchor or tag that people write; a longer one only goes without a close look. */
const longestWord = 80;
