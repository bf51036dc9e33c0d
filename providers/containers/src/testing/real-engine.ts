/** A real engine that the test bed started. `TRUEUP_ENGINE` holds its address, as `DOCKER_HOST` would. */

import { randomBytes } from 'node:crypto';

import { type JsonObject, readObject, readText } from '@trueup/diagnostics';
import { parseResourceId } from '@trueup/provider-sdk';
import { createMemoryFiles, type ProviderFixture } from '@trueup/provider-sdk/testing';

import { EngineApi } from '../client/engine-api.ts';
import { openHttpClient } from '../client/open-http-client.ts';
import { parseHostAddress } from '../client/parse-host-address.ts';
import { type ContainersProvider, createContainersProvider } from '../containers-provider.ts';
import { composeLabels, resourceLabel } from '../marks/marks.ts';
import { noOutbound, secret, shopCompose } from './engine-fixture.ts';
import { WrappedClient } from './wrapped-client.ts';

const forever = new AbortController().signal;

export interface RealEngine {
  readonly client: WrappedClient;
  readonly api: EngineApi;
  readonly project: string;
  open(): ContainersProvider;
  /** Removes everything of the project. */
  close(): Promise<void>;
}

export function openRealEngine(engineAddress: string): RealEngine {
  const address = parseHostAddress(engineAddress);
  if (!address) throw new Error('TRUEUP_ENGINE is no address.');
  if (address.kind === 'ssh') throw new Error('TRUEUP_ENGINE is no engine of this machine.');
  const client = new WrappedClient(openHttpClient({ address }));
  // Past a line that was cut: the clean-up has to get through.
  const api = new EngineApi(client.inner);
  const project = `t${randomBytes(4).toString('hex')}`;
  return {
    client,
    api,
    project,
    open: () =>
      createContainersProvider({
        openOutbound: noOutbound,
        askRegistry: async () => `sha256:${'a'.repeat(64)}`,
        openClient: () => client,
        steadyMs: 300,
      }),
    async close() {
      await removeProject(api, project);
      await client.close();
    },
  };
}

async function removeProject(api: EngineApi, project: string): Promise<void> {
  const isOwn = (one: JsonObject): boolean =>
    readText(one['Labels'], composeLabels.project) === project;
  const named = (listed: readonly JsonObject[], member: string): readonly string[] =>
    listed.filter(isOwn).flatMap((one) => readText(one, member) ?? []);
  const ids = named(await api.list(forever), 'Id');
  // Podman removes none that another one lives in: those come second.
  const removals = await Promise.allSettled(ids.map((id) => api.remove(id, forever)));
  const kept = ids.filter((_id, index) => removals[index]?.status === 'rejected');
  for (const id of kept) await api.remove(id, forever);
  const networks = named(await api.networks(forever), 'Name');
  for (const name of networks) await api.removeNetwork(name, forever);
  const volumes = named(await api.volumes(forever), 'Name');
  for (const name of volumes) await api.removeVolume(name, forever);
}

export async function openRealFixture(engineAddress: string): Promise<ProviderFixture> {
  const engine = openRealEngine(engineAddress);
  const { client, api, project } = engine;
  let disturbed = 0;
  const compose = shopCompose.replace('name: shop', `name: ${project}`);
  return {
    provider: engine.open(),
    target: { name: 'edge', settings: { hosts: { 'edge-1': engineAddress } } },
    files: createMemoryFiles({ 'shop/compose.yaml': compose }),
    stack: { name: 'shop/web', path: 'shop', settings: {}, owner: `o${project}`, formerOwners: [] },
    inputs: {
      password: { value: secret, sensitive: true },
      greeting: { value: 'hello', sensitive: false },
    },
    secret,
    countWrites: () => client.writes,
    async disturb(id) {
      disturbed += 1;
      const { name } = parseResourceId(id);
      const found = (await api.list(forever)).find(
        (one) => readText(one['Labels'], resourceLabel) === name,
      );
      await api.rename(readText(found, 'Id') ?? '', `${project}-moved-${disturbed}`, forever);
    },
    async refuse(id) {
      client.intervene = (call) => {
        const body = call.body instanceof Uint8Array ? {} : readObject(call.body);
        const isIt = readText(body['Labels'], resourceLabel) === parseResourceId(id).name;
        if (call.path !== '/containers/create' || !isIt) return undefined;
        client.intervene = () => undefined;
        return { status: 400, body: { message: 'bad parameter' } };
      };
    },
    freeze: async () => client.freeze(),
    unplug: async () => client.unplug(),
    restart: engine.open,
    close: () => engine.close(),
  };
}
