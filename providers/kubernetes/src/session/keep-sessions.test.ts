import type { Target } from '@trueup/provider-sdk';
import { expect, it } from 'vitest';

import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';
import { keepSessions } from './keep-sessions.ts';

const hourMs = 60 * 60_000;
const target = (context: string) => ({ name: context, settings: { context: 'same' } });
const withToken = (token: string) => ({ name: 'a', settings: { context: 'same', token } });

function keep() {
  const state = { fingerprint: '1', opened: 0, failing: false, nowMs: 0 };
  const sessions = keepSessions({
    connect: async () => {
      state.opened += 1;
      if (state.failing) throw new Error('not readable');
      return { client: new FakeKubernetesClient(), namespace: 'default' };
    },
    fingerprint: async () => state.fingerprint,
    watch: false,
    now: () => state.nowMs,
    random: () => 0.5,
  });
  const visit = (name: Target) => sessions.use(name, async (session) => session);
  return { state, sessions, visit };
}

it('keeps one session for each way to a cluster, whatever it is called', async () => {
  const { state, sessions, visit } = keep();

  const [one, other] = await Promise.all([visit(target('a')), visit(target('b'))]);

  expect(one).toBe(other);
  expect(state.opened).toBe(1);
  await sessions.close();
  expect(one.closed.aborted).toBe(true);
});

it('opens another one when the way changed, and lets the old one come to its end', async () => {
  const { state, sessions, visit } = keep();
  const old = await visit(target('a'));
  state.fingerprint = '2';

  const young = await visit(target('a'));

  expect(young).not.toBe(old);
  expect(old.closed.aborted).toBe(false);
  await sessions.close();
  expect([old, young].map(({ closed }) => closed.aborted)).toEqual([true, true]);
});

it('tries again after a failure', async () => {
  const { state, sessions, visit } = keep();
  state.failing = true;
  await expect(visit(target('a'))).rejects.toThrow('not readable');
  state.failing = false;

  await visit(target('a'));

  expect(state.opened).toBe(2);
  await sessions.close();
});

it('closes what nobody used for an hour: its token may be replaced', async () => {
  const { state, sessions, visit } = keep();
  const old = await visit(withToken('old'));
  state.nowMs = hourMs - 1;

  const young = await visit(withToken('new'));
  expect(old.closed.aborted).toBe(false);
  state.nowMs = hourMs;
  await visit(withToken('new'));

  await expect.poll(() => old.closed.aborted).toBe(true);
  expect(young.closed.aborted).toBe(false);
  await sessions.close();
});

it('closes nothing that is in use, however long, and counts from the end of that', async () => {
  const { state, sessions, visit } = keep();
  const { session, giveBack } = await sessions.borrow(withToken('old'));
  state.nowMs = 10 * hourMs;
  await visit(withToken('new'));
  giveBack();
  giveBack();
  state.nowMs = 11 * hourMs - 1;
  await visit(withToken('new'));
  const again = await sessions.borrow(withToken('old'));
  state.nowMs = 13 * hourMs;
  await visit(withToken('new'));

  expect(again.session).toBe(session);
  expect(session.closed.aborted).toBe(false);
  again.giveBack();
  state.nowMs = 14 * hourMs;
  await visit(withToken('new'));

  await expect.poll(() => session.closed.aborted).toBe(true);
  await sessions.close();
});

it('opens anew what was closed', async () => {
  const { state, sessions, visit } = keep();
  const old = await visit(withToken('old'));
  state.nowMs = hourMs;
  await visit(withToken('new'));

  const again = await visit(withToken('old'));

  expect(again).not.toBe(old);
  expect(state.opened).toBe(3);
  await sessions.close();
});
