/**
 * Carries out a saved plan, and says truthfully how each of its changes ended.
 *
 * A1. What is applied is the file that was approved. The tool itself refuses it when the state moved on
 *     since; then every change has `moved`.
 * A2. A part of a plan cannot be applied: a change that is withheld withholds all of it.
 * A3. What began and did not end is held against the state: unchanged there it has failed, else it is
 *     in doubt.
 */
import { isDeepStrictEqual } from 'node:util';

import { type JsonObject, OperationError, StalledError, toFailure } from '@trueup/diagnostics';
import type { ApplyRequest, CallContext, Outcome, ResourceId, Target } from '@trueup/provider-sdk';

import { type FoundState, findState } from '../observe/find-state.ts';
import { type KnownState, parseState } from '../observe/read-state.ts';
import { createKnownSecrets } from '../plan/known-secrets.ts';
import { type SavedPlan, unpackSavedPlan } from '../plan/saved-plan.ts';
import { noSources, unpackSources } from '../sources/sources-archive.ts';
import type { CallEnd, TerraformClient } from '../terraform-client.ts';
import { isStale, readComplaints, toFailedCall } from '../translate-errors.ts';
import { StepBook } from './step-book.ts';

export interface ApplyContext {
  readonly client: TerraformClient;
  readonly call: CallContext;
}

export async function* applyPlan(
  target: Target,
  request: ApplyRequest,
  { client, call }: ApplyContext,
): AsyncGenerator<Outcome, void, undefined> {
  const { signal } = call;
  signal.throwIfAborted();
  const { changes, stack, artifact, prepared } = request;
  const steps = changes.filter(({ action }) => action !== 'none').map(({ id }) => id);
  const still = changes.filter(({ action }) => action === 'none').map(({ id }) => id);
  const saved = artifact && unpackSavedPlan(artifact);
  const refusal = refuse(saved, steps);
  if (steps.length === 0 || refusal || !saved) {
    yield* still.map((id): Outcome => ({ kind: 'done', id }));
    if (refusal)
      yield* steps.map((id): Outcome => ({ kind: 'failed', id, failure: toFailure(refusal) }));
    return;
  }
  const found = await findState({ stack, target, purpose: 'apply' }, client, signal);
  if (found.placed.owner !== saved.owner) {
    yield* changes.map(({ id }): Outcome => ({ kind: 'moved', id }));
    return;
  }
  const sources = prepared.bundle ? unpackSources(prepared.bundle) : noSources;
  yield* carryOut(
    { saved, found, sources, subject: stack.name, steps, still, scope: stack.path },
    { client, call },
  );
}

interface Errand {
  readonly saved: SavedPlan;
  readonly found: FoundState;
  readonly sources: ReturnType<typeof unpackSources>;
  readonly subject: string;
  readonly steps: readonly ResourceId[];
  readonly still: readonly ResourceId[];
  readonly scope: string;
}

async function* carryOut(
  errand: Errand,
  context: ApplyContext,
): AsyncGenerator<Outcome, void, undefined> {
  const { saved, found, sources, still } = errand;
  const { client, call } = context;
  const book = new StepBook(saved.steps, errand.steps, errand.scope);
  const complaints: JsonObject[] = [];
  let end: CallEnd = { kind: 'killed' };
  for await (const one of client.apply({ ...found.work, sources }, saved.file, call.signal)) {
    if (one.kind === 'end') end = one.end;
    else if (one.event['type'] === 'diagnostic') complaints.push(one.event);
    else yield* book.hear(one.event);
  }
  const isMoved = end.kind === 'failed' && !book.hasBegun && isStale(readComplaints(complaints));
  if (isMoved) {
    yield* [...book.open, ...still].map((id): Outcome => ({ kind: 'moved', id }));
    return;
  }
  if (end.kind === 'succeeded') {
    await takeAlong(found, client);
    yield* [...book.open, ...still].map((id): Outcome => ({ kind: 'done', id }));
    return;
  }
  yield* still.map((id): Outcome => ({ kind: 'done', id }));
  yield* concludeFailure({ ...errand, book, complaints, end }, context);
}

/** What is left after a failure: each change by itself is found to be done, failed or in doubt. */
async function* concludeFailure(
  errand: Errand & {
    readonly book: StepBook;
    readonly complaints: readonly JsonObject[];
    readonly end: CallEnd;
  },
  { client, call }: ApplyContext,
): AsyncGenerator<Outcome, void, undefined> {
  const { book, sources, found, subject, end } = errand;
  const secrets = createKnownSecrets([...sources.secrets, ...found.secrets]);
  const context = { secrets, root: sources.root, subject };
  const complaints = readComplaints(errand.complaints);
  const general = toFailedCall(end, complaints, context);
  const after = await lookAgain(errand, { client, call });
  for (const id of book.open) {
    const address = book.addressOf(id);
    const own = complaints.filter((one) => one.address !== undefined && one.address === address);
    const error = own.length > 0 ? toFailedCall(end, own, { ...context, subject: id }) : general;
    const isUntouched = after !== 'unknown' && isSame(found.state, after, id);
    const kind = judge({ step: book.stepOf(id), isUntouched, after, end });
    yield kind === 'done' ? { kind, id } : { kind, id, failure: toFailure(error) };
  }
}

interface Judged {
  readonly step: 'begun' | 'waiting' | 'noted';
  /** As far as the state tells. */
  readonly isUntouched: boolean;
  readonly after: LookedAt;
  readonly end: CallEnd;
}

/** A3 */
function judge({ step, isUntouched, after, end }: Judged): 'done' | 'failed' | 'in-doubt' {
  // Its state was perhaps not written any more.
  if (step === 'begun' && end.kind !== 'failed') return 'in-doubt';
  if (isUntouched) return 'failed';
  return step === 'noted' && after !== 'unknown' ? 'done' : 'in-doubt';
}

type LookedAt = KnownState | undefined | 'unknown';

async function lookAgain(
  { found, scope }: Errand,
  { client, call }: ApplyContext,
): Promise<LookedAt> {
  try {
    const value = await client.readState(found.work, call.signal);
    return value === undefined || value === null ? undefined : parseState(value, scope);
  } catch (error) {
    call.signal.throwIfAborted();
    if (error instanceof OperationError) return 'unknown';
    throw error;
  }
}

function isSame(before: KnownState | undefined, after: LookedAt, id: ResourceId): boolean {
  if (after === 'unknown') return false;
  return isDeepStrictEqual(before?.resources.get(id)?.body, after?.resources.get(id)?.body);
}

/** Only what was applied moves a state: a plan writes nothing. */
async function takeAlong({ own, placed }: FoundState, client: TerraformClient): Promise<void> {
  if (own !== placed) await client.moveState?.(placed.place, own.place);
}

/** A2 */
function refuse(
  saved: SavedPlan | undefined,
  ids: readonly ResourceId[],
): StalledError | undefined {
  if (!saved) {
    return ids.length === 0
      ? undefined
      : new StalledError('TERRAFORM_PLAN_MISSING', 'There is no saved plan to apply.');
  }
  const asked = new Set<string>(ids);
  const planned = saved.steps.filter(({ isChange }) => isChange);
  const isWhole = planned.length === asked.size && planned.every(({ id }) => asked.has(id));
  if (isWhole) return undefined;
  const message = 'A saved plan is applied as a whole, and these are not its changes.';
  return new StalledError('TERRAFORM_PLAN_PARTIAL', message);
}
