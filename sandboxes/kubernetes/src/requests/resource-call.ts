import type { Cluster } from '../cluster/cluster.ts';
import { notFound } from '../http/api-error.ts';
import type { Call } from '../http/call.ts';
import type { Format } from '../http/negotiate.ts';
import type { ApiPath } from '../http/parse-request.ts';
import { typeKey } from '../resources/resource-registry.ts';
import type { ResourceType, ServedVersion } from '../resources/resource-type.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { WatchHub } from '../watch/watch-hub.ts';
import { readWriteOptions } from './read-query.ts';
import type { Rendering } from './render-object.ts';
import type { WriteRequest } from './write-request.ts';

/** A request for objects of one type, read as far as all verbs have in common. */
export interface ResourceCall {
  readonly cluster: Cluster;
  readonly hub: WatchHub;
  readonly call: Call;
  readonly path: ApiPath;
  readonly type: ResourceType;
  readonly version: ServedVersion;
  readonly format: Format;
  /** Collects what goes into `Warning` headers. */
  readonly warnings: string[];
}

export function writeRequest(
  { call, path, type, version, warnings }: ResourceCall,
  optionsKind: Parameters<typeof readWriteOptions>[1],
): WriteRequest {
  return {
    type,
    version,
    namespace: path.namespace,
    name: path.name,
    subresource: path.subresource,
    options: readWriteOptions(call, optionsKind),
    warn: (text) => void warnings.push(text),
  };
}

export function renderingOf({ type, version, format, call }: ResourceCall): Rendering {
  const asked = call.query.get('includeObject') ?? 'Metadata';
  const includeObject = asked === 'None' || asked === 'Object' ? asked : 'Metadata';
  return { type, version, format, includeObject };
}

/** @throws ApiError 404 */
export function storedOf({ cluster, type, path }: ResourceCall): StoredObject {
  const { namespace, name } = path;
  const stored = cluster.store.get({ resource: typeKey(type), namespace, name });
  if (!stored) throw notFound(type, name);
  return stored;
}
