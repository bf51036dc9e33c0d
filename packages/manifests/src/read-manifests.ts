/** Reads what Kubernetes would read from a file, and says where each document begins. */
import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type Origin,
} from '@trueup/diagnostics';

import { checkDocument } from './check-document.ts';
import { locateListItems } from './yaml/locate-list-items.ts';
import { parseDocument } from './yaml/parse-document.ts';
import { defaultReadLimits, type ReadLimits } from './yaml/read-limits.ts';
import type { Budget } from './yaml/settle-value.ts';
import { type DocumentText, splitDocuments } from './yaml/split-documents.ts';
import { toDiagnostic, type YamlProblem } from './yaml/yaml-problem.ts';

/** One object as it is meant for a cluster: `apiVersion`, `kind` and a name are there. */
export interface ManifestDocument {
  readonly body: JsonObject;
  /** The line where the document, or the item of a `List`, begins; for `locateField`. */
  readonly origin: Origin;
  /** It comes before all hooks, as CRDs of charts do. */
  readonly beforeHooks?: true;
}

export interface ReadManifestsOptions {
  /** From the repository's root: what origins and diagnostics name. */
  readonly file: string;
  /** Those that are left out have their defaults. */
  readonly limits?: Partial<ReadLimits>;
}

export interface ManifestsRead {
  /** In the order of the file. What an error is about is left out. */
  readonly documents: readonly ManifestDocument[];
  /** All of them at once; a broken document hides no other. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML or JSON as kubectl does (see `resolveScalar` for numbers, booleans and dates). `List`
 * kinds become their items, documents without content are skipped. Never throws, whatever the text.
 */
export function readManifests(text: string, options: ReadManifestsOptions): ManifestsRead {
  const limits = { ...defaultReadLimits, ...options.limits };
  if (text.length > limits.maxLength) {
    return { documents: [], diagnostics: [toDiagnostic(tooLong(limits), options.file)] };
  }

  const budget: Budget = { nodes: limits.maxNodes, maxDepth: limits.maxDepth };
  const documents: ManifestDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const piece of splitDocuments(withoutMark(text))) {
    const { value, problems } = parseDocument(piece, budget);
    diagnostics.push(...problems.map((problem) => toDiagnostic(problem, options.file)));
    if (value === undefined || value === null) continue;

    for (const { body, line } of expandLists(value, piece)) {
      const origin = { file: options.file, line };
      const remarks = checkDocument(body, origin);
      diagnostics.push(...remarks);
      if (isJsonObject(body) && !remarks.some(({ severity }) => severity === 'error')) {
        documents.push({ body, origin });
      }
    }
  }
  return { documents, diagnostics };
}

/** A byte order mark is no text. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

export function tooLong({ maxLength }: ReadLimits): YamlProblem {
  return {
    severity: 'error',
    code: 'YAML_TOO_LONG',
    summary: `the file has more than ${maxLength} characters`,
    advice: 'Split it.',
    line: 1,
  };
}

interface Placed {
  readonly body: Json;
  readonly line: number;
}

function expandLists(value: Json, piece: DocumentText): readonly Placed[] {
  if (!isListKind(value)) return [{ body: value, line: piece.contentLine }];
  const lines = locateListItems(piece);
  const items = flattenItems(value);
  return items.map((body, index) => ({ body, line: lines[index] ?? piece.contentLine }));
}

/** What the items of a `ConfigMapList` leave out about themselves, the list says. */
function flattenItems(list: JsonObject & { readonly items: readonly Json[] }): readonly Json[] {
  const { apiVersion, kind } = list;
  const own = {
    ...(typeof apiVersion === 'string' && { apiVersion }),
    ...(typeof kind === 'string' && kind !== 'List' && { kind: kind.slice(0, -'List'.length) }),
  };
  return list.items.flatMap((item): readonly Json[] => {
    if (isListKind(item)) return flattenItems(item);
    return [isJsonObject(item) && kind !== 'List' ? { ...own, ...item } : item];
  });
}

function isListKind(value: Json): value is JsonObject & { readonly items: readonly Json[] } {
  if (!isJsonObject(value)) return false;
  const { kind, items } = value;
  return typeof kind === 'string' && kind.endsWith('List') && isJsonList(items);
}
