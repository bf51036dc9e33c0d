import type { DiskFiles } from '@trueup/control-plane';

import type { SourceLine } from '../output/diagnostic-lines.ts';
import type { DiagnosticReport } from '../report/plan-report.ts';

/**
 * Reads the files that diagnostics point into. Of a file that may hold a secret no line is quoted: it
 * may not even be valid YAML, so that nobody can tell which of its lines are values.
 */
export async function loadSourceLines(
  files: Pick<DiskFiles, 'read'>,
  diagnostics: readonly DiagnosticReport[],
): Promise<SourceLine> {
  const names = new Set(diagnostics.flatMap(({ origin }) => (origin ? [origin.file] : [])));
  const texts = new Map<string, readonly string[]>();
  for (const name of names) {
    const bytes = await files.read(name);
    const text = bytes && new TextDecoder().decode(bytes);
    if (text && !mayHoldSecrets.test(text)) texts.set(name, text.split(/\r\n|\n/));
  }
  return (file, line) => texts.get(file)?.[line - 1];
}

const mayHoldSecrets =
  /\bkind["']?[ \t]*:[ \t]*["']?Secret\b|\bsecretGenerator\b|trueup\.dev\/sensitive/;
