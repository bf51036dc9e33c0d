import { env } from 'node:process';

import type { ResourceId } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createContainersProvider } from '../containers-provider.ts';
import { noOutbound } from '../testing/engine-fixture.ts';
import { openRealEngine, type RealEngine } from '../testing/real-engine.ts';

/** As `DOCKER_HOST` would hold it; the test bed prints it. */
const address = env['TRUEUP_ENGINE'] ?? '';
const { signal } = new AbortController();
const call = { signal, seal: () => 'sealed' };
let engine: RealEngine;
let resources: AsyncDisposableStack;

const compose = (project: string): string => `
name: ${project}
services:
  web:
    image: localhost/testbed/web:1
    stop_grace_period: 0s
    healthcheck: { disable: true }
    networks: [front]
  lone:
    image: localhost/testbed/web:1
    network_mode: none
    stop_grace_period: 0s
    healthcheck: { disable: true }
networks: { front: {} }
`;

describe.runIf(address !== '')('a stack that is watched on a real engine', () => {
  beforeEach(() => {
    resources = new AsyncDisposableStack();
    engine = resources.adopt(openRealEngine(address), (one) => one.close());
  });
  afterEach(() => resources.disposeAsync());

  it('is planned from what was kept, and by a look where a hand has changed something', async () => {
    const { api, project } = engine;
    const shop = await openShop();
    await expect.poll(shop.plan, patient).toEqual({ steps: [], inspects: 0, lists: 0 });
    const steps = async (): Promise<readonly string[]> => (await shop.plan()).steps;
    const update = (service: string): string => `update Service/edge-1/${project}.${service}`;

    await api.disconnect(`${project}_front`, `${project}-web-1`, signal);
    await expect.poll(steps, patient).toEqual([update('web')]);
    await api.connect(`${project}_front`, { container: `${project}-web-1`, endpoint: {} }, signal);
    await expect.poll(steps, patient).toEqual([]);
    await api.rename(`${project}-lone-1`, `${project}-other`, signal);
    await expect.poll(steps, patient).toEqual([update('lone')]);
    await api.remove(`${project}-web-1`, signal);
    const both = [`create Service/edge-1/${project}.web`, update('lone')];
    await expect.poll(async () => [...(await steps())].sort(), patient).toEqual(both);
  });

  it('has a list that agrees with what was looked at', async () => {
    const shop = await openShop();
    await expect.poll(shop.plan, patient).toEqual({ steps: [], inspects: 0, lists: 0 });
    shop.pass(60_000);

    expect(await shop.plan()).toEqual({ steps: [], inspects: 0, lists: 1 });
  });
});

const patient = { timeout: 10_000, interval: 300 };

/** Applied, and watched. */
async function openShop() {
  const { project, client } = engine;
  let aheadMs = 0;
  const clock = {
    now: () => Date.now() + aheadMs,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  const options = { openOutbound: noOutbound, openClient: () => client, steadyMs: 100, clock };
  const provider = resources.adopt(createContainersProvider(options), (one) => one.close());
  const target = { name: 'edge', settings: { hosts: { 'edge-1': address } } };
  const stack = { name: 'a/b', path: '', settings: {}, owner: `o${project}`, formerOwners: [] };
  const files = createMemoryFiles({ 'compose.yaml': compose(project) });
  const prepared = await provider.prepare(files, { stack, target, inputs: {} }, call);
  const ids: readonly ResourceId[] = prepared.resources.map(({ id }) => id);
  const changes = async () => {
    const observed = await provider.observe(target, { ids }, call);
    const asked = { stack, prepared, observed, inventory: ids, foreign: 'ignore' } as const;
    const planned = await provider.plan(target, asked, call);
    return planned.changes.filter(({ action }) => action !== 'none');
  };
  const steps = (await changes()).toSorted((a, b) => a.position.rank - b.position.rank);
  for (const change of steps) {
    const request = { stack, changes: [change], prepared };
    const outcomes = await Array.fromAsync(provider.apply(target, request, call));
    const isDone = outcomes.some(({ kind }) => kind === 'done');
    if (!isDone) throw new Error(`${change.id} was not applied.`);
  }
  const stop = new AbortController();
  const watch = provider.watch?.(target, ids, { ...call, signal: stop.signal }) ?? [];
  const reading = Array.fromAsync(watch).catch(() => undefined);
  resources.defer(async () => {
    stop.abort(new Error('Enough.'));
    await reading;
  });
  return {
    pass(ms: number) {
      aheadMs += ms;
    },
    async plan() {
      let [inspects, lists] = [0, 0];
      client.intervene = ({ path }) => {
        if (path === '/containers/json') lists += 1;
        else if (/^\/containers\/.+\/json$/.test(path)) inspects += 1;
        return undefined;
      };
      const found = await changes();
      return { steps: found.map(({ action, id }) => `${action} ${id}`), inspects, lists };
    },
  };
}
