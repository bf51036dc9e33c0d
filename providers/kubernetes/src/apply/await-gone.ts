import { type JsonObject, readTexts, TransientError } from '@trueup/diagnostics';
import type { Change } from '@trueup/provider-sdk';

import type { ObjectPlace } from '../kubernetes-client.ts';
import { versionOf } from './check-version.ts';
import { report, type WriteScene } from './write-scene.ts';

/**
 * Watches until the object with this uid is no more. An apply onto one that is going would be
 * accepted, and then go with it.
 *
 * @throws TransientError `KUBERNETES_TERMINATING` when it takes too long.
 */
export async function awaitGone(
  change: Change,
  place: ObjectPlace,
  uid: string,
  scene: WriteScene,
): Promise<void> {
  const bound = AbortSignal.timeout(scene.goneWithinMs);
  const signal = AbortSignal.any([scene.signal, bound]);
  try {
    while (!(await watchGoing(change, { place, uid, signal }, scene)));
  } catch (error) {
    scene.signal.throwIfAborted();
    throw bound.aborted ? stillTerminating(change) : error;
  }
}

function stillTerminating({ id }: Change): TransientError {
  return new TransientError('KUBERNETES_TERMINATING', `${id}: it is still terminating`, id);
}

interface Going {
  readonly place: ObjectPlace;
  readonly uid: string;
  readonly signal: AbortSignal;
}

/** One look and one watch; `true` when it is gone. */
async function watchGoing(
  change: Change,
  { place, uid, signal }: Going,
  scene: WriteScene,
): Promise<boolean> {
  const { kind, version, namespace, name } = place;
  const query = { kind, version, namespace, fieldSelector: `metadata.name=${name}` };
  const { items, resourceVersion } = await scene.client.list(query, signal);
  const [found] = items;
  if (!found || versionOf(found).uid !== uid) return true;
  reportWaiting(change, found, scene);
  for await (const event of scene.client.watch(query, resourceVersion, signal)) {
    if (event.kind === 'gone') return false;
    if (event.kind === 'bookmark') continue;
    if (event.kind === 'deleted' || versionOf(event.object).uid !== uid) return true;
    reportWaiting(change, event.object, scene);
  }
  return false;
}

function reportWaiting(change: Change, body: JsonObject, scene: WriteScene): void {
  const finalizers = readTexts(body, 'metadata', 'finalizers');
  const what = finalizers.length > 0 ? ` on the finalizers ${finalizers.join(', ')}` : '';
  report(change, scene, `it is being deleted, which waits${what || ' for its grace period'}`);
}
