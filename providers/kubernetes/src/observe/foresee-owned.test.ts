import { beforeEach, expect, it } from 'vitest';

import type { ApiKind, ListQuery } from '../kubernetes-client.ts';
import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';
import { type ForeseenLooks, foreseeOwned } from './foresee-owned.ts';

const owners = ['mine', 'formerly-mine'];
let client: CountingClient;
let time: number;
let version: string | undefined;
let looks: ForeseenLooks;

class CountingClient extends FakeKubernetesClient {
  lists = 0;

  override list(query: ListQuery, signal: AbortSignal): ReturnType<FakeKubernetesClient['list']> {
    this.lists += 1;
    return super.list(query, signal);
  }
}

beforeEach(() => {
  client = new CountingClient();
  time = 1000;
  version = undefined;
  looks = foreseeOwned({
    client,
    versionOf: (_kind: ApiKind) => version,
    now: () => time,
    closing: new AbortController().signal,
  });
});

it('looks once, for the one survey that follows', async () => {
  looks.begin(owners);
  time += 100;

  expect(await looks.take(owners)).toMatchObject({ begunAt: 1000 });
  expect(client.lists).toBeGreaterThan(0);
  expect(await looks.take(owners)).toBeUndefined();
});

it('says nothing about other stacks', async () => {
  looks.begin(owners);

  expect(await looks.take(['other'])).toBeUndefined();
});

it.each([
  ['something was written since', () => looks.forget()],
  [
    'it is too old',
    () => {
      time += 6000;
    },
  ],
  [
    'a kind turned out to be wanted in another version',
    () => {
      version = 'v1beta1';
    },
  ],
])('is not used where %s', async (_name, happens) => {
  looks.begin(owners);
  await new Promise(setImmediate);
  happens();

  expect(await looks.take(owners)).toBeUndefined();
});

it('is used where a kind turned out to be wanted in the version that was read', async () => {
  looks.begin(owners);
  version = 'v1';

  expect(await looks.take(owners)).toBeDefined();
});

it('leaves a failure to the survey', async () => {
  client.unplug();
  looks.begin(owners);

  expect(await looks.take(owners)).toBeUndefined();
});
