/** What a request is about, as faults select by it and the log tells it. */

import type { Call } from '../http/call.ts';
import { parseApiPath } from '../http/parse-request.ts';
import { qualifiedName } from '../resources/resource-type.ts';

/** `apply` is a server-side apply, `patch` any other; `document` is what names no objects. */
export type Verb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  | 'apply'
  | 'delete'
  | 'deletecollection'
  | 'document';

export interface RequestInfo {
  readonly verb: Verb;
  /** As `deployments.apps`, `pods`; empty for documents. */
  readonly resource: string;
  readonly subresource: string;
  /** Empty for all of them, and for what lies in none. */
  readonly namespace: string;
  /** Empty for collections. */
  readonly name: string;
  readonly path: string;
  readonly dryRun: boolean;
  /** Of an apply; for other writes where the client says it. */
  readonly fieldManager: string;
  readonly userAgent: string;
}

export function describeRequest(call: Call): RequestInfo {
  const path = parseApiPath(call.path);
  const about = {
    path: call.path,
    dryRun: call.query.getAll('dryRun').includes('All'),
    fieldManager: call.query.get('fieldManager') ?? '',
    userAgent: call.headers['user-agent'] ?? '',
  };
  if (!path) {
    return { ...about, verb: 'document', resource: '', subresource: '', namespace: '', name: '' };
  }
  const { group, resource, subresource, namespace, name } = path;
  const verb = verbOf(call, { isWatch: path.isWatchPath, isCollection: name === '' });
  return {
    ...about,
    verb,
    resource: qualifiedName({ group, resource }),
    subresource,
    namespace,
    name,
  };
}

export function isWrite(verb: Verb): boolean {
  return verb !== 'get' && verb !== 'list' && verb !== 'watch' && verb !== 'document';
}

function verbOf(
  { method, query, headers }: Call,
  { isWatch, isCollection }: { readonly isWatch: boolean; readonly isCollection: boolean },
): Verb {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return headers['content-type']?.startsWith('application/apply-patch') ? 'apply' : 'patch';
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete';
    default:
      if (isWatch || /^(?:true|1)$/.test(query.get('watch') ?? '')) return 'watch';
      return isCollection ? 'list' : 'get';
  }
}
