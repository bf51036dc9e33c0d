/** Parses one document, as far as that goes: every problem has its place in the file. */
import type { Json } from '@trueup/diagnostics';
import { type LoadOptions, load, YAMLException } from 'js-yaml';

import { findKeyProblems, needsCloseLook } from './find-key-problems.ts';
import { readPlainDocument } from './plain/read-plain-document.ts';
import { readingSchema } from './reading-schema.ts';
import { type Budget, settleValue, type Unsettled, UnsettledError } from './settle-value.ts';
import type { DocumentText } from './split-documents.ts';
import type { YamlProblem } from './yaml-problem.ts';

export interface ParsedDocument {
  /** Absent where an error is among the problems. */
  readonly value?: Json;
  readonly problems: readonly YamlProblem[];
}

export function parseDocument(document: DocumentText, budget: Budget): ParsedDocument {
  const plain = readPlainDocument(document.text, budget);
  return plain === undefined ? parseAnyDocument(document, budget) : { value: plain, problems: [] };
}

/** The parser's answer, which `readPlainDocument` gives sooner for most documents. */
export function parseAnyDocument(document: DocumentText, budget: Budget): ParsedDocument {
  try {
    const { value, hasDuplicates } = loadDocument(document.text, budget.maxDepth);
    const settled = settleValue(value, budget);
    const problems =
      hasDuplicates || needsCloseLook(document.text) ? findKeyProblems(document) : [];
    return problems.some(({ severity }) => severity === 'error')
      ? { problems }
      : { value: settled, problems };
  } catch (error) {
    return { problems: [toProblem(error, document)] };
  }
}

/** Reads strictly first, since duplicates are rare and the lenient way does not report them. */
function loadDocument(
  text: string,
  maxDepth: number,
): { readonly value: unknown; readonly hasDuplicates: boolean } {
  // The parser counts scalars as one level more; our own walk has the exact say.
  const options: LoadOptions & { readonly maxDepth: number } = {
    schema: readingSchema,
    maxDepth: maxDepth + 2,
  };
  try {
    return { value: load(text, options), hasDuplicates: false };
  } catch (error) {
    if (!(error instanceof YAMLException && error.reason === 'duplicated mapping key')) throw error;
    return { value: load(text, { ...options, json: true }), hasDuplicates: true };
  }
}

function toProblem(error: unknown, { text, firstLine, contentLine }: DocumentText): YamlProblem {
  if (error instanceof UnsettledError) {
    const texts = error.reason === 'too-deep' ? tooDeep(text) : unsettledTexts[error.reason];
    return { severity: 'error', line: contentLine, ...texts };
  }
  if (!(error instanceof YAMLException)) throw error;

  // The mark's own line is not set for what is found before the parser starts. What ends too early
  // is shown where it ends, not in the line of the next document.
  const offset = Math.min(error.mark?.position ?? 0, text.trimEnd().length);
  const before = text.slice(0, offset).split(/\r\n?|\n/);
  const place = {
    line: firstLine + before.length - 1,
    column: (before.at(-1) ?? '').length + 1,
  };
  if (error.reason.startsWith('nesting exceeded')) {
    return { severity: 'error', ...place, ...tooDeep(text) };
  }
  return { severity: 'error', code: 'YAML_SYNTAX', ...place, ...describeSyntax(error.reason) };
}

/** The parser's own words, without what they quote: a bare `*` may stand before a password. */
function describeSyntax(reason: string): Pick<YamlProblem, 'summary' | 'advice'> {
  const words = reason.replace(/(?:: | ?"| ?!<).*$/su, '');
  const advice = [...adviceByReason].find(([start]) => words.startsWith(start))?.[1];
  return { summary: `not valid YAML: ${words}`, ...(advice !== undefined && { advice }) };
}

const adviceByReason: ReadonlyMap<string, string> = new Map([
  ['tab characters', 'Indent by spaces.'],
  ['unidentified alias', 'Put quotes around text that begins with `*`.'],
  ['undeclared tag handle', 'Put quotes around text that begins with `!`.'],
  ['bad indentation', 'Indent the members of one object alike, and quote text that holds `: `.'],
  ['can not read a block mapping entry', 'Look for a line above that lacks its `:`.'],
  ['can not read an implicit mapping pair', 'Write `name: value`, with a space after the colon.'],
  ['the stream contains non-printable', 'Write such characters as escapes in double quotes.'],
  ['cannot resolve a node with', 'Write a value that its tag (`!!null`, `!!int`) can have.'],
  ['unknown escape sequence', 'Use single quotes where a backslash means itself.'],
]);

/** Only where there is an alias can something stand inside of itself. */
function tooDeep(text: string): Pick<YamlProblem, 'code' | 'summary' | 'advice'> {
  const hasAlias = /(?:^|[\s[{,:])\*[^\s,[\]{}]/.test(text);
  return {
    code: 'YAML_TOO_DEEP',
    summary: 'objects and lists stand too deep inside each other',
    advice: hasAlias
      ? 'An alias must not stand inside of its own anchor.'
      : 'Put fewer objects and lists inside each other.',
  };
}

const unsettledTexts: Readonly<
  Record<Exclude<Unsettled, 'too-deep'>, Pick<YamlProblem, 'code' | 'summary' | 'advice'>>
> = {
  'too-many-nodes': {
    code: 'YAML_TOO_MANY_NODES',
    summary: 'the document has more values than may be read, aliases counted in full',
    advice: 'Split the file, or use fewer aliases.',
  },
  'no-json-number': {
    code: 'YAML_NO_JSON_NUMBER',
    summary: 'a number is infinite or not a number, which Kubernetes cannot store',
    advice: 'Put quotes around `.inf` and `.nan`.',
  },
  'broken-text': {
    code: 'YAML_BROKEN_TEXT',
    summary: 'a text holds half of a surrogate pair',
    advice: 'Write the character itself, or `\\U` and eight digits.',
  },
  'bad-merge': {
    code: 'YAML_BAD_MERGE',
    summary: '`<<` merges something that is no object',
    advice: 'Name an object, or a list of objects.',
  },
};
