import { parseResourceId } from '../resource.ts';
import { HostFleet } from './host-fleet.ts';
import type { HostTask } from './host-prepare.ts';
import { createHostProvider } from './host-provider.ts';
import { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
import type { ProviderAbilities, ProviderFixture } from './provider-fixture.ts';

export const hostAbilities: ProviderAbilities = {
  marks: false,
  versions: false,
  watch: false,
  leases: false,
  foreign: false,
  deletes: false,
  applies: 'changes',
};

export interface HostFixture extends ProviderFixture {
  readonly fleet: HostFleet;
  readonly files: MemoryFiles;
}

/** Three hosts, with files and commands between them. */
export async function openHostFixture(): Promise<HostFixture> {
  const fleet = new HostFleet();
  const hosts = ['web-1', 'web-2', 'db'];
  const secret = 'key: "s3same"';
  let disturbances = 0;
  return {
    fleet,
    provider: createHostProvider(fleet),
    restart: () => createHostProvider(fleet),
    target: { name: 'racks', settings: { hosts: 'hosts/all.json' } },
    stack: {
      name: 'infra/base',
      path: 'base',
      settings: { playbook: 'play.json' },
      owner: 'mark-of-base',
      formerOwners: [],
    },
    files: createMemoryFiles({
      'hosts/all.json': JSON.stringify({ hosts }),
      'base/play.json': JSON.stringify({ tasks: tasks(secret) }),
    }),
    inputs: {
      greeting: { value: 'hello', sensitive: false },
      password: { value: 'correct horse', sensitive: true },
    },
    secret,
    countWrites: () => fleet.effects.length,
    async disturb(id) {
      disturbances += 1;
      const { scope, name } = parseResourceId(id);
      fleet.edit(scope, name, `edited ${disturbances}`);
    },
    refuse: async (id) => fleet.faults.inject(id, 'stalled'),
    freeze: async () => fleet.link.freeze(),
    unplug: async () => fleet.lose(...hosts),
    close: async () => fleet.link.thaw(),
  };
}

function tasks(secret: string): readonly HostTask[] {
  return [
    { file: '/etc/key', content: secret, secret: true },
    { file: '/etc/motd', content: '$(greeting)' },
    { name: 'seed', command: 'seed --with', executes: 'changed' },
    { name: 'login', command: '$(password)' },
    { file: '/etc/late', content: 'after the commands' },
  ];
}
