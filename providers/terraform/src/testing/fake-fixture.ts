import { parseResourceId } from '@trueup/provider-sdk';
import {
  createMemoryFiles,
  type MemoryFiles,
  type ProviderFixture,
} from '@trueup/provider-sdk/testing';

import { createProvider } from '../terraform-provider.ts';
import { FakeTerraformClient } from './fake-terraform-client.ts';
import {
  sampleFiles,
  sampleInputs,
  sampleStack,
  sampleTarget,
  secretWord,
} from './sample-stack.ts';

export interface FakeFixture extends ProviderFixture {
  readonly client: FakeTerraformClient;
  readonly files: MemoryFiles;
}

export async function openFakeFixture(): Promise<FakeFixture> {
  const client = new FakeTerraformClient();
  let disturbances = 0;
  return {
    client,
    provider: createProvider(client),
    restart: () => createProvider(client),
    target: sampleTarget('/srv/states'),
    stack: sampleStack(),
    files: createMemoryFiles(sampleFiles),
    inputs: sampleInputs,
    secret: secretWord,
    countWrites: () => client.writes,
    async disturb(id) {
      disturbances += 1;
      const { kind, name } = parseResourceId(id);
      const value = `disturbed-${disturbances}`;
      for (const state of client.states.values()) {
        const { resources, outputs } = state;
        const output = outputs[name];
        const resource = resources[name];
        if (kind === 'output' && output) outputs[name] = { ...output, value };
        if (resource) {
          const attributes = { ...resource.attributes, input: value };
          resources[name] = { ...resource, attributes };
        }
        state.serial += 1;
      }
    },
    refuse: async (id) => {
      const { name } = parseResourceId(id);
      client.faults.set(name, 'refuse');
    },
    freeze: async () => {
      client.isFrozen = true;
    },
    unplug: async () => {
      client.isDown = true;
    },
    close: async () => undefined,
  };
}
