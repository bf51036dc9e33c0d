/** Renders by a program that counts how often it is run to build. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assets, render } from './real-kustomize.ts';

export async function countBuilds(contents: Readonly<Record<string, string>>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-count-'));
  try {
    const [program, notes] = [join(folder, 'kustomize'), join(folder, 'notes')];
    const script = `#!/bin/sh\necho "$1" >> '${notes}'\nexec '${join(assets, 'kustomize')}' "$@"\n`;
    await writeFile(program, script, { mode: 0o755 });
    await render(contents, undefined, { program, isolation: 'none' });
    const lines = (await readFile(notes, 'utf8')).split('\n');
    return lines.filter((line) => line === 'build').length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
