import type { JsonObject } from '@trueup/diagnostics';

import { metaOf, specOf } from '../marks/resource-body.ts';

/** What a replica is called; as compose calls it, so that people find it. */
export function containerName(body: JsonObject, number: number): string {
  const own = specOf(body)['container_name'];
  if (typeof own === 'string') return own;
  const { project, service } = metaOf(body);
  return `${project}-${service}-${number}`;
}
