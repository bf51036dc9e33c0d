/** What Helm printed → documents with the templates that they come from. Pure. */
import type { Diagnostic } from '@trueup/diagnostics';
import { decodeText, type ReadLimits, readManifests } from '@trueup/manifests';

import type { TemplateResult } from '../build/run-template.ts';
import type { TemplateLocator } from './locate-template.ts';
import { type SourcedDocument, traceSources } from './trace-sources.ts';

export interface Output {
  readonly locator: TemplateLocator;
  readonly contents: ReadonlyMap<string, string>;
  readonly limits: Partial<ReadLimits>;
}

export interface ReadOutput {
  readonly documents: readonly SourcedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

export function readOutput(
  { stdout }: TemplateResult,
  { locator, contents, limits }: Output,
): ReadOutput {
  const text = decodeText(stdout) ?? '';
  const { documents, diagnostics } = readManifests(text, { file: 'helm template', limits });
  return {
    documents: traceSources({ text, documents }, locator, contents),
    diagnostics: relocate(diagnostics, text, locator),
  };
}

/** A line of the output is no line of the repository: a remark on it points to its template. */
function relocate(
  diagnostics: readonly Diagnostic[],
  text: string,
  locator: TemplateLocator,
): readonly Diagnostic[] {
  const lines = text.split(/\r\n?|\n/);
  return diagnostics.map((diagnostic) => {
    const before = lines.slice(0, diagnostic.origin?.line ?? 0);
    const source = before.findLast((line) => line.startsWith('# Source: '));
    const origin = locator.originOf((source ?? '').slice('# Source: '.length));
    const summary = diagnostic.summary.replace('helm template', origin.file);
    return { ...diagnostic, origin, summary };
  });
}
