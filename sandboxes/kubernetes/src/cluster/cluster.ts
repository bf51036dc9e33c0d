import type { JsonObject } from '@trueup/diagnostics';

import type { Strategy } from '../kinds/strategy.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { ClusterState } from './cluster-state.ts';

/** Everything that a request works on. */
export interface Cluster extends ClusterState {
  /** What is special about objects of this type. */
  readonly strategyOf: (type: ResourceType) => Strategy;
  /** Schemas of the built-in types, as OpenAPI names them. */
  readonly components: Readonly<Record<string, JsonObject>>;
}
