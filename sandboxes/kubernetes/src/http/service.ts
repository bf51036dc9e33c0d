import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import type { OpenApiDocuments } from '../openapi/open-api-documents.ts';
import type { WatchHub } from '../watch/watch-hub.ts';

/** What requests are answered from. */
export interface Service {
  readonly cluster: Cluster;
  readonly hub: WatchHub;
  readonly documents: OpenApiDocuments;
  /** What `/version` answers. */
  readonly version: JsonObject;
}
