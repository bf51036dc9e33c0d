import type { Change, DesiredResource } from '@trueup/provider-sdk';

import { KubernetesApiError } from '../kubernetes-client.ts';
import type { WriteScene, Written } from './write-scene.ts';

/** Applies an object that must not be there yet. */
export async function createObject(
  { id }: Change,
  { body }: DesiredResource,
  { client, fieldManager, placeOf, wrote, keepsWritten, signal }: WriteScene,
): Promise<Written> {
  const place = await placeOf(id, body);
  try {
    const options = { fieldManager, dryRun: false, onlyIf: 'absent', signal } as const;
    const wantsAnswer = keepsWritten();
    const written = await client.apply(place, body, { ...options, wantsAnswer });
    if (wantsAnswer) wrote(id, written);
    return 'done';
  } catch (error) {
    if (!(error instanceof KubernetesApiError && error.status === 409)) throw error;
    return 'moved';
  }
}
