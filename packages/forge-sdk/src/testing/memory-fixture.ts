import type { Forge } from '../forge.ts';
import { FaultClock } from './fault-clock.ts';
import type { ForgeAbilities, ForgeFixture } from './forge-fixture.ts';
import { ForgeWorld } from './forge-world.ts';
import { signMemoryDelivery, writeMemoryDelivery } from './memory-delivery.ts';
import { createMemoryForge } from './memory-forge.ts';
import { MemoryLink } from './memory-link.ts';
import { createWorldStage } from './world-stage.ts';

export const memoryAbilities: ForgeAbilities = {
  mergeMethods: ['merge', 'squash', 'fast-forward'],
  commentedReviews: true,
  replacesVerdicts: false,
  nestedGroups: true,
  conditionalRequests: false,
  signs: 'body',
};

export interface MemoryFixture extends ForgeFixture {
  readonly world: ForgeWorld;
  readonly link: MemoryLink;
}

/** A forge in memory with a repository `shop/gitops`. */
export async function openMemoryFixture(): Promise<MemoryFixture> {
  const world = new ForgeWorld();
  const path = 'shop/gitops';
  world.createRepository(path);
  const self = { ...world.createUser('trueup') };
  world.repository(path).permissions.set(self.id, 'admin');
  const clock = new FaultClock();
  const link = new MemoryLink(clock);
  const forge = createMemoryForge({ world, link, self });
  const token = 'memory-token-0123456789';
  return {
    world,
    link,
    forge,
    self,
    token,
    repository: { path, credential: { kind: 'token', token } },
    stage: createWorldStage(world, path),
    faults: link,
    pageLength: 3,
    deliver: (event, secret) => writeMemoryDelivery(event, { repository: path, secret }),
    sign: signMemoryDelivery,
    countRequests: () => link.requests,
    countWrites: () => link.writes,
    countUnchanged: () => 0,
    waits: () => clock.waits,
    impatient: impatient(forge, link),
    close: async () => undefined,
  };
}

function impatient(forge: Forge, link: MemoryLink): Forge {
  return {
    ...forge,
    mergeRequest: (...args) => {
      link.impatient = true;
      return forge.mergeRequest(...args);
    },
  };
}
