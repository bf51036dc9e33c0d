/** Runs one build in a folder of its own that holds exactly the files that were read. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  type IsolationLevel,
  openPrivateFolder,
  type ProgramEnd,
  type ProgramLimits,
  runProgram,
} from '@trueup/programs';

export interface Build {
  readonly program: string;
  readonly isolation: IsolationLevel;
  readonly limits: ProgramLimits;
  /** By path from the repository's root; none leads out of it. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Of the stack, from the repository's root. */
  readonly folder: string;
  readonly mayLeaveFolder: boolean;
}

export interface BuildResult {
  readonly end: ProgramEnd;
  readonly stdout: Uint8Array;
  /** Foreign text, without the path of the folder that the files were laid out in. */
  readonly stderr: string;
}

export async function runBuild(build: Build, signal: AbortSignal): Promise<BuildResult> {
  await using place = await openPrivateFolder();
  const tree = join(place.path, 'tree');
  await layOut(tree, build.files);
  const restriction = build.mayLeaveFolder ? 'LoadRestrictionsNone' : 'LoadRestrictionsRootOnly';
  const { end, stdout, stderr } = await runProgram(
    {
      program: build.program,
      arguments: ['build', join(tree, build.folder), '--load-restrictor', restriction],
      // Without PATH it finds neither git nor helm nor a plug-in.
      environment: {},
      folder: tree,
      privateFolder: place.path,
      limits: build.limits,
      isolation: { level: build.isolation, network: 'none', readable: [], writable: [] },
    },
    signal,
  );
  const text = Buffer.from(stderr).toString('utf8');
  return { end, stdout, stderr: text.replaceAll(`${tree}/`, '').replaceAll(tree, '.') };
}

async function layOut(tree: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(tree);
  const folders = new Set([...files.keys()].map((path) => dirname(join(tree, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  for (const [path, content] of files) await writeFile(join(tree, path), content);
}
