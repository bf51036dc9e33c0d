import { isJsonObject, type Json, type JsonObject, readList, readText } from '@trueup/diagnostics';

import { KubernetesApiError, type Listing, type ListQuery } from '../kubernetes-client.ts';
import type { HttpConnection } from './http-connection.ts';
import { apiVersionOf, collectionPath } from './object-path.ts';

/** What kubectl and the informers ask for: a page of large objects still fits into memory. */
const pageSize = '500';

const metadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

export async function listPages(
  connection: HttpConnection,
  query: ListQuery,
  signal: AbortSignal,
): Promise<Listing> {
  try {
    return await readPages(connection, query, { limit: pageSize }, signal);
  } catch (error) {
    // Compacted away between two pages: all at once is one consistent look.
    if (!(error instanceof KubernetesApiError && error.status === 410)) throw error;
    return readPages(connection, query, {}, signal);
  }
}

async function readPages(
  connection: HttpConnection,
  query: ListQuery,
  page: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Listing> {
  const { kind, version, atMost = Number.POSITIVE_INFINITY } = query;
  // Items of a list do not name their type.
  const type = { apiVersion: apiVersionOf(kind, version), kind: kind.kind };
  const items: JsonObject[] = [];
  for (let token = ''; ; ) {
    const asked = { ...page, ...(token && { continue: token }) };
    const answer = await readPage(connection, query, asked, signal);
    for (const item of readObjects(answer)) items.push({ ...item, ...type });
    token = readText(answer, 'metadata', 'continue') ?? '';
    const resourceVersion = readText(answer, 'metadata', 'resourceVersion') ?? '';
    if (token === '') return { items, resourceVersion };
    if (items.length >= atMost) return { items, resourceVersion, cutShort: true };
  }
}

function readObjects(answer: Json): readonly JsonObject[] {
  return readList(answer, 'items').filter(isJsonObject);
}

function readPage(
  connection: HttpConnection,
  query: ListQuery,
  page: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Json> {
  const { kind, version, namespace, metadataOnly } = query;
  return connection.call({
    method: 'GET',
    path: collectionPath(kind, version, namespace),
    query: { ...selectors(query), ...page },
    ...(metadataOnly && { accept: metadataList }),
    purpose: 'list',
    canRepeat: true,
    signal,
  });
}

export function selectors(query: ListQuery): Record<string, string> {
  const { labelSelector, fieldSelector } = query;
  return { ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) };
}
