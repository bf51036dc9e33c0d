import type { Change } from '@trueup/provider-sdk';

import { awaitGone } from './await-gone.ts';
import { expectedOf, whileAsPlanned } from './check-version.ts';
import type { Progress, WriteScene, Written } from './write-scene.ts';

/** Deletes the object in the state that the change was planned from, and waits until it is gone. */
export async function deleteObject(
  change: Change,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const { id } = change;
  const { client, propagation, signal } = scene;
  const place = await scene.placeOf(id);
  let uid = '';
  const requested = await whileAsPlanned(
    { place, expected: expectedOf(change) },
    scene,
    async (expected) => {
      await client.delete(place, { onlyIf: expected.version, propagation, signal });
      uid = expected.version.uid;
      return 'done';
    },
  );
  if (requested === 'moved') return requested;
  progress.begun = true;
  scene.wrote(id, undefined);
  await awaitGone(change, place, uid, scene);
  return 'done';
}
