/** Makes one container and starts it; what does not start is taken away again. */
import {
  type JsonObject,
  readObject,
  readText,
  StalledError,
  TransientError,
} from '@trueup/diagnostics';
import { parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { EngineApi } from '../client/engine-api.ts';
import { hostOf } from '../client/keep-hosts.ts';
import type { ArchiveFile } from '../client/write-tar.ts';
import { EngineGoneError, EngineRefusalError } from '../containers-client.ts';
import {
  composeLabels,
  hashLabel,
  kindLabel,
  numberLabel,
  ownerLabel,
  resourceLabel,
  specLabel,
  stackLabel,
} from '../marks/marks.ts';
import { metaOf, specOf } from '../marks/resource-body.ts';
import { formatMark, hashBody, markSpec } from '../marks/spec-mark.ts';
import { containersOf } from '../observe/observed-body.ts';
import { isLocalImage, parseImage, registryOf } from '../prepare/image-reference.ts';
import { imageOf, otherNetworks, toCreateBody } from './create-body.ts';
import { findCurrent } from './find-current.ts';
import { runHooks } from './run-hooks.ts';
import { undo } from './undo.ts';
import { type Progress, report, type WriteScene } from './write-scene.ts';

export interface Making {
  readonly id: ResourceId;
  readonly body: JsonObject;
  readonly name: string;
  readonly number: number;
}

/** Its id. */
export async function makeContainer(
  making: Making,
  scene: WriteScene,
  progress: Progress,
): Promise<string> {
  const { id, body, name } = making;
  const { api } = hostOf(scene.hosts, parseResourceId(id).scope);
  const { signal } = scene;
  await fetchImage(making, api, scene);
  const parents = await findParents(body, scene);
  const request = toCreateBody(body, { labels: labelsOf(making, scene), parents });
  const wasBegun = progress.begun;
  progress.begun = true;
  const container = await api.create(name, request, signal).catch((error: unknown) => {
    // Without an answer it may be there; a refusal made nothing.
    progress.begun = wasBegun || !madeNothing(error);
    throw error;
  });
  try {
    await begin(making, { api, container }, scene);
  } catch (error) {
    await undo(id, scene, (bound) => api.remove(container, bound));
    progress.begun = wasBegun;
    throw error;
  }
  return container;
}

async function begin(
  { id, body }: Making,
  { api, container }: { readonly api: EngineApi; readonly container: string },
  scene: WriteScene,
): Promise<void> {
  const { signal } = scene;
  const files = filesOf(body);
  if (files.length > 0) await api.putFiles(container, files, signal);
  for (const [network, endpoint] of otherNetworks(body)) {
    await api.connect(network, { container, endpoint }, signal);
  }
  await api.start(container, signal);
  await runHooks(specOf(body)['post_start'], { id, api, container }, scene);
}

/** Refused, or never sent. */
function madeNothing(error: unknown): boolean {
  if (error instanceof EngineRefusalError) return true;
  return error instanceof EngineGoneError && !['broken', 'timed-out'].includes(error.kind);
}

async function fetchImage({ id, body }: Making, api: EngineApi, scene: WriteScene): Promise<void> {
  const image = imageOf(body);
  if (await api.image(image, scene.signal)) return;
  const reference = parseImage(image);
  const subject = id;
  if (metaOf(body).isLocal || !reference || isLocalImage(reference)) {
    const message = `${id}: the host has no image ${image}`;
    throw new StalledError('CONTAINERS_IMAGE_MISSING', message, subject);
  }
  report(scene, id, `fetches ${image}`);
  const login = scene.loginOf(registryOf(reference)) ?? scene.loginOf(reference.host);
  const onProgress = (step: string): void => report(scene, id, step.toLowerCase());
  const end = await api
    .pull(image, { ...(login !== undefined && { login }), onProgress }, scene.signal)
    .catch((error: unknown) => {
      // Half an image is none, and changes nothing about what runs.
      if (error instanceof EngineGoneError && !scene.signal.aborted) return 'failed' as const;
      throw error;
    });
  // A stream that just ends says nothing about how the pull did.
  if (end === 'pulled' && (await api.image(image, scene.signal))) return;
  const why = end === 'pulled' ? 'failed' : end;
  const message = `${id}: ${image} was not fetched: ${pullEnds[why]}`;
  if (why === 'disk-full') throw new TransientError('CONTAINERS_DISK_FULL', message, subject);
  if (why === 'failed') throw new TransientError('CONTAINERS_PULL_FAILED', message, subject);
  throw new StalledError(
    end === 'denied' ? 'CONTAINERS_PULL_DENIED' : 'CONTAINERS_IMAGE_MISSING',
    message,
    subject,
  );
}

const pullEnds = {
  denied: 'the registry denies access',
  missing: 'the registry does not have it',
  failed: 'the engine could not fetch it',
  'disk-full': 'the disk of the host is full: make room there',
} as const;

/** Containers by service, of those whose namespaces it lives in. */
async function findParents(
  body: JsonObject,
  scene: WriteScene,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const parent of metaOf(body).parents) {
    const desired = [...scene.desired.values()].find((one) => one.id === parent);
    const current = desired && (await findCurrent(desired.id, scene));
    const [container] = current ? containersOf(current.body) : [];
    if (desired && container) found.set(metaOf(desired.body).service, container.id);
  }
  return found;
}

function labelsOf(
  { id, body, number }: Making,
  { stack, newSalt }: WriteScene,
): Readonly<Record<string, string>> {
  const { kind, name } = parseResourceId(id);
  const { project, service } = metaOf(body);
  const salt = newSalt();
  const own = readObject(specOf(body)['labels']);
  return {
    ...Object.fromEntries(Object.entries(own).map(([label, value]) => [label, String(value)])),
    [composeLabels.project]: project,
    [composeLabels.service]: service,
    [composeLabels.number]: String(number),
    [composeLabels.oneOff]: kind === 'Job' ? 'True' : 'False',
    [ownerLabel]: stack.owner,
    [stackLabel]: stack.name,
    [resourceLabel]: name,
    [kindLabel]: kind,
    [numberLabel]: String(number),
    [specLabel]: formatMark(markSpec(body, salt)),
    [hashLabel]: hashBody(body, salt),
  };
}

function filesOf(body: JsonObject): readonly ArchiveFile[] {
  return Object.entries(readObject(specOf(body)['files'])).map(([path, file]) => {
    const { mode, uid, gid } = readObject(file);
    return {
      path,
      content: Buffer.from(readText(file, 'content') ?? '', 'base64'),
      mode: typeof mode === 'number' ? mode : 0o444,
      uid: typeof uid === 'number' ? uid : 0,
      gid: typeof gid === 'number' ? gid : 0,
    };
  });
}
