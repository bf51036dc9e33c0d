/** Lays out a folder for one call of the tool, with all that it is to see. */
import { hash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';

import { openPrivateFolder } from '@trueup/programs';

import type { Work } from '../terraform-client.ts';
import type { TerraformClientOptions } from './client-options.ts';
import type { Workplace } from './compose-call.ts';
import type { FilledLocks } from './fill-cache.ts';
import type { FindTool } from './find-tool.ts';
import type { KeptFolders, KeptPlace } from './kept-folders.ts';
import { layOutSources, rootFolderOf } from './lay-out-sources.ts';
import { layOutState, type StateUse } from './lay-out-state.ts';

export interface ClientContext {
  readonly options: TerraformClientOptions;
  readonly find: FindTool;
  readonly kept: KeptFolders;
  readonly filled: FilledLocks;
  readonly signal: AbortSignal;
}

export interface PlacedWork extends Workplace {
  readonly kept: KeptPlace;
}

/** Lays out what the tool sees. The folder is gone once the answer is disposed. */
export async function openWorkplace(
  asked: Work,
  use: StateUse,
  { options, find, signal }: ClientContext,
): Promise<PlacedWork & AsyncDisposable> {
  const tool = await find(asked.tool, signal);
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openPrivateFolder()).path;
  const { cacheFolder, mirrorFolder } = options;
  if (cacheFolder !== undefined) await mkdir(cacheFolder, { recursive: true });
  const place = { place: asked.state, use, folder, root: rootFolderOf(folder, asked) };
  const work = { ...asked, state: await layOutState(place) };
  const laid = await layOutSources({ work, folder, mirrorFolder, cacheFolder });
  const left = opened.move();
  const { digest, isPinned, root } = laid;
  const key = hash('sha256', `${tool.identity} ${digest}`);
  return {
    ...laid,
    kept: { key, root, isPinned, isLocal: asked.state.folder !== undefined },
    folder,
    program: tool.path,
    programFolders: await existingFolders(options.searchPath),
    options,
    environment: work.environment,
    state: work.state,
    loopback: work.loopback ?? [],
    [Symbol.asyncDispose]: () => left.disposeAsync(),
  };
}

/** What is missing cannot be shown to an isolated program. */
async function existingFolders(searchPath: string): Promise<readonly string[]> {
  const folders = [...new Set(searchPath.split(':'))].filter((one) => one.startsWith('/'));
  const found = await Promise.all(
    folders.map((one) =>
      stat(one).then(
        (stats) => stats.isDirectory(),
        () => false,
      ),
    ),
  );
  return folders.filter((_one, index) => found[index]);
}
