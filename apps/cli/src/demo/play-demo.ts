/**
 * The demo's acts. Each one does something, waits until it is seen to have happened - by an event of
 * the control plane and by a look into the cluster - and says so. What is not seen in time ends it.
 */
import { driftShop, healShop } from './drift-act.ts';
import { approveChange, governShop, moveBeforeMerge, proposeChange } from './merge-request-act.ts';
import type { Play } from './play.ts';
import { changeShop, openShop } from './push-act.ts';

export async function playDemo(play: Play): Promise<void> {
  await openShop(play);
  await changeShop(play);
  const editedMs = await driftShop(play);
  await healShop(play, editedMs);
  await governShop(play);
  const proposed = await proposeChange(play);
  await approveChange(play, proposed);
  await moveBeforeMerge(play, proposed);
}
