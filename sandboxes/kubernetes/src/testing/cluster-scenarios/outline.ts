/** What of an object counts when controllers have been at work: names they made up do not. */

import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { readObjects, readText } from '../../object/read-fields.ts';
import type { Answer } from '../api-client.ts';
import type { Step } from '../scenario.ts';

const letters = '[bcdfghjklmnpqrstvwxz2456789]';
const generated = new RegExp(`-${letters}{5,10}(?:-${letters}{5})?(?=$|["\\s.,:])`, 'g');

/** Kind, names, owners, and the status that its controller writes. */
export function outline(body: Json): Json {
  if (!isJsonObject(body)) return body;
  const { items, kind, reason } = body;
  if (kind === 'Status') return { reason: reason ?? null };
  if (Array.isArray(items)) return items.map((item: Json) => outlineOf(item)).toSorted(byText);
  return outlineOf(body);
}

function byText(a: Json, b: Json): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function outlineOf(value: Json): Json {
  const { metadata, status, data } = value as Record<string, JsonObject>;
  const owners = readObjects(metadata, 'ownerReferences').map(
    ({ kind, name, controller, blockOwnerDeletion }) => ({
      kind,
      name,
      controller,
      blockOwnerDeletion,
    }),
  );
  return anonymous({
    name: metadata?.['name'] ?? null,
    generation: metadata?.['generation'] ?? null,
    ...(owners.length > 0 && { owners }),
    ...(metadata?.['finalizers'] !== undefined && { finalizers: metadata['finalizers'] }),
    ...(metadata?.['deletionTimestamp'] !== undefined && { isGoing: true }),
    ...(readText(metadata, 'annotations', revision) !== undefined && {
      revision: readText(metadata, 'annotations', revision),
    }),
    ...(data && { data: Object.keys(data) }),
    ...(isJsonObject(status) && { status: statusOf(status) }),
  } as Json);
}

const revision = 'deployment.kubernetes.io/revision';

/** Without what only one of them measures: times, addresses, the runtime's ids. */
function statusOf(status: JsonObject): JsonObject {
  const { conditions, ...rest } = status;
  const phase = readText(status, 'phase');
  const isPod = phase !== undefined && 'qosClass' in status;
  const kept = isPod ? { phase } : rest;
  const list = readObjects({ conditions: conditions ?? [] }, 'conditions')
    .filter(({ type }) => !isPod || (type === 'Ready' && phase === 'Running'))
    .map(({ type, status: value, reason, message }) => ({
      type,
      status: value,
      ...(!isPod && { reason, message }),
    }))
    .toSorted((a, b) => ((a.type as string) < (b.type as string) ? -1 : 1));
  return { ...kept, ...(list.length > 0 && { conditions: list as unknown as Json }) };
}

function anonymous(value: Json): Json {
  return JSON.parse(
    JSON.stringify(value, (key, member) => {
      if (/Time$/.test(key)) return '<time>';
      if (/Revision$/.test(key) || key === 'collisionCount') return '<revision>';
      return typeof member === 'string' ? member.replace(generated, '-<hash>') : member;
    }),
  ) as Json;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
type Any = any;

/** Reads until it is as awaited; only the last answer counts. */
export function awaits(path: string, holds: (body: Any) => boolean): Step {
  return { method: 'GET', path, until: ({ body }: Answer) => holds(body) };
}

/** Reads until it is gone. */
export function awaitsEnd(path: string): Step {
  return { method: 'GET', path, until: ({ status }) => status === 404 };
}

export function hasItems(count: number): (body: Any) => boolean {
  return ({ items }) => items?.length === count;
}

/** Whether the controller of a Deployment says that all of it is there. */
export function isComplete({ status }: Any): boolean {
  return status?.conditions?.some(({ reason }: Any) => reason === 'NewReplicaSetAvailable');
}
