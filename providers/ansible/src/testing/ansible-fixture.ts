/** One stack for the fake and for the real tool: files, with a secret among them, and a command. */
import type { Json, JsonObject } from '@trueup/diagnostics';
import { type Inputs, parseResourceId, type Stack } from '@trueup/provider-sdk';
import {
  createMemoryFiles,
  type MemoryFiles,
  type ProviderAbilities,
  type ProviderFixture,
} from '@trueup/provider-sdk/testing';

import { createAnsibleProvider } from '../ansible-provider.ts';
import { FakeAnsibleClient } from './fake-ansible-client.ts';
import { FakeHosts } from './fake-hosts.ts';

export const ansibleAbilities: ProviderAbilities = {
  marks: false,
  versions: false,
  watch: false,
  leases: false,
  foreign: false,
  deletes: false,
  applies: 'whole',
};

export const secretWord = 'hunter2 "is" hunted';

export interface FakeFixture extends ProviderFixture {
  readonly hosts: FakeHosts;
  readonly client: FakeAnsibleClient;
  readonly files: MemoryFiles;
}

export interface SampleTask {
  readonly name: string;
  readonly [member: string]: Json;
}

/** Below a folder of each host's own: `root` is a variable of the host. */
export function sampleTasks(root = ''): readonly SampleTask[] {
  const copy = (name: string, content: string): SampleTask => ({
    name,
    'ansible.builtin.copy': { content, dest: `${root}/${name}`, mode: '0600' },
  });
  return [
    copy('key', '{{ word }}'),
    { name: 'seed', 'ansible.builtin.command': '/bin/echo {{ greeting }}' },
    copy('motd', '{{ greeting }}'),
  ];
}

export function playbookOf(tasks: readonly SampleTask[], hosts = 'all'): string {
  return JSON.stringify([{ name: 'base', hosts, gather_facts: false, tasks }]);
}

export const sampleSettings: JsonObject = {
  playbook: 'site.yaml',
  variables: { word: { input: 'password' }, greeting: { input: 'greeting' } },
};

export const sampleInputs: Inputs = {
  greeting: { value: 'hello', sensitive: false },
  password: { value: secretWord, sensitive: true },
};

export const sampleStack: Stack = {
  name: 'infra/base',
  path: 'hosts',
  settings: sampleSettings,
  owner: 'mark-of-base',
  formerOwners: [],
};

export async function openFakeFixture(
  tasks: readonly SampleTask[] = sampleTasks(),
): Promise<FakeFixture> {
  const hosts = new FakeHosts();
  const client = new FakeAnsibleClient(hosts);
  const names = ['web-1', 'web-2'];
  const open = () => createAnsibleProvider({ searchPath: '', client });
  let disturbances = 0;
  return {
    hosts,
    client,
    provider: open(),
    restart: open,
    target: {
      name: 'racks',
      settings: {
        hosts: Object.fromEntries(names.map((name) => [name, { address: `${name}.example` }])),
      },
    },
    stack: sampleStack,
    files: createMemoryFiles({ 'hosts/site.yaml': playbookOf(tasks) }),
    inputs: sampleInputs,
    secret: secretWord,
    countWrites: () => hosts.effects.length,
    async disturb(id) {
      disturbances += 1;
      const { scope, name } = parseResourceId(id);
      hosts.edit(scope, `/${name.split(' / ')[1]}`, `edited ${disturbances}`);
    },
    async refuse(id) {
      const { scope, name } = parseResourceId(id);
      hosts.refuse(scope, name);
    },
    freeze: async () => client.freeze(),
    unplug: async () => hosts.lose(...names),
    close: async () => undefined,
  };
}
