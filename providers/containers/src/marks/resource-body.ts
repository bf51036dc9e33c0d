/** What a desired body holds besides what is compared. */
import {
  isJsonList,
  type Json,
  type JsonObject,
  readObject,
  readText,
  readTexts,
} from '@trueup/diagnostics';

/** The member of a body that only tells us how to bring it about. It is never compared. */
const metaMember = '~';

export interface BodyMeta {
  readonly project: string;
  readonly service: string;
  readonly replicas: number;
  /** Paths below which values are secret, in steps. */
  readonly sensitive: readonly (readonly string[])[];
  readonly order: 'start-first' | 'stop-first';
  /** Resource ids of services whose namespaces it shares. */
  readonly parents: readonly string[];
  /** `Network/name` and `Volume/name`: what others make, and has to be there. */
  readonly externals: readonly string[];
  /** Where nothing may be fetched from: the image has to be there. */
  readonly isLocal: boolean;
}

export function withMeta(spec: JsonObject, meta: BodyMeta): JsonObject {
  const { project, service, replicas, sensitive, order, parents, externals, isLocal } = meta;
  const own = { project, service, replicas, sensitive, order, parents, externals, isLocal };
  return { ...spec, [metaMember]: own };
}

export function metaOf(body: JsonObject): BodyMeta {
  const meta = readObject(body[metaMember]);
  const { replicas, sensitive, parents } = meta;
  return {
    project: readText(meta, 'project') ?? '',
    service: readText(meta, 'service') ?? '',
    replicas: typeof replicas === 'number' ? replicas : 1,
    sensitive: isJsonList(sensitive) ? sensitive.map((path: Json) => readTexts(path)) : [],
    order: readText(meta, 'order') === 'stop-first' ? 'stop-first' : 'start-first',
    parents: readTexts(parents),
    externals: readTexts(meta['externals']),
    isLocal: meta['isLocal'] === true,
  };
}

/** What is compared. */
export function specOf(body: JsonObject): JsonObject {
  const { [metaMember]: _meta, ...spec } = body;
  return spec;
}
