import type { DiskFiles } from '@trueup/control-plane';

import type { SourceLine } from '../output/diagnostic-lines.ts';
import type { DiagnosticReport } from '../report/plan-report.ts';

/** Reads the files that diagnostics point into. */
export async function loadSourceLines(
  files: Pick<DiskFiles, 'read'>,
  diagnostics: readonly DiagnosticReport[],
): Promise<SourceLine> {
  const names = new Set(diagnostics.flatMap(({ origin }) => (origin ? [origin.file] : [])));
  const texts = new Map<string, readonly string[]>();
  for (const name of names) {
    const bytes = await files.read(name);
    if (bytes) texts.set(name, new TextDecoder().decode(bytes).split(/\r\n|\n/));
  }
  return (file, line) => texts.get(file)?.[line - 1];
}
