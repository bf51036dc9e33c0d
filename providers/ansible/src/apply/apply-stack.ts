/**
 * Runs the playbook for real on the hosts that have something to do, and looks again.
 *
 * A1. Only what was approved changes anything: the rest of the playbook runs in check mode beside it.
 * A2. What went how is told by events, never by the exit code.
 * A3. A step that began and has no end is in doubt, and so is one during which its host was lost.
 * A4. What the second look still wants to change is not idempotent, and said to be so.
 */
import { StalledError, TransientError, toFailure } from '@trueup/diagnostics';
import {
  type ApplyRequest,
  type Change,
  type Outcome,
  parseResourceId,
} from '@trueup/provider-sdk';
import { createMasker } from '@trueup/secrets';

import type { Access, AnsibleClient } from '../ansible-client.ts';
import type { AnsibleEvent } from '../client/parse-event.ts';
import { idOf, type Look, lookAtStack, secretsOf } from '../observe/look-at-stack.ts';
import { type RunReport, runForReport } from '../observe/run-report.ts';
import { unpackArtifact } from '../plan/artifact.ts';
import { type Bundle, digestBundle, unpackBundle } from '../prepare/bundle.ts';
import type { Batch } from '../settings/batch.ts';
import { oneLine } from '../translate-errors.ts';
import { endOf } from './end-of.ts';
import { permitHosts } from './permit-hosts.ts';
import { streamOf } from './stream-of.ts';

export interface ApplyContext {
  readonly client: AnsibleClient;
  readonly applyAccess: Access;
  readonly planAccess: Access;
  readonly batch: Batch;
  readonly signal: AbortSignal;
}

export async function* applyStack(
  request: ApplyRequest,
  context: ApplyContext,
): AsyncGenerator<Outcome, void, undefined> {
  context.signal.throwIfAborted();
  const { changes } = request;
  const bundle = unpackBundle(request.prepared);
  const steps = changes.filter(({ action }) => action !== 'none');
  for (const { id, action } of changes) if (action === 'none') yield { kind: 'done', id };
  if (steps.length === 0) return;
  const artifact = unpackArtifact(request.artifact);
  const pinned = request.prepared.bundle && digestBundle(request.prepared.bundle);
  if (!(bundle && artifact) || artifact.pinned !== pinned) {
    const message = 'the files, hosts or values are not those that the plan was made for';
    const failure = toFailure(new StalledError('ANSIBLE_PLAN_STALE', message));
    for (const { id } of steps) yield { kind: 'failed', id, failure };
    return;
  }
  yield* carryOut(request, { ...context, bundle, steps, planned: artifact.steps });
}

interface Carrying extends ApplyContext {
  readonly bundle: Bundle;
  readonly steps: readonly Change[];
  readonly planned: readonly string[];
}

async function* carryOut(
  request: ApplyRequest,
  carrying: Carrying,
): AsyncGenerator<Outcome, void, undefined> {
  const { client, applyAccess: access, bundle, steps, planned, batch, signal } = carrying;
  const permits = permitHosts(steps, planned);
  const hosts = Object.keys(permits);
  const job = { mode: 'apply', bundle, hosts, access, permits, batch } as const;
  const tell = createTeller(steps, secretsOf(bundle, access, { secrets: [] }));
  const report = yield* streamOf<Outcome, RunReport>((emit) =>
    runForReport(client, job, {
      signal,
      onEvent: (event) => {
        const outcome = tell(event);
        if (outcome) emit(outcome);
      },
    }),
  );
  const after = await lookAgain(request, { ...carrying, hosts });
  const masker = createMasker(secretsOf(bundle, access, report));
  const desired = new Map(request.prepared.resources.map((one) => [one.id, one]));
  const context = { report, after, desired, mask: (text: string) => masker.mask(text) };
  for (const change of steps) yield endOf(change, context);
}

type Teller = (event: AnsibleEvent) => Outcome | undefined;

/** Signs of life, and the alarm when something happened that nobody was shown. */
function createTeller(steps: readonly Change[], secrets: readonly string[]): Teller {
  const approved = new Map(
    steps.map(({ id }) => {
      const { scope, name } = parseResourceId(id);
      return [JSON.stringify([scope, name]), id] as const;
    }),
  );
  let known = [...secrets];
  let masker = createMasker(known);
  return (event) => {
    if (event.kind === 'secrets') {
      known = [...known, ...event.values];
      masker = createMasker(known);
      return undefined;
    }
    if (event.kind === 'begin') {
      const id = approved.get(JSON.stringify([event.host, event.task]));
      return id && { kind: 'progress', id, message: masker.mask(`${id}: begins`) };
    }
    if (event.kind !== 'result') return undefined;
    const id = approved.get(JSON.stringify([event.host, event.task]));
    if (id)
      return { kind: 'progress', id, message: masker.mask(oneLine(`${id}: ${event.status}`)) };
    if (event.status !== 'changed' || event.held || event.quiet) return undefined;
    const other = idOf(event);
    const message = `${other}: changed ${event.host}, which the plan did not name`;
    return { kind: 'unplanned', id: other, message: masker.mask(message) };
  };
}

/** `undefined` when it says nothing: the ends go by the run alone then. */
async function lookAgain(
  { prepared }: ApplyRequest,
  {
    client,
    bundle,
    planAccess: access,
    hosts,
    signal,
  }: Carrying & { readonly hosts: readonly string[] },
): Promise<Look | undefined> {
  try {
    return await lookAtStack({ client, bundle, prepared, access, hosts, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StalledError || error instanceof TransientError) return undefined;
    throw error;
  }
}
