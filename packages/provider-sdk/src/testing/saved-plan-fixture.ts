import { createMemoryFiles, type MemoryFiles } from './memory-files.ts';
import type { ProviderAbilities, ProviderFixture } from './provider-fixture.ts';
import { SavedPlanCloud } from './saved-plan-cloud.ts';
import type { SavedResource } from './saved-plan-prepare.ts';
import { createSavedPlanProvider } from './saved-plan-provider.ts';

export const savedPlanAbilities: ProviderAbilities = {
  marks: true,
  versions: true,
  watch: false,
  leases: false,
  foreign: true,
  deletes: true,
  applies: 'whole',
};

export interface SavedPlanFixture extends ProviderFixture {
  readonly cloud: SavedPlanCloud;
  readonly files: MemoryFiles;
}

export async function openSavedPlanFixture(): Promise<SavedPlanFixture> {
  const cloud = new SavedPlanCloud();
  const secret = 'tell nobody \\ ever';
  const owner = 'mark-of-network';
  let disturbances = 0;
  return {
    cloud,
    provider: createSavedPlanProvider(cloud),
    restart: () => createSavedPlanProvider(cloud),
    target: { name: 'account', settings: { region: 'north' } },
    stack: { name: 'infra/network', path: 'network', settings: {}, owner, formerOwners: [] },
    files: createMemoryFiles({ 'network/main.json': JSON.stringify({ resources: all(secret) }) }),
    inputs: { password: { value: 'correct horse', sensitive: true } },
    secret,
    countWrites: () => cloud.effects.length,
    async disturb(id) {
      disturbances += 1;
      cloud.applyByHand(owner, id, 'size', -disturbances);
    },
    intrude: async (id) => cloud.drift(id, 'secretNote', secret),
    refuse: async (id) => cloud.faults.inject(id, 'stalled'),
    freeze: async () => cloud.link.freeze(),
    unplug: async () => cloud.link.goDown(),
    close: async () => cloud.link.thaw(),
  };
}

function all(secret: string): readonly SavedResource[] {
  return [
    {
      kind: 'Database',
      name: 'main',
      attributes: { size: 1, secretWord: secret, admin: '$(password)', fixedZone: 'a' },
      outputs: { address: 'id', word: 'secretWord' },
    },
    { kind: 'Bucket', name: 'logs', attributes: { size: 2, tags: { team: 'web' } } },
    { kind: 'Rule', name: 'allow', attributes: { size: 3, to: '@Database.main' } },
  ];
}
