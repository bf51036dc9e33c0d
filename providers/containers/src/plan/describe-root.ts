import { hash } from 'node:crypto';

import { formatJson, type JsonObject } from '@trueup/diagnostics';
import { digestBody, type FieldChange, type ResourceId } from '@trueup/provider-sdk';

import { metaOf, specOf } from '../marks/resource-body.ts';
import { containersOf, specMarkOf } from '../observe/observed-body.ts';
import type { PlanScene } from './plan-scene.ts';

/** Stands for all of a desired body: its seal where it holds secrets. */
export function digestDesired(
  id: ResourceId,
  body: JsonObject,
  { seal }: Pick<PlanScene, 'seal'>,
): { readonly digest: string; readonly sensitive: boolean } {
  const { sensitive, replicas } = metaOf(body);
  const content = { spec: specOf(body), replicas };
  if (sensitive.length === 0) return { digest: digestBody(content), sensitive: false };
  return { digest: seal(formatJson(content), id, []), sensitive: true };
}

/** What is there and goes: marks hold no secrets, and say what it was asked to be. */
export function describeGoing(body: JsonObject): FieldChange {
  const marks = containersOf(body).map((one) => specMarkOf(one) ?? one.image);
  const text = marks.length > 0 ? formatJson(marks) : formatJson(body);
  return { path: [], before: `sha256:${hash('sha256', text)}`, sensitive: false };
}
