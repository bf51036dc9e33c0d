/** Renders by a program that counts how often it is run to render. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Rendered } from '@trueup/manifests';

export async function countRuns(
  program: string,
  render: (counted: string) => Promise<Rendered>,
): Promise<{ readonly count: number; readonly codes: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-count-'));
  try {
    const [counted, notes] = [join(folder, 'helm'), join(folder, 'notes')];
    const script = `#!/bin/sh\necho "$1" >> '${notes}'\nexec '${program}' "$@"\n`;
    await writeFile(counted, script, { mode: 0o755 });
    const { diagnostics } = await render(counted);
    const lines = (await readFile(notes, 'utf8')).split('\n');
    return {
      count: lines.filter((line) => line === 'template').length,
      codes: diagnostics.map(({ code }) => code),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
