/**
 * Runs what leaves no state to compare: a Job, a Pod, a workflow. Done when it completed.
 *
 * H1 One that is still running with the same content is waited for, not started a second time.
 * H2 What ran before under the same name goes first: an object cannot run twice.
 */
import { type JsonObject, StalledError, TransientError } from '@trueup/diagnostics';
import type { Change, DesiredResource } from '@trueup/provider-sdk';

import { awaitGone } from '../apply/await-gone.ts';
import { versionOf } from '../apply/check-version.ts';
import { type Progress, report, type WriteScene, type Written } from '../apply/write-scene.ts';
import { assessHealth } from '../assess-health.ts';
import { annotationOf } from '../client/read-fields.ts';
import type { ObjectPlace } from '../kubernetes-client.ts';
import { describeRoot } from '../plan/compare-objects.ts';
import { ranContentOf, stampRan } from './ran-content.ts';

export async function runHook(
  change: Change,
  desired: DesiredResource,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const { id, body } = desired;
  const { client, fieldManager, placeOf, wrote, seal, signal } = scene;
  const place = await placeOf(id, body);
  const { after } = describeRoot({ after: body }, { id, seal, bodies: [body] });
  const content = typeof after === 'string' ? after : '';
  const before = await client.get(place, signal);
  const running = before && ranContentOf(before) === content && isRunning(before);
  if (before && !running) await clear(change, { place, before }, scene);
  if (!running) {
    const writing = { fieldManager, dryRun: false, onlyIf: 'absent', signal } as const;
    wrote(id, await client.apply(place, stampRan(body, content), writing));
  }
  progress.begun = true;
  report(change, scene, 'it runs');
  const ended = await awaitEnd(change, place, scene);
  wrote(id, ended);
  return settle(change, { place, ended }, scene, progress);
}

function isRunning(body: JsonObject): boolean {
  return ['in-progress', 'unknown'].includes(assessHealth(body).status);
}

async function clear(
  change: Change,
  { place, before }: { readonly place: ObjectPlace; readonly before: JsonObject },
  scene: WriteScene,
): Promise<void> {
  const onlyIf = versionOf(before);
  const { signal } = scene;
  await scene.client.delete(place, { onlyIf, propagation: 'Background', signal });
  await awaitGone(change, place, onlyIf.uid, scene);
}

async function awaitEnd(
  change: Change,
  place: ObjectPlace,
  scene: WriteScene,
): Promise<JsonObject> {
  const bound = AbortSignal.timeout(scene.hookWithinMs);
  const signal = AbortSignal.any([scene.signal, bound]);
  try {
    for (;;) {
      const ended = await watchRun(change, { place, signal }, scene);
      if (ended) return ended;
    }
  } catch (error) {
    scene.signal.throwIfAborted();
    throw bound.aborted ? stillRuns(change) : error;
  }
}

function stillRuns({ id }: Change): TransientError {
  return new TransientError('KUBERNETES_HOOK_RUNS', `${id}: it still runs`, id);
}

async function watchRun(
  change: Change,
  { place, signal }: { readonly place: ObjectPlace; readonly signal: AbortSignal },
  { client }: WriteScene,
): Promise<JsonObject | undefined> {
  const { kind, version, namespace, name } = place;
  const query = { kind, version, namespace, fieldSelector: `metadata.name=${name}` };
  const { items, resourceVersion } = await client.list(query, signal);
  const [found] = items;
  if (!found) throw vanished(change);
  if (!isRunning(found)) return found;
  for await (const event of client.watch(query, resourceVersion, signal)) {
    if (event.kind === 'gone') return undefined;
    if (event.kind === 'deleted') throw vanished(change);
    if (event.kind === 'set' && !isRunning(event.object)) return event.object;
  }
  return undefined;
}

function vanished({ id }: Change): StalledError {
  return new StalledError('KUBERNETES_HOOK_GONE', `${id}: it was deleted while it ran`, id);
}

async function settle(
  change: Change,
  { place, ended }: { readonly place: ObjectPlace; readonly ended: JsonObject },
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const { status, reason } = assessHealth(ended);
  const succeeded = status === 'current';
  if (deletesAfter(ended, succeeded)) {
    const { signal } = scene;
    await scene.client.delete(place, { propagation: 'Background', signal });
    scene.wrote(change.id, undefined);
  }
  if (succeeded) return 'done';
  // It ran to its end, so nothing about it is in doubt.
  progress.begun = false;
  throw new StalledError('KUBERNETES_HOOK_FAILED', `${change.id}: it failed: ${reason}`, change.id);
}

function deletesAfter(body: JsonObject, succeeded: boolean): boolean {
  const argo = annotationOf(body, 'argocd.argoproj.io/hook-delete-policy') ?? '';
  const helm = annotationOf(body, 'helm.sh/hook-delete-policy') ?? '';
  const policies = `${argo},${helm}`.split(',').map((policy) => policy.trim());
  const wanted = succeeded ? ['HookSucceeded', 'hook-succeeded'] : ['HookFailed', 'hook-failed'];
  return policies.some((policy) => wanted.includes(policy));
}
