import { env } from 'node:process';
import { readText } from '@trueup/diagnostics';

import { isEnd, type Outcome } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHttpClient } from './client/open-http-client.ts';
import { createContainersProvider } from './containers-provider.ts';
import { type CuttableProxy, openCuttableProxy } from './testing/cuttable-proxy.ts';
import { noOutbound } from './testing/engine-fixture.ts';
import { openRealEngine, type RealEngine } from './testing/real-engine.ts';
import { WrappedClient } from './testing/wrapped-client.ts';

const address = env['TRUEUP_ENGINE'] ?? '';
const { signal } = new AbortController();
const call = { signal, seal: () => 'sealed' };
let resources: AsyncDisposableStack;
let engine: RealEngine;
let cable: CuttableProxy;

const compose = (project: string, greeting: string): string => `
name: ${project}
services:
  web:
    image: localhost/testbed/web:1
    network_mode: none
    stop_grace_period: 0s
    environment: { GREETING: ${greeting} }
    healthcheck: { disable: true }
`;

describe.runIf(address !== '')('a real engine that is cut off', () => {
  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    cable = resources.use(await openCuttableProxy({ path: address.replace('unix://', '') }));
    engine = resources.adopt(openRealEngine(address), (one) => one.close());
  });
  afterEach(() => resources.disposeAsync());

  it.each([
    ['before it creates', '/containers/create'],
    ['before it starts', '/start'],
    ['before it stops the old one', '/stop'],
    ['before it renames', '/rename'],
  ])('%s loses nothing: the next run puts it right', async (_when, path) => {
    const client = new WrappedClient(
      openHttpClient({ address: { kind: 'tcp', host: '127.0.0.1', port: cable.port } }),
    );
    const shop = openShop(client);
    expect(await shop.apply('one')).toMatchObject([{ kind: 'done' }]);
    client.intervene = (sent) => {
      if (sent.path.endsWith(path)) cable.cut();
      return undefined;
    };

    const [end] = await shop.apply('two');

    expect(['failed', 'in-doubt']).toContain(end?.kind);
    // Whatever happened, something serves.
    const running = (await engine.api.list(signal)).filter(
      (one) =>
        readText(one['Labels'], 'com.docker.compose.project') === engine.project &&
        readText(one, 'State') === 'running',
    );
    expect(running.length).toBeGreaterThan(0);
    client.intervene = () => undefined;
    cable.mend();
    expect(await shop.apply('two')).toMatchObject([{ kind: 'done' }]);
    expect(await shop.apply('two')).toEqual([]);
    const own = (await engine.api.list(signal)).filter(
      (one) => readText(one['Labels'], 'com.docker.compose.project') === engine.project,
    );
    expect(own.map((one) => one['Names'])).toEqual([[`/${engine.project}-web-1`]]);
  });
});

function openShop(client: WrappedClient) {
  const provider = resources.adopt(
    createContainersProvider({ openOutbound: noOutbound, openClient: () => client, steadyMs: 100 }),
    (one) => one.close(),
  );
  const { project } = engine;
  const target = { name: 'edge', settings: { hosts: { 'edge-1': address } } };
  const stack = { name: 'a/b', path: '', settings: {}, owner: `o${project}`, formerOwners: [] };
  return {
    async apply(greeting: string): Promise<readonly Outcome[]> {
      const files = createMemoryFiles({ 'compose.yaml': compose(project, greeting) });
      const prepared = await provider.prepare(files, { stack, target, inputs: {} }, call);
      const ids = prepared.resources.map(({ id }) => id);
      const observed = await provider.observe(target, { ids }, call);
      const asked = { stack, prepared, observed, inventory: ids, foreign: 'ignore' } as const;
      const { changes } = await provider.plan(target, asked, call);
      const steps = changes.filter(({ action }) => action !== 'none');
      const ends: Outcome[] = [];
      const stream = provider.apply(target, { stack, changes: steps, prepared }, call);
      for await (const one of stream) if (isEnd(one)) ends.push(one);
      return ends;
    },
  };
}
