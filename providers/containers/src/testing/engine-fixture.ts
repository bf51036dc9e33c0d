import { readObject, readText } from '@trueup/diagnostics';
import { formatResourceId, parseResourceId, type ResourceId } from '@trueup/provider-sdk';
import {
  createMemoryFiles,
  type MemoryFiles,
  type ProviderAbilities,
  type ProviderFixture,
} from '@trueup/provider-sdk/testing';

import { createContainersProvider } from '../containers-provider.ts';
import { resourceLabel } from '../marks/marks.ts';
import { FakeContainersClient } from './fake-containers-client.ts';

export const containerAbilities: ProviderAbilities = {
  marks: true,
  versions: true,
  watch: true,
  leases: false,
  foreign: false,
  deletes: true,
  applies: 'changes',
};

/** Two services and a job that need no network, hence no more than an engine and one image. */
export const shopCompose: string = `
name: shop
services:
  web:
    image: localhost/testbed/web:1
    network_mode: none
    restart: unless-stopped
    stop_grace_period: 0s
    healthcheck: { disable: true }
    environment:
      GREETING: \${greeting:?has to be given}
      DB_PASSWORD: \${password:?has to be given}
  worker:
    image: localhost/testbed/web:1
    network_mode: none
    stop_grace_period: 0s
    healthcheck: { disable: true }
    secrets: [key]
  migrate:
    image: localhost/testbed/web:1
    network_mode: none
    entrypoint: [/bin/busybox, "true"]
    healthcheck: { disable: true }
    x-trueup: { execute: changed }
secrets:
  key: { content: "\${password}" }
`;

export const secret = 'hunter2-and-more';

export function shopFiles(): MemoryFiles {
  return createMemoryFiles({ 'shop/compose.yaml': shopCompose });
}

/** No test asks a registry. */
export const noOutbound = (): Promise<never> => Promise.reject(new Error('Nothing is open.'));

export async function openFakeFixture(): Promise<ProviderFixture> {
  const engine = new FakeContainersClient();
  engine.addImage('localhost/testbed/web:1');
  engine.behave = ({ asked }) => {
    const entry = readObject(asked)['Entrypoint'];
    return Array.isArray(entry) ? { state: 'exited', exitCode: 0 } : {};
  };
  const open = () =>
    createContainersProvider({
      openOutbound: noOutbound,
      askRegistry: async () => `sha256:${'a'.repeat(64)}`,
      openClient: () => engine,
      steadyMs: 0,
    });
  const provider = open();
  let outside = 0;
  return {
    provider,
    target: { name: 'edge', settings: { hosts: { 'edge-1': 'unix:///run/engine.sock' } } },
    files: shopFiles(),
    stack: { name: 'shop/web', path: 'shop', settings: {}, owner: 'owner1', formerOwners: [] },
    inputs: {
      password: { value: secret, sensitive: true },
      greeting: { value: 'hello', sensitive: false },
    },
    secret,
    countWrites: () => engine.writes - outside,
    async disturb(id) {
      outside += 1;
      const found = [...engine.containers.values()].find((one) => isOf(id, one.asked));
      const name = `disturbed-${outside}`;
      const path = `/containers/${found?.id}/rename`;
      await engine.call({ method: 'POST', path, query: { name } }, new AbortController().signal);
    },
    async refuse(id) {
      const before = engine.intervene;
      engine.intervene = (call) => {
        const body =
          call.body instanceof Uint8Array || call.body === undefined ? {} : readObject(call.body);
        if (call.path !== '/containers/create' || !isOf(id, body)) return before(call);
        engine.intervene = before;
        return { status: 400, body: { message: `bad parameter ${JSON.stringify(body)}` } };
      };
    },
    async freeze() {
      engine.freeze();
    },
    async unplug() {
      engine.unplug();
    },
    restart: open,
    async close() {
      await provider.close();
    },
  };
}

function isOf(id: ResourceId, asked: object): boolean {
  const labels = readObject(readObject(asked)['Labels']);
  return readText(labels, resourceLabel) === parseResourceId(id).name;
}

export function serviceId(name: string, host = 'edge-1'): ResourceId {
  return formatResourceId({ kind: 'Service', scope: host, name });
}
