/**
 * What ran last is kept on the object that ran: a digest of what it was asked to be. It tells whether
 * the same has run before, also to a process that has seen nothing of it.
 */
import { type JsonObject, readObject } from '@trueup/diagnostics';

import { annotationOf } from '../client/read-fields.ts';

export const ranAnnotation = 'trueup.dev/ran';

export function stampRan(body: JsonObject, content: string): JsonObject {
  const metadata = readObject(body, 'metadata');
  const annotations = { ...readObject(metadata, 'annotations'), [ranAnnotation]: content };
  return { ...body, metadata: { ...metadata, annotations } };
}

export function ranContentOf(body: JsonObject): string | undefined {
  return annotationOf(body, ranAnnotation);
}
