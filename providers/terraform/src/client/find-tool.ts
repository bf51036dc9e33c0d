/** Finds OpenTofu or Terraform, and which version it is: the same file says the same every time. */
import { hash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import { createProgramFinder, type FindProgram, findProgram } from '@trueup/programs';

import type { ToolName } from '../schema.ts';
import type { ToolVersion } from '../terraform-client.ts';
import type { TerraformClientOptions } from './client-options.ts';
import { identifyFile } from './kept-folders.ts';

export interface FoundTool extends ToolVersion {
  readonly path: string;
  /** Another one after an update in place. */
  readonly identity: string;
}

/** @throws StalledError `TERRAFORM_PROGRAM_MISSING`. */
export type FindTool = (wanted: ToolName | undefined, signal: AbortSignal) => Promise<FoundTool>;

const toolNames: readonly ToolName[] = ['tofu', 'terraform'];

export function createFindTool(options: TerraformClientOptions): FindTool {
  const finders = new Map<ToolName, FindProgram>();
  return async (wanted, signal) => {
    signal.throwIfAborted();
    for (const name of wanted === undefined ? toolNames : [wanted]) {
      const finder = finders.get(name) ?? finderOf(name, options);
      finders.set(name, finder);
      const found = await find(name, { finder, options }, signal);
      if (found) return found;
    }
    throw new StalledError(
      'TERRAFORM_PROGRAM_MISSING',
      `terraform: there is no program ${wanted ?? 'tofu, nor terraform'} that says its version`,
    );
  };
}

interface Finding {
  readonly finder: FindProgram;
  readonly options: TerraformClientOptions;
}

async function find(
  name: ToolName,
  { finder, options: { searchPath, keepFolder } }: Finding,
  signal: AbortSignal,
): Promise<FoundTool | undefined> {
  const path = await findProgram(name, searchPath);
  if (path === undefined) return undefined;
  const identity = await identifyFile(path);
  const note = keepFolder && join(keepFolder, `version-${hash('sha256', identity)}`);
  const noted = note === undefined ? undefined : await readNote(note);
  if (noted !== undefined) return { name, path, identity, version: noted };
  const found = await finder(signal);
  if (!found) return undefined;
  if (keepFolder !== undefined && note !== undefined) {
    await keepNote(keepFolder, note, found.version);
  }
  return { ...found, name, identity };
}

async function readNote(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+\.\d+\.\d+[\w.+-]{0,60}$/.test(text) ? text : undefined;
}

/** Without a place for it the tool is asked again the next time. */
async function keepNote(folder: string, file: string, version: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, version, { mode: 0o600 });
  } catch {
    return;
  }
}

function finderOf(name: ToolName, { searchPath, isolation }: TerraformClientOptions): FindProgram {
  return createProgramFinder(
    {
      name,
      arguments: ['version', '-json'],
      environment: { CHECKPOINT_DISABLE: '1' },
      version: /(?<="terraform_version":\s*")\d+\.\d+\.\d+[\w.+-]*/,
    },
    { searchPath, program: undefined, isolation },
  );
}
