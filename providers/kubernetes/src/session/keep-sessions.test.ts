import { expect, it } from 'vitest';

import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';
import { keepSessions } from './keep-sessions.ts';

const target = (context: string) => ({ name: context, settings: { context: 'same' } });

function keep() {
  const state = { fingerprint: '1', opened: 0, failing: false };
  const sessions = keepSessions({
    connect: async () => {
      state.opened += 1;
      if (state.failing) throw new Error('not readable');
      return { client: new FakeKubernetesClient(), namespace: 'default' };
    },
    fingerprint: async () => state.fingerprint,
    watch: false,
  });
  return { state, sessions };
}

it('keeps one session for each way to a cluster, whatever it is called', async () => {
  const { state, sessions } = keep();

  const [one, other] = await Promise.all([sessions.of(target('a')), sessions.of(target('b'))]);

  expect(one).toBe(other);
  expect(state.opened).toBe(1);
  await sessions.close();
  expect(one.closed.aborted).toBe(true);
});

it('opens another one when the way changed, and lets the old one come to its end', async () => {
  const { state, sessions } = keep();
  const old = await sessions.of(target('a'));
  state.fingerprint = '2';

  const young = await sessions.of(target('a'));

  expect(young).not.toBe(old);
  expect(old.closed.aborted).toBe(false);
  await sessions.close();
  expect([old, young].map(({ closed }) => closed.aborted)).toEqual([true, true]);
});

it('tries again after a failure', async () => {
  const { state, sessions } = keep();
  state.failing = true;
  await expect(sessions.of(target('a'))).rejects.toThrow('not readable');
  state.failing = false;

  await sessions.of(target('a'));

  expect(state.opened).toBe(2);
  await sessions.close();
});
