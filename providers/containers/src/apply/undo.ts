import { TransientError } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { WriteScene } from './write-scene.ts';

/** As long as engines take for a stop and a removal on a busy machine. */
const patientMs = 60_000;
/** An aborted call has to end within a second, so this is all that is left to it. */
const hastyMs = 800;

/**
 * Takes back what was begun, also after an abort. Rejects with a TransientError when that did not work in
 * time; whoever asked is in doubt then.
 */
export async function undo(
  id: ResourceId,
  scene: WriteScene,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  const stop = (): void => late.abort(new Error('Too late.'));
  let timer = setTimeout(stop, scene.signal.aborted ? hastyMs : patientMs);
  const hurry = (): void => {
    clearTimeout(timer);
    timer = setTimeout(stop, hastyMs);
  };
  scene.signal.addEventListener('abort', hurry, { once: true });
  try {
    await act(late.signal).catch(() => {
      const message = `${id}: what was begun could not be taken back`;
      throw new TransientError('CONTAINERS_NOT_UNDONE', message, id);
    });
  } finally {
    clearTimeout(timer);
    scene.signal.removeEventListener('abort', hurry);
  }
}
