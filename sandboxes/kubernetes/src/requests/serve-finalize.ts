/** Takes the finalizers that hold the content of a namespace. */

import { methodNotAllowed } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { readObjectBody } from '../http/read-body-value.ts';
import { jsonReply } from '../http/reply.ts';
import { copyJson, ensureDraft, toDraft } from '../object/draft.ts';
import { readList, readText } from '../object/read-fields.ts';
import { finalizersOf } from '../validation/validate-metadata.ts';
import { renderValue } from './render-object.ts';
import { type ResourceCall, renderingOf, storedOf } from './resource-call.ts';

export async function serveFinalize(request: ResourceCall): Promise<Reply> {
  const { call, cluster, format } = request;
  if (call.method !== 'PUT') throw methodNotAllowed();
  const body = await readObjectBody(call);
  const stored = storedOf(request);
  const draft = toDraft(cluster.store.valueOf(stored));
  const finalizers = readList(body, 'spec', 'finalizers');
  const spec = ensureDraft(draft, 'spec');
  if (finalizers.length > 0) spec['finalizers'] = finalizers.map(copyJson);
  else delete spec['finalizers'];
  const metadata = ensureDraft(draft, 'metadata');
  const isDeleted = readText(draft, 'metadata', 'deletionTimestamp') !== undefined;
  const isFree = isDeleted && finalizers.length === 0 && finalizersOf(metadata).length === 0;
  const written = isFree
    ? cluster.store.remove(stored, draft)
    : cluster.store.put(stored.resource, draft);
  const value = cluster.store.valueOf(written);
  return jsonReply(200, renderValue(cluster, value, renderingOf(request)), format);
}
