/** Writes what the tool reads into its private folder, and beside it what Trueup adds. */
import { hash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

import type { JsonObject } from '@trueup/diagnostics';

import { printExactJson } from '../exact/exact-json.ts';
import { overrideFile } from '../sources/override-file.ts';
import type { Work } from '../terraform-client.ts';
import type { Workplace } from './compose-call.ts';

export interface LayOutRequest {
  readonly work: Work;
  readonly folder: string;
  readonly mirrorFolder: string | undefined;
  readonly cacheFolder: string | undefined;
}

type LaidOut = Pick<
  Workplace,
  'root' | 'configFile' | 'cachedConfigFile' | 'variableFiles' | 'isPinned' | 'digest'
>;

export async function layOutSources(request: LayOutRequest): Promise<LaidOut> {
  const { work, folder, cacheFolder } = request;
  const { files, root, variables, variableFiles } = work.sources;
  const place = placeIn(folder);
  const rootFolder = rootFolderOf(folder, work);
  await mkdir(rootFolder, { recursive: true });
  for (const [path, bytes] of files) await put(place, path, bytes);
  // The last one of all override files, so that it has the last word.
  const override = printExactJson(overrideOf(work));
  await writeFile(join(rootFolder, overrideFile), override, { mode: 0o600 });
  const ours = join(folder, 'trueup.tfvars.json');
  await writeFile(ours, printExactJson(variables), { mode: 0o600 });
  const configFile = join(folder, 'tool.tfrc');
  const config = configOf(request);
  await writeFile(configFile, config, { mode: 0o600 });
  const cachedConfigFile = join(folder, 'cached.tfrc');
  const isCached = isPinned(work) && cacheFolder !== undefined;
  if (isCached) {
    const cached = `${config}plugin_cache_dir = ${quote(cacheFolder)}\n`;
    await writeFile(cachedConfigFile, cached, { mode: 0o600 });
  }
  return {
    root: rootFolder,
    configFile,
    ...(isCached && { cachedConfigFile }),
    variableFiles: [
      ...variableFiles.map((path) => join(place, ...path.split('/'))),
      ...(Object.keys(variables).length > 0 ? [ours] : []),
    ],
    isPinned: isPinned(work),
    digest: digestOf([root, override, config, isCached ? cacheFolder : ''], files),
  };
}

/** Where the tool works. */
export function rootFolderOf(folder: string, { sources }: Work): string {
  return join(placeIn(folder), ...sources.root.split('/'));
}

function placeIn(folder: string): string {
  return join(folder, 'work');
}

/** Of all that `init` goes by: values of variables are not among it. */
function digestOf(texts: readonly string[], files: ReadonlyMap<string, Uint8Array>): string {
  const contents = [...files].map(([path, bytes]) => [path, hash('sha256', bytes)] as const);
  return hash('sha256', JSON.stringify([...texts, contents.sort(([a], [b]) => (a < b ? -1 : 1))]));
}

function isPinned({ sources: { files, root } }: Work): boolean {
  return files.has(posix.join(root, '.terraform.lock.hcl'));
}

async function put(place: string, path: string, bytes: Uint8Array): Promise<void> {
  const steps = path.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..')) {
    throw new Error(`${path}: is no path of a repository.`);
  }
  const file = join(place, ...steps);
  await mkdir(dirname(file), { recursive: true });
  // Scripts that a provisioner calls have to be programs.
  await writeFile(file, bytes, { mode: bytes[0] === 35 && bytes[1] === 33 ? 0o700 : 0o600 });
}

/**
 * The backend, whatever the files say of one, and secrets: a variable that holds one is sensitive, and
 * so is all that the tool derives from it.
 */
function overrideOf({ state, sources }: Work): JsonObject {
  const { sensitive } = sources;
  const marked = Object.fromEntries(sensitive.map((name) => [name, { sensitive: true }]));
  return {
    terraform: { backend: { [state.backend]: state.settings } },
    ...(sensitive.length > 0 && { variable: marked }),
  };
}

function configOf({ mirrorFolder }: LayOutRequest): string {
  const lines = ['disable_checkpoint = true'];
  if (mirrorFolder !== undefined) {
    lines.push(
      `provider_installation {\n  filesystem_mirror {\n    path = ${quote(mirrorFolder)}\n  }\n}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%]\{/g, '$&{');
}
