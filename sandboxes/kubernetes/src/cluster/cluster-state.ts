import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type { VersionedStore } from '../storage/versioned-store.ts';
import type { Allocators } from './allocators.ts';
import type { Clock } from './clock.ts';

/** What lives in a cluster, and what is unique in it. */
export interface ClusterState {
  readonly store: VersionedStore;
  readonly registry: ResourceRegistry;
  readonly clock: Clock;
  readonly allocators: Allocators;
  /** Random letters and digits, as generated names end in. */
  readonly randomSuffix: (length: number) => string;
  readonly createUid: () => string;
  /** Signs tokens of service accounts. Of this cluster alone, and gone with it. */
  readonly tokenKey: Buffer;
}
