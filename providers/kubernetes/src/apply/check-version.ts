import { type JsonObject, readText } from '@trueup/diagnostics';
import type { Change } from '@trueup/provider-sdk';

import { KubernetesApiError, type ObjectPlace, type ObjectVersion } from '../kubernetes-client.ts';
import { digestContent } from '../plan/declared-part.ts';
import { parseVersion } from '../schema.ts';
import { hasMoved } from './has-moved.ts';
import type { WriteScene, Written } from './write-scene.ts';

/** How often reports of status may overtake a write. */
const attempts = 5;

export interface Expected {
  readonly version: ObjectVersion;
  /** Of all that the plan depends on. */
  readonly content: string;
  readonly kindVersion: string;
}

/** What a change was planned from. */
export function expectedOf({ version = '' }: Pick<Change, 'version'>): Expected {
  const { uid, resourceVersion, content, kindVersion } = parseVersion(version);
  return { version: { uid, resourceVersion }, content, kindVersion };
}

/** What is there after a step of our own. */
export function expectedAfter(body: JsonObject, { kindVersion }: Expected): Expected {
  return { version: versionOf(body), content: digestContent(body), kindVersion };
}

export function versionOf(body: JsonObject): ObjectVersion {
  return {
    uid: readText(body, 'metadata', 'uid') ?? '',
    resourceVersion: readText(body, 'metadata', 'resourceVersion') ?? '',
  };
}

/**
 * Looks whether the object still is what was planned, reports of its status aside. Gives its version
 * of this moment; `moved` when it is something else, or gone.
 */
export async function lookAgain(
  place: ObjectPlace,
  { version, content, kindVersion }: Expected,
  { client, signal }: Pick<WriteScene, 'client' | 'signal'>,
): Promise<{ readonly body: JsonObject; readonly expected: Expected } | 'moved'> {
  const body = await client.get({ ...place, version: kindVersion || place.version }, signal);
  if (!body || versionOf(body).uid !== version.uid) return 'moved';
  if (digestContent(body) !== content) return 'moved';
  return { body, expected: { version: versionOf(body), content, kindVersion } };
}

/**
 * Writes on the condition that the object is as planned, and again as long as only its status moved
 * in between.
 */
export async function whileAsPlanned(
  { place, expected: planned }: { readonly place: ObjectPlace; readonly expected: Expected },
  scene: WriteScene,
  write: (expected: Expected) => Promise<Written>,
): Promise<Written> {
  let expected = planned;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      return await write(expected);
    } catch (error) {
      if (!(error instanceof KubernetesApiError && hasMoved(error))) throw error;
    }
    const looked = await lookAgain(place, expected, scene);
    if (looked === 'moved') return looked;
    expected = looked.expected;
  }
  return 'moved';
}
