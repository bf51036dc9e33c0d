import { hash } from 'node:crypto';

import { isJsonObject, type Json, type JsonObject, readField, readText } from '@trueup/diagnostics';

import {
  type ApplyOptions,
  type DeleteOptions,
  KubernetesApiError,
  type KubernetesClient,
  type Listing,
  type LogOptions,
  type ObjectPlace,
  type PatchOptions,
} from '../kubernetes-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { formatExactJson } from './exact-json.ts';
import {
  type ConnectionOptions,
  type HttpConnection,
  openHttpConnection,
} from './http-connection.ts';
import { keepDiscovery } from './keep-discovery.ts';
import { listPages } from './list-pages.ts';
import { toNoApiServer } from './no-api-server.ts';
import { collectionPath, objectPath } from './object-path.ts';
import { readLines } from './read-lines.ts';
import { unlessMissing } from './unless-missing.ts';
import { watchOnce } from './watch-once.ts';

export interface ClientOptions extends ConnectionOptions {
  /**
   * A watch that says nothing for so long is given up: half-open connections never end by
   * themselves. Servers send a bookmark every minute.
   */
  readonly watchIdleMs: number;
}

/** Connects with the first call. Close it when it is not needed any more. */
export function openKubernetesClient(
  access: ClusterAccess,
  options: ClientOptions,
): KubernetesClient {
  const connection = openHttpConnection(access, options);
  const closing = new AbortController();
  const discovery = keepDiscovery(connection, closing.signal);

  return {
    server: access.server.origin,
    ...discovery,

    async identify(signal) {
      const path = '/api/v1/namespaces/kube-system';
      try {
        const answer = await connection.call({ ...reading, purpose: 'identify', path, signal });
        return readText(answer, 'metadata', 'uid') ?? '';
      } catch (error) {
        // Whoever may only see its own namespaces knows a cluster by where it is and who vouches for it.
        if (!(error instanceof KubernetesApiError && error.status === 403)) {
          throw toNoApiServer(error);
        }
        return `sha256:${hash('sha256', `${access.server.href}\n${access.tls.ca ?? ''}`)}`;
      }
    },

    get: (place, signal) =>
      unlessMissing(async () => {
        const path = objectPath(place);
        return toObject(await connection.call({ ...reading, purpose: 'get', path, signal }));
      }),

    async list(query, signal) {
      const listing = unlessMissing(() => listPages(connection, query, signal));
      return (await listing) ?? empty;
    },
    watch: (query, resourceVersion, signal) => {
      const { watchIdleMs: idleMs, random } = options;
      return watchOnce(connection, { query, resourceVersion, idleMs, random }, signal);
    },

    apply: (place, body, apply) => applyObject(connection, { place, body }, apply),

    mergePatch: (place, patch, writing) =>
      write(connection, { ...patching, path: objectPath(place), body: patch }, writing),
    create: (place, body, writing) => {
      const path = collectionPath(place.kind, place.version, place.namespace);
      return write(connection, { ...creating, path, body }, writing);
    },
    replace: (place, body, writing) =>
      write(connection, { ...replacing, path: objectPath(place), body }, writing),

    delete: (place, deleting) => deleteObject(connection, place, deleting),
    logs: (place, wanted) => readLogs(connection, place, wanted),

    countRequests: () => connection.count(),
    close: () => {
      closing.abort(new Error('The client was closed.'));
      return connection.close();
    },
  };
}

const reading = { method: 'GET', canRepeat: true } as const;
const patching = {
  method: 'PATCH',
  contentType: 'application/merge-patch+json',
  purpose: 'patch',
} as const;
const creating = { method: 'POST', contentType: 'application/json', purpose: 'create' } as const;
const replacing = { method: 'PUT', contentType: 'application/json', purpose: 'replace' } as const;
const empty: Listing = { items: [], resourceVersion: '' };

async function applyObject(
  connection: HttpConnection,
  { place, body }: { readonly place: ObjectPlace; readonly body: JsonObject },
  { fieldManager, dryRun, onlyIf, onWarning, wantsAnswer = true, signal }: ApplyOptions,
): Promise<JsonObject> {
  const answer = await connection.call({
    method: 'PATCH',
    path: objectPath(place),
    query: { fieldManager, force: 'true', ...(dryRun && { dryRun: 'All' }) },
    contentType: 'application/apply-patch+yaml',
    body: formatExactJson(withPrecondition(body, onlyIf)),
    purpose: dryRun ? 'dry-run' : 'apply',
    canRepeat: dryRun,
    wantsAnswer,
    onWarning,
    signal,
  });
  return wantsAnswer ? toObject(answer) : {};
}

interface Write {
  readonly method: 'PATCH' | 'POST' | 'PUT';
  readonly path: string;
  readonly contentType: string;
  readonly purpose: string;
  readonly body: JsonObject;
}

async function write(
  connection: HttpConnection,
  { body, purpose, ...request }: Write,
  { fieldManager, dryRun, signal }: PatchOptions,
): Promise<JsonObject> {
  const answer = await connection.call({
    ...request,
    query: { fieldManager, ...(dryRun && { dryRun: 'All' }) },
    body: formatExactJson(body),
    purpose: dryRun ? 'dry-run' : purpose,
    canRepeat: dryRun,
    signal,
  });
  return toObject(answer);
}

async function deleteObject(
  connection: HttpConnection,
  place: ObjectPlace,
  { onlyIf, propagation, signal }: DeleteOptions,
): Promise<boolean> {
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: propagation,
    ...(onlyIf && { preconditions: { ...onlyIf } }),
  };
  const answer = await unlessMissing(() =>
    connection.call({
      method: 'DELETE',
      path: objectPath(place),
      contentType: 'application/json',
      body: JSON.stringify(body),
      purpose: 'delete',
      canRepeat: false,
      signal,
    }),
  );
  return answer !== undefined;
}

async function* readLogs(
  connection: HttpConnection,
  place: ObjectPlace,
  { container, tailLines, follow, signal }: LogOptions,
): AsyncGenerator<string> {
  const body = await connection.stream({
    ...reading,
    path: `${objectPath(place)}/log`,
    query: {
      tailLines: `${tailLines}`,
      ...(container !== undefined && { container }),
      ...(follow && { follow: 'true' }),
    },
    accept: '*/*',
    purpose: 'logs',
    signal,
  });
  try {
    yield* readLines(body, 1024 * 1024);
  } finally {
    body.destroy();
  }
}

/**
 * No object ever has the resource version 1, which is that of the empty store: asking for it refuses
 * the write when there is an object, and is not looked at when there is none.
 */
const absentVersion = { resourceVersion: '1' };

function withPrecondition(body: JsonObject, onlyIf: ApplyOptions['onlyIf']): JsonObject {
  if (onlyIf === undefined) return body;
  const metadata = readField(body, 'metadata');
  const condition = onlyIf === 'absent' ? absentVersion : { ...onlyIf };
  return { ...body, metadata: { ...(isJsonObject(metadata) && metadata), ...condition } };
}

/** @throws Error when the server answered with something else than an object. */
function toObject(answer: Json): JsonObject {
  if (isJsonObject(answer)) return answer;
  throw new Error('The answer of the API server is no object.');
}
