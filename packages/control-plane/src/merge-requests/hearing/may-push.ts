import type { Forge, ForgeUser } from '@trueup/forge-sdk';

import type { ForgePlace } from '../../forges/forge-place.ts';

/** Whether somebody may push branches to the repository, by the forge's word. */
export async function mayPush(
  user: ForgeUser,
  { forge, repository }: ForgePlace,
  signal: AbortSignal,
): Promise<boolean> {
  if (user.id === '') return false;
  return pushes.has(await forge.permission(repository, user, { signal }));
}

const pushes: ReadonlySet<Awaited<ReturnType<Forge['permission']>>> = new Set(['write', 'admin']);
