/** Carries out changes of things side by side, and meets the faults that a test injected. */
import { isDeepStrictEqual } from 'node:util';

import {
  type JsonObject,
  OperationError,
  StalledError,
  TransientError,
  toFailure,
} from '@trueup/diagnostics';

import type { Change, Writer } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import type { DesiredResource, ResourceId } from '../resource.ts';
import { PushQueue, untilAborted } from './push-queue.ts';
import type { Thing, ThingAction, ThingCloud, ThingDraft, ThingFault } from './thing-cloud.ts';
import { digestThing, ownWriter, type ThingPlanContext } from './thing-plan.ts';
import type { ThingBody } from './thing-prepare.ts';

export interface ThingApplyContext extends Pick<ThingPlanContext, 'target' | 'seal'> {
  readonly cloud: ThingCloud;
  readonly owner: string;
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  readonly signal: AbortSignal;
}

export async function* applyThings(
  changes: readonly Change[],
  context: ThingApplyContext,
): AsyncGenerator<Outcome, void, undefined> {
  context.signal.throwIfAborted();
  const left = new AbortController();
  const signal = AbortSignal.any([context.signal, left.signal]);
  const queue = new PushQueue<Outcome>();
  const emit = (outcome: Outcome) => queue.push(outcome);
  const work = changes.map((change) => carryOut(change, { ...context, signal }, emit));
  Promise.all(work).then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  try {
    yield* queue;
  } finally {
    // A reader that goes away must not leave writes behind that nobody hears of.
    left.abort(new Error('Nobody reads the outcomes.'));
    await Promise.allSettled(work);
  }
}

type Emit = (outcome: Outcome) => void;

async function carryOut(change: Change, context: ThingApplyContext, emit: Emit): Promise<void> {
  const { id, action } = change;
  if (action === 'none') return emit({ kind: 'done', id });
  emit({ kind: 'progress', id, message: `${id}: ${action} begins` });
  const fault = context.cloud.begin(id);
  try {
    emit(await meet(fault, change, context, emit));
  } catch (error) {
    if (!(error instanceof OperationError) || isStreamFault(fault)) throw error;
    emit({ kind: 'failed', id, failure: toFailure(error) });
  }
}

async function meet(
  fault: ThingFault,
  change: Change,
  context: ThingApplyContext,
  emit: Emit,
): Promise<Outcome> {
  const { id } = change;
  if (typeof fault === 'object') return meetLong(fault, change, context, emit);
  switch (fault) {
    case 'transient':
      throw new TransientError('THING_BUSY', `${id}: the cloud is busy`, id);
    case 'stalled':
      throw new StalledError('THING_REFUSED', `${id}: the cloud refuses it`, id);
    case 'in-doubt-lost':
      return inDoubt(id);
    case 'in-doubt-done':
      await write(change, context);
      return inDoubt(id);
    case 'stream-throws':
      throw broken();
    case 'stream-throws-done':
      await write(change, context);
      throw broken();
    case 'hang':
      return untilAborted(new Promise<never>(() => undefined), context.signal);
    case 'none':
      return write(change, context);
  }
}

async function meetLong(
  fault: Exclude<ThingFault, string>,
  change: Change,
  context: ThingApplyContext,
  emit: Emit,
): Promise<Outcome> {
  if ('holdUntil' in fault) await untilAborted(fault.holdUntil, context.signal);
  const outcome = await write(change, context);
  if ('answerAfter' in fault) await untilAborted(fault.answerAfter, context.signal);
  if ('unplanned' in fault) emit({ kind: 'unplanned', id: change.id, message: fault.unplanned });
  return outcome;
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

function inDoubt(id: ResourceId): Outcome {
  const failure = toFailure(new TransientError('THING_NO_ANSWER', `${id}: no answer came`, id));
  return { kind: 'in-doubt', id, failure };
}

function broken(): TransientError {
  return new TransientError('THING_STREAM_BROKEN', 'The cloud broke off its answers.');
}

function isStreamFault(fault: ThingFault): boolean {
  return fault === 'stream-throws' || fault === 'stream-throws-done';
}
