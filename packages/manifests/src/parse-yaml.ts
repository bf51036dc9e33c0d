import type { Diagnostic, Json } from '@trueup/diagnostics';

import { tooLong, withoutMark } from './read-manifests.ts';
import { parseDocument } from './yaml/parse-document.ts';
import { defaultReadLimits, type ReadLimits } from './yaml/read-limits.ts';
import { splitDocuments } from './yaml/split-documents.ts';
import { toDiagnostic } from './yaml/yaml-problem.ts';

export interface ParseYamlOptions {
  /** From the repository's root: what diagnostics name. */
  readonly file: string;
  /** Those that are left out have their defaults. */
  readonly limits?: Partial<ReadLimits>;
}

export interface YamlParsed {
  /** Absent when the text holds nothing but comments, and where an error is reported. */
  readonly value?: Json;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a text of one document, such as a configuration file, by the rules of `readManifests`. A
 * second document is an error. Never throws, whatever the text.
 */
export function parseYaml(text: string, options: ParseYamlOptions): YamlParsed {
  const limits = { ...defaultReadLimits, ...options.limits };
  if (text.length > limits.maxLength) {
    return { diagnostics: [toDiagnostic(tooLong(limits), options.file)] };
  }

  const [first, second] = splitDocuments(withoutMark(text));
  if (!first) return { diagnostics: [] };
  const { value, problems } = parseDocument(first, {
    nodes: limits.maxNodes,
    maxDepth: limits.maxDepth,
  });
  const diagnostics = problems.map((problem) => toDiagnostic(problem, options.file));
  if (!second) return { ...(value !== undefined && { value }), diagnostics };

  const surplus = {
    severity: 'error',
    code: 'YAML_SECOND_DOCUMENT',
    summary: 'a second document begins where only one is expected',
    line: second.contentLine,
  } as const;
  return { diagnostics: [...diagnostics, toDiagnostic(surplus, options.file)] };
}
