import {
  createMemoryFiles,
  type MemoryFiles,
  type ProviderFixture,
} from '@trueup/provider-sdk/testing';

import { createProvider } from '../oci-provider.ts';
import { FakeOciClient } from './fake-oci-client.ts';
import {
  login,
  partsOf,
  readSourceCredentials,
  sampleFiles,
  sampleStack,
  sampleTarget,
} from './sample-stack.ts';

export interface FakeFixture extends ProviderFixture {
  readonly client: FakeOciClient;
  readonly files: MemoryFiles;
}

export const targetHost = 'registry.example.com';
export const sourceHost = 'ghcr.io';

/** A digest that ends with this number. */
export function fakeDigest(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

export async function openFakeFixture(): Promise<FakeFixture> {
  const client = new FakeOciClient();
  client.put({ host: sourceHost, repository: 'acme/web' }, fakeDigest(1));
  client.put({ host: sourceHost, repository: 'acme/api' }, fakeDigest(2), '1.4');
  let disturbances = 0;
  return {
    client,
    provider: createProvider(client, readSourceCredentials),
    restart: () => createProvider(client, readSourceCredentials),
    target: sampleTarget(targetHost),
    stack: sampleStack(sourceHost),
    files: createMemoryFiles(sampleFiles({ sourceHost, digest: fakeDigest(1) })),
    secret: login.password,
    countWrites: () => client.writes,
    async disturb(id) {
      disturbances += 1;
      const [repository, tag] = partsOf(id);
      client.put({ host: targetHost, repository }, fakeDigest(1000 + disturbances), tag);
    },
    async refuse(id) {
      client.faults.set(partsOf(id).join(':'), 'refuse');
    },
    freeze: async () => client.link.freeze(),
    unplug: async () => client.link.goDown(),
    close: async () => client.link.thaw(),
  };
}
