import { createHash, randomBytes, randomUUID } from 'node:crypto';

import { builtInStrategy, customStrategy } from '../kinds/built-in-strategies.ts';
import { readApiKnowledge } from '../resources/read-api-knowledge.ts';
import { ResourceRegistry, typeKey } from '../resources/resource-registry.ts';
import { VersionedStore } from '../storage/versioned-store.ts';
import { createAllocators } from './allocators.ts';
import type { Clock } from './clock.ts';
import type { Cluster } from './cluster.ts';

/** Of texts that only the history holds; a write adds some kilobytes. */
const maxHistoryBytes = 32 * 1024 * 1024;

/** A cluster of its own, with nothing in it. */
export function createCluster({
  clock,
  historyEvents,
}: {
  readonly clock: Clock;
  readonly historyEvents: number;
}): Cluster {
  const knowledge = readApiKnowledge();
  const store = new VersionedStore({ maxEvents: historyEvents, maxBytes: maxHistoryBytes });
  return {
    store,
    registry: new ResourceRegistry(knowledge.resources),
    clock,
    allocators: createAllocators(store, Math.random),
    randomSuffix,
    createUid: randomUUID,
    tokenKey: randomBytes(32),
    strategyOf: (type) =>
      type.source === 'custom' ? customStrategy : builtInStrategy(typeKey(type)),
    components: Object.fromEntries(knowledge.schemas),
  };
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** Of the characters that Kubernetes takes, which spell no words. */
function randomSuffix(length: number): string {
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
}

/** The same for the same text, so that a sandbox of the same name is the same cluster. */
export function stableUid(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  return parts.join('-');
}
