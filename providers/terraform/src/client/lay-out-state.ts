/**
 * Where the tool finds a state of this machine: always at the same place below its own folder, so that a plan
 * that was made from a copy is carried out on the state itself.
 *
 * L1. Whoever only looks gets a copy. Programs that a plan starts (plug-ins, `external` data sources) may come
 *     from a merge request that nobody approved: what they write goes with the call.
 * L2. Whoever only looks makes no folder outside of the call's own.
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import type { StatePlace } from '../terraform-client.ts';
import { stateFileName } from './state-file.ts';

export type StateUse =
  /** The text of its file; `undefined` where there is none. Of no meaning for other backends. */
  { readonly kind: 'copy'; readonly text: string | undefined } | { readonly kind: 'itself' };

export interface LayOutStateRequest {
  readonly place: StatePlace;
  readonly use: StateUse;
  /** The call's own folder. */
  readonly folder: string;
  /** Where the tool will work. */
  readonly root: string;
}

/** The place as the tool is to be told of it; its `folder` is what it may write outside of its own. */
export async function layOutState(request: LayOutStateRequest): Promise<StatePlace> {
  const { place, use, folder, root } = request;
  if (place.folder === undefined) return place;
  const { backend, workspace } = place;
  const top = join(folder, 'state');
  const way = relative(root, top);
  const settings = {
    path: `${way}/${stateFileName}`,
    ...(workspace !== undefined && { workspace_dir: way }),
  };
  const laid = { backend, settings, ...(workspace !== undefined && { workspace }) };
  if (use.kind === 'itself') {
    await mkdir(place.folder, { recursive: true, mode: 0o700 });
    await symlink(workspace === undefined ? place.folder : dirname(place.folder), top);
    return { ...laid, folder: place.folder };
  }
  const inner = workspace === undefined ? top : join(top, workspace);
  await mkdir(inner, { recursive: true, mode: 0o700 });
  if (use.text !== undefined)
    await writeFile(join(inner, stateFileName), use.text, { mode: 0o600 });
  return laid;
}
