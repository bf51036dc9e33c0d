/** Carries out changes of things side by side, and meets the faults that a test injected. */
import { isDeepStrictEqual } from 'node:util';

import { type JsonObject, StalledError } from '@trueup/diagnostics';

import type { Change, Writer } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import type { DesiredResource, ResourceId } from '../resource.ts';
import { applyWithFaults } from './apply-with-faults.ts';
import type { Thing, ThingAction, ThingCloud, ThingDraft } from './thing-cloud.ts';
import { digestThing, ownWriter, type ThingPlanContext } from './thing-plan.ts';
import type { ThingBody } from './thing-prepare.ts';

export interface ThingApplyContext extends Pick<ThingPlanContext, 'target' | 'seal'> {
  readonly cloud: ThingCloud;
  readonly owner: string;
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  readonly signal: AbortSignal;
}

export function applyThings(
  changes: readonly Change[],
  context: ThingApplyContext,
): AsyncIterable<Outcome> {
  const { faults } = context.cloud;
  const perform = (change: Change, signal: AbortSignal) => write(change, { ...context, signal });
  return applyWithFaults(changes, { faults, signal: context.signal, perform });
}

async function write(change: Change, context: ThingApplyContext): Promise<Outcome> {
  const { id, action, version } = change;
  if (action === 'none') return { kind: 'done', id };
  const { cloud, signal } = context;
  const draft = await draftOf(change, action, context);
  const kind = await cloud.write({ id, action, expected: version, draft }, signal);
  return { kind, id };
}

async function draftOf(
  change: Change,
  action: ThingAction,
  context: ThingApplyContext,
): Promise<ThingDraft | undefined> {
  const { id } = change;
  if (action === 'delete') return undefined;
  const desired = context.desired.get(id);
  if (!desired) throw new StalledError('THING_NOT_PREPARED', `${id}: nothing describes it`, id);
  const body = desired.body as ThingBody;
  if (desired.executes === 'always') return undefined;

  const before = action === 'create' ? undefined : context.cloud.get(id);
  const spec = mergeSpecs(change, body, action === 'replace' ? undefined : before);
  const link = await linkOf(desired, context);
  return {
    spec,
    sensitive: body.sensitive,
    writers: writersOf(spec, body, before, context.cloud.now()),
    owner: context.owner,
    ...(link !== undefined && { link }),
    ...(desired.executes && { ran: digestThing(id, body, context) }),
  };
}

/** What others added stays, unless the change names its removal. */
function mergeSpecs(change: Change, body: ThingBody, before: Thing | undefined): JsonObject {
  const removed = change.fields
    .filter(({ after, unknown }) => after === undefined && !unknown)
    .map(({ path }) => path[1]);
  const kept = Object.entries(before?.spec ?? {}).filter(([field]) => !removed.includes(field));
  return { ...Object.fromEntries(kept), ...body.spec };
}

function writersOf(
  spec: JsonObject,
  body: ThingBody,
  before: Thing | undefined,
  writtenAt: string,
): Readonly<Record<string, Writer>> {
  const entries = Object.keys(spec).map((field): [string, Writer] => {
    const old = before && Object.hasOwn(before.writers, field) ? before.writers[field] : undefined;
    const asked = Object.hasOwn(body.spec, field);
    const same = isDeepStrictEqual(before?.spec[field], spec[field]) && old?.name === ownWriter;
    return [field, old && (same || !asked) ? old : { name: ownWriter, writtenAt }];
  });
  return Object.fromEntries(entries);
}

async function linkOf(
  { id, body }: DesiredResource,
  { cloud, signal }: ThingApplyContext,
): Promise<number | undefined> {
  const needs = body['needs'] as ResourceId | undefined;
  if (needs === undefined) return undefined;
  const needed = (await cloud.read([needs], signal)).get(needs);
  if (needed) return needed.serial;
  throw new StalledError('THING_NEEDS_MISSING', `${id}: needs ${needs}, which does not exist`, id);
}
