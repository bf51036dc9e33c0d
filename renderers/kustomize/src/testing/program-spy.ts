/** A program that notes how it is called, and fails where a network would be needed. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SpiedCall {
  readonly line: string;
  readonly environment: string;
}

export interface ProgramSpy extends AsyncDisposable {
  /** Holds the program; stands in a search path. */
  readonly folder: string;
  calls(): Promise<readonly SpiedCall[]>;
}

export async function startProgramSpy(name: string): Promise<ProgramSpy> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-spy-'));
  const script = `#!/bin/sh
printf '%s\\n' "$@" > "${folder}/$$.line"
/usr/bin/env > "${folder}/$$.environment"
case "$*" in *fetch*) exit 1 ;; esac
`;
  await writeFile(join(folder, name), script, { mode: 0o755 });
  return {
    folder,
    calls: async () => {
      const files = (await readdir(folder)).filter((file) => file.endsWith('.line'));
      return await Promise.all(
        files.map(async (file) => ({
          line: await readFile(join(folder, file), 'utf8'),
          environment: await readFile(join(folder, file.replace('.line', '.environment')), 'utf8'),
        })),
      );
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
