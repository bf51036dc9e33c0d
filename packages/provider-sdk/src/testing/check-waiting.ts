import { AssertionError, ok as must, deepStrictEqual as mustEqual } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';

import { OperationError } from '@trueup/diagnostics';

import type { Plan } from '../change.ts';
import type { Prepared } from '../provider.ts';
import type { ResourceId } from '../resource.ts';
import { applyEverything, checkFailure } from './check-applying.ts';
import { comparedId } from './check-planning.ts';
import type { ProviderCheck } from './provider-check.ts';
import { artifactOf, type Rehearsal, reveals } from './rehearsal.ts';

export const waitingChecks: readonly ProviderCheck[] = [
  { name: 'does not begin what was aborted before', run: doesNotBegin },
  { name: 'stops within a second when aborted', run: stopsPromptly },
  { name: 'fails in the two families only', run: failsInFamilies },
  { name: 'has a watch if it says so', run: hasWatch },
  { name: 'names in its watch what was disturbed', when: ({ watch }) => watch, run: hints },
  { name: 'ends its watch when aborted', when: ({ watch }) => watch, run: endsWatch },
];

/** The contract's own bound. It only decides how a failure looks. */
const promptMs = 1000;

async function doesNotBegin(rehearsal: Rehearsal): Promise<void> {
  const { prepared, plan } = await planned(rehearsal);
  const { fixture } = rehearsal;
  const reason = new Error('Superseded.');
  const signal = AbortSignal.abort(reason);
  const application = { changes: rehearsal.wave(plan), prepared, ...artifactOf(plan) };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    prepare: () => rehearsal.prepare({ signal }),
    discover: () => rehearsal.discover({ signal }),
    observe: () => rehearsal.observe([], { signal }),
    plan: () => rehearsal.plan({ signal, prepared }),
    apply: () => rehearsal.apply(application, signal),
  };
  for (const [name, call] of Object.entries(calls)) {
    const end = await endOf(call());
    must('error' in end && end.error === reason, `${name}: not rejected with the reason`);
  }
  mustEqual(fixture.countWrites(), 0, 'An aborted call wrote to the target.');
}

async function stopsPromptly(rehearsal: Rehearsal): Promise<void> {
  const freeze = rehearsal.stage('freeze');
  const { prepared, plan } = await planned(rehearsal);
  const application = { changes: rehearsal.wave(plan), prepared, ...artifactOf(plan) };
  const ids = prepared.resources.map(({ id }) => id);
  await freeze();
  const calls: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
    observe: (signal) => rehearsal.observe(ids, { signal, inventory: ids }),
    apply: (signal) => rehearsal.apply(application, signal),
  };
  for (const [name, call] of Object.entries(calls)) {
    const reason = new Error('Superseded.');
    const controller = new AbortController();
    const running = endOf(call(controller.signal));
    // Lets the call reach the target, which will not answer.
    await delay(20);
    controller.abort(reason);
    const end = await within(running, promptly(rehearsal), `${name}: goes on after the abort`);
    must('error' in end && end.error === reason, `${name}: not rejected with the reason`);
  }
}

async function failsInFamilies(rehearsal: Rehearsal): Promise<void> {
  const unplug = rehearsal.stage('unplug');
  const { prepared, plan } = await planned(rehearsal);
  const changes = rehearsal.wave(plan);
  const ids = prepared.resources.map(({ id }) => id);
  await unplug();

  await checkRejection(rehearsal, () => rehearsal.observe(ids, { inventory: ids }));
  await checkRejection(rehearsal, async () => {
    const { coverage } = await rehearsal.plan({ prepared });
    must(coverage.gaps.length > 0, 'A target that cannot be reached was looked into.');
  });
  await checkRejection(rehearsal, async () => {
    const ends = await rehearsal.ends({ changes, prepared, ...artifactOf(plan) });
    for (const end of ends) {
      must(end.kind === 'failed' || end.kind === 'in-doubt', `${end.id}: ended as '${end.kind}'`);
      checkFailure(end.failure);
    }
  });
}

async function checkRejection({ fixture }: Rehearsal, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (error instanceof AssertionError) throw error;
    must(error instanceof OperationError, `An error of no family: ${String(error)}`);
    checkFailure(error);
    must(!reveals([error.message, error.subject], fixture.secret), 'An error repeats the secret.');
  }
}

async function hasWatch({ fixture, abilities }: Rehearsal): Promise<void> {
  mustEqual(fixture.provider.watch !== undefined, abilities.watch);
  mustEqual(fixture.provider.applies, abilities.applies);
}

/**
 * A watch may begin with hints of its own, so one hint proves nothing: each round disturbs again only
 * after a hint for the last one, and there are more rounds than such beginnings.
 */
async function hints(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const id = await comparedId(rehearsal);
  const stop = new AbortController();
  const stream = openWatch(rehearsal, stop.signal);
  try {
    for (let round = 1; round <= 4; round += 1) {
      await rehearsal.fixture.disturb(id);
      await within(hintOf(stream, id), rehearsal.patienceMs, `${id}: no hint in round ${round}`);
    }
  } finally {
    stop.abort();
    await endOf(stream.next());
  }
}

async function hintOf(stream: AsyncIterator<ResourceId>, id: ResourceId): Promise<void> {
  for (let next = await stream.next(); !next.done; next = await stream.next()) {
    if (next.value === id) return;
  }
  throw new Error('The watch ended by itself.');
}

async function endsWatch(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const stop = new AbortController();
  const reason = new Error('Stopped.');
  const stream = openWatch(rehearsal, stop.signal);
  const ended = endOf(drain(stream));
  await delay(20);
  stop.abort(reason);

  const end = await within(ended, promptly(rehearsal), 'The watch goes on after the abort.');

  must(!('error' in end) || end.error === reason, 'The watch ended with another error.');
}

async function drain(stream: AsyncIterator<ResourceId>): Promise<void> {
  for (let next = await stream.next(); !next.done; next = await stream.next());
}

function openWatch(rehearsal: Rehearsal, signal: AbortSignal): AsyncIterator<ResourceId> {
  const { provider, target } = rehearsal.fixture;
  const stream = provider.watch?.(target, rehearsal.inventory, rehearsal.call(signal));
  if (!stream) throw new Error('There is no watch.');
  return stream[Symbol.asyncIterator]();
}

async function planned(
  rehearsal: Rehearsal,
): Promise<{ readonly prepared: Prepared; readonly plan: Plan }> {
  const prepared = await rehearsal.prepare();
  return { prepared, plan: await rehearsal.plan({ prepared }) };
}

function promptly({ patienceMs }: Rehearsal): number {
  return Math.min(promptMs, patienceMs);
}

type Settled = { readonly value: unknown } | { readonly error: unknown };

/** Never rejects, so that nothing is left unhandled while a test waits. */
function endOf(promise: Promise<unknown>): Promise<Settled> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

async function within<T>(promise: Promise<T>, ms: number, complaint: string): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(
    () => must(false, complaint),
    () => undefined,
  );
  try {
    await Promise.race([promise, late]);
    return await promise;
  } finally {
    timer.abort();
  }
}
