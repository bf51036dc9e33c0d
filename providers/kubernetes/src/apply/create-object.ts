import type { Change, DesiredResource } from '@trueup/provider-sdk';

import type { ServerWarning } from '../client/parse-warnings.ts';
import { KubernetesApiError } from '../kubernetes-client.ts';
import { report, type WriteScene, type Written } from './write-scene.ts';

/** Applies an object that must not be there yet. */
export async function createObject(
  change: Change,
  { body }: DesiredResource,
  scene: WriteScene,
): Promise<Written> {
  const { id, confidence } = change;
  const { client, fieldManager, placeOf, wrote, keepsWritten, signal } = scene;
  const place = await placeOf(id, body);
  try {
    const options = { fieldManager, dryRun: false, onlyIf: 'absent', signal } as const;
    const wantsAnswer = keepsWritten();
    // Where the plan asked the server, it said so already.
    const onWarning =
      confidence === 'certain'
        ? undefined
        : ({ text }: ServerWarning) => report(change, scene, text);
    const written = await client.apply(place, body, { ...options, wantsAnswer, onWarning });
    if (wantsAnswer) wrote(id, written);
    return 'done';
  } catch (error) {
    if (!(error instanceof KubernetesApiError && error.status === 409)) throw error;
    return 'moved';
  }
}
