import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';

import { TransientError } from '@trueup/diagnostics';

import type { Forge, ForgeCall } from '../forge.ts';
import { RateLimitError } from '../rate-limit-error.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { ForgeAbilities, ForgeFailure } from './forge-fixture.ts';
import type { ForgeRehearsal, Opened } from './forge-rehearsal.ts';

export const failingChecks: readonly ForgeCheck[] = [
  ...(
    [
      ['unauthorized', 'stalled', 'a credential that the forge does not take'],
      ['forbidden', 'stalled', 'a credential that is not enough'],
      ['server-error', 'transient', 'a forge that is broken'],
      ['connection-lost', 'transient', 'a forge that hangs up'],
      ['truncated', undefined, 'half of an answer'],
      ['garbage', undefined, 'an answer that is no JSON'],
      ['wrong-shape', undefined, 'an answer of another shape'],
    ] as const
  ).map(([failure, family, what]) => failsAs(failure, family, what)),
  { name: 'takes what it may not see for what is not there', run: takesForAbsent },
  { name: 'rejects an address that is none, in all its calls', run: rejectsAddress },
  { name: 'sends no token that would be two headers', run: refusesToken },
  { name: 'goes on after a failure', run: goesOn },
  { name: 'waits for a short rate limit', when: isLimited, run: waitsShortly },
  { name: 'writes once when a rate limit came in between', when: isLimited, run: writesOnce },
  { name: 'tells when a long rate limit ends', when: isLimited, run: tellsLongLimit },
  { name: 'asks nothing when aborted before', run: doesNotBegin },
  { name: 'stops within a second when aborted', run: stopsPromptly },
  { name: 'stops waiting for a rate limit when aborted', when: isLimited, run: stopsWaiting },
  { name: 'gives up on a forge that does not answer', run: timesOut },
  {
    name: 'asks again for what is as before without a cost',
    when: ({ conditionalRequests }) => conditionalRequests,
    run: asksConditionally,
  },
  { name: 'keeps nothing that has changed meanwhile', run: asksAgain },
  { name: 'shows its credential in no answer', run: hidesCredential },
  { name: 'changes none of its arguments', run: changesNothing },
];

function isLimited({ limitsRequests = true }: ForgeAbilities): boolean {
  return limitsRequests;
}

type Calls = Readonly<Record<string, (call: ForgeCall, forge?: Forge) => Promise<unknown>>>;

/** One call of each member that goes to the forge. */
function callsOf(
  { fixture, forge: sound }: Pick<ForgeRehearsal, 'fixture' | 'forge'>,
  { number, commit }: Opened,
): Calls {
  const { repository, self } = fixture;
  const status = { context: 'trueup/plan', state: 'passed', description: 'x' } as const;
  const comment = { mark: 'plan', body: 'The plan.' };
  const fresh = { sourceBranch: 'main', targetBranch: 'main', title: 'x', body: '' };
  const order = { number, commit: '0123456789'.repeat(4), method: 'merge' } as const;
  return {
    describe: (call, forge = sound) => forge.describe(repository, call),
    mergeRequests: (call, forge = sound) =>
      Array.fromAsync(forge.mergeRequests(repository, { state: 'all' }, call)),
    mergeRequest: (call, forge = sound) => forge.mergeRequest(repository, number, call),
    mergeRequestOf: (call, forge = sound) => forge.mergeRequestOf(repository, commit, call),
    reviews: (call, forge = sound) => forge.reviews(repository, number, call),
    comments: (call, forge = sound) => forge.comments(repository, { number }, call),
    checks: (call, forge = sound) => forge.checks(repository, commit, call),
    group: (call, forge = sound) => forge.group(repository, 'shop/ops', call),
    permission: (call, forge = sound) => forge.permission(repository, self, call),
    putComment: (call, forge = sound) => forge.putComment(repository, { number, comment }, call),
    putStatus: (call, forge = sound) => forge.putStatus(repository, { commit, status }, call),
    openMergeRequest: (call, forge = sound) => forge.openMergeRequest(repository, fresh, call),
    closeMergeRequest: (call, forge = sound) => forge.closeMergeRequest(repository, number, call),
    merge: (call, forge = sound) => forge.merge(repository, order, call),
  };
}

function failsAs(
  failure: ForgeFailure,
  family: 'stalled' | 'transient' | undefined,
  what: string,
): ForgeCheck {
  return {
    name: `fails by ${what}, in all its calls`,
    async run(rehearsal) {
      const opened = await rehearsal.open();
      rehearsal.fixture.faults.fail(failure);

      for (const [name, work] of Object.entries(callsOf(rehearsal, opened))) {
        const error = await rehearsal.failureOf(() => work(rehearsal.call));
        must(!family || error.family === family, `${name}: ${error.code} is ${error.family}`);
      }
    },
  };
}

async function takesForAbsent(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const { fixture, forge, call } = rehearsal;
  fixture.faults.fail('not-found');

  mustEqual(await forge.mergeRequest(fixture.repository, number, call), undefined);
  mustEqual(await forge.group(fixture.repository, 'shop/ops', call), undefined);
  mustEqual(await forge.permission(fixture.repository, fixture.self, call), 'none');
  await rehearsal.stalls(() => forge.describe(fixture.repository, call), 'FORGE_NOT_FOUND');
  await rehearsal.stalls(() => rehearsal.comments(number), 'FORGE_NOT_FOUND');
}

/** A call that throws at once is no call that fails: nobody expects it. */
async function rejectsAddress(rehearsal: ForgeRehearsal): Promise<void> {
  const { fixture } = rehearsal;
  const opened = await rehearsal.open();
  for (const path of ['../../admin', 'nobody-here/nothing', '']) {
    const repository = { ...fixture.repository, path };
    const lost = { forge: rehearsal.forge, fixture: { ...fixture, repository } };
    for (const [name, work] of Object.entries(callsOf(lost, opened))) {
      const end = await endOf(endAtOnce(name, () => work(rehearsal.call)));
      const isNothing = 'value' in end && [undefined, 'none'].includes(end.value as undefined);
      if (isNothing) continue;
      await rehearsal.failureOf(() => ('error' in end ? Promise.reject(end.error) : empty()));
    }
  }
}

function endAtOnce(name: string, work: () => Promise<unknown>): Promise<unknown> {
  let end: Promise<unknown> | undefined;
  try {
    end = work();
  } finally {
    must(end, `${name}: throws at once`);
  }
  return end;
}

function empty(): Promise<void> {
  return Promise.resolve();
}

async function refusesToken(rehearsal: ForgeRehearsal): Promise<void> {
  const { fixture, forge, call } = rehearsal;
  const before = fixture.countRequests();
  for (const token of ['a\r\nx-other: 1', 'a\n', ' a', 'ä', '']) {
    const repository = { ...fixture.repository, credential: { kind: 'token', token } } as const;
    await rehearsal.stalls(() => forge.describe(repository, call), 'FORGE_CREDENTIAL_UNREADABLE');
  }
  mustEqual(fixture.countRequests(), before);
}

async function goesOn(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  rehearsal.fixture.faults.fail('server-error');
  await rehearsal.failureOf(() => rehearsal.find(number));

  rehearsal.fixture.faults.recover();

  mustEqual((await rehearsal.find(number)).number, number);
}

async function waitsShortly(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  rehearsal.fixture.faults.limit(5000);

  mustEqual((await rehearsal.find(number)).number, number);

  const waited = rehearsal.fixture.waits().reduce((sum, ms) => sum + ms, 0);
  must(waited >= 4000 && waited <= 15_000, `It waited for ${waited} ms.`);
}

async function writesOnce(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  rehearsal.fixture.faults.limit(1000);
  await rehearsal.put(number, {});
  rehearsal.fixture.faults.limit(1000);

  await rehearsal.put(number, { mark: 'other' });

  mustEqual((await rehearsal.comments(number)).length, 2);
}

async function tellsLongLimit(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  rehearsal.fixture.faults.limit(40 * 60_000);

  const error = await rehearsal.failureOf(() => rehearsal.find(number));

  must(error instanceof RateLimitError, `Another failure: ${error.code}`);
  const inMs = Date.parse(error.retryAt) - Date.now();
  must(inMs > 35 * 60_000 && inMs < 45 * 60_000, `It is over in ${inMs} ms.`);
  mustEqual(rehearsal.fixture.waits(), []);
}

async function doesNotBegin(rehearsal: ForgeRehearsal): Promise<void> {
  const opened = await rehearsal.open();
  const { fixture } = rehearsal;
  const reason = new Error('Superseded.');
  const before = fixture.countRequests();

  for (const [name, work] of Object.entries(callsOf(rehearsal, opened))) {
    const end = await endOf(work({ signal: AbortSignal.abort(reason) }));

    must('error' in end && end.error === reason, `${name}: not rejected with the reason`);
  }
  mustEqual(fixture.countRequests(), before);
}

async function stopsPromptly(rehearsal: ForgeRehearsal): Promise<void> {
  const opened = await rehearsal.open();
  rehearsal.fixture.faults.freeze();

  for (const [name, work] of Object.entries(callsOf(rehearsal, opened))) {
    await mustStop(name, (signal) => work({ signal }));
  }
}

async function stopsWaiting(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const { forge, fixture } = rehearsal;
  const reason = new Error('Superseded.');
  const controller = new AbortController();
  fixture.faults.limit(20_000);
  const asking = endOf(
    forge.mergeRequest(fixture.repository, number, { signal: controller.signal }),
  );
  while (fixture.waits().length === 0) await delay(1);

  const end = await mustEnd(asking, () => controller.abort(reason), 'It waits on');

  must('error' in end && end.error === reason, 'It rejects with another reason.');
}

async function timesOut(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const { fixture, call } = rehearsal;
  fixture.faults.freeze();

  const error = await rehearsal.failureOf(() =>
    fixture.impatient.mergeRequest(fixture.repository, number, call),
  );

  must(error instanceof TransientError, `Not transient: ${error.code}`);
}

async function asksConditionally(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const first = await rehearsal.comments(number);
  const before = rehearsal.fixture.countUnchanged();

  const second = await rehearsal.comments(number);

  mustEqual(second, first);
  must(rehearsal.fixture.countUnchanged() > before, 'It asked as if for the first time.');
}

async function asksAgain(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author } = await rehearsal.open();
  mustEqual(await rehearsal.comments(number), []);
  await rehearsal.stage.comment({ number, author, body: 'New.' });

  mustEqual((await rehearsal.comments(number)).length, 1);
}

async function hidesCredential(rehearsal: ForgeRehearsal): Promise<void> {
  const opened = await rehearsal.open();
  for (const [name, work] of Object.entries(callsOf(rehearsal, opened))) {
    const end = await endOf(work(rehearsal.call));
    const told = JSON.stringify('value' in end ? end.value : String(end.error)) ?? '';
    must(!told.includes(rehearsal.fixture.token), `${name} shows the credential.`);
  }
}

async function changesNothing(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const { forge, fixture, call } = rehearsal;
  const repository = Object.freeze(structuredClone(fixture.repository));
  const comment = Object.freeze({ mark: 'plan', body: 'The plan.' });

  await forge.describe(repository, call);
  await forge.putComment(repository, Object.freeze({ number, comment }), call);

  mustEqual(repository, fixture.repository);
}

async function mustStop(
  name: string,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const reason = new Error('Superseded.');
  const controller = new AbortController();
  const ended = endOf(work(controller.signal));
  // Lets the call reach the forge, which will not answer.
  await delay(10);
  const end = await mustEnd(ended, () => controller.abort(reason), `${name}: goes on`);
  must('error' in end && end.error === reason, `${name}: not rejected with the reason`);
}

async function mustEnd(
  ended: Promise<Settled>,
  abort: () => void,
  complaint: string,
): Promise<Settled> {
  abort();
  const timer = new AbortController();
  const late = delay(1000, undefined, { signal: timer.signal }).then(
    () => undefined,
    () => undefined,
  );
  const end = await Promise.race([ended, late]);
  timer.abort();
  must(end, `${complaint} after the abort`);
  return end;
}

type Settled = { readonly value: unknown } | { readonly error: unknown };

function endOf(promise: Promise<unknown>): Promise<Settled> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
