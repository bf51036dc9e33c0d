/** Lists: selection, paging over one consistent snapshot, and what `resourceVersion` asks for. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, badRequest, expired } from '../http/api-error.ts';
import { matchesFields } from '../selectors/field-selector.ts';
import { matchesLabels } from '../selectors/label-selector.ts';
import { keyOf } from '../storage/object-index.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { forbiddenField, unsupportedField } from '../validation/field-error.ts';
import { invalidOption, type Selection } from './read-query.ts';

export interface ListQuery {
  readonly resource: string;
  /** Empty for all of them. */
  readonly namespace: string;
  readonly selection: Selection;
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
}

export interface Page {
  readonly revision: number;
  readonly objects: readonly StoredObject[];
  /** Absent on the last page. */
  readonly next: { readonly token: string; readonly remaining: number | undefined } | undefined;
}

export function readListQuery(
  query: URLSearchParams,
  about: Pick<ListQuery, 'resource' | 'namespace' | 'selection'>,
): ListQuery {
  return {
    ...about,
    limit: isAnyVersion(query) ? 0 : readLimit(query.get('limit')),
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  };
}

/** Such a list comes from the server's cache, which has no pages. */
function isAnyVersion(query: URLSearchParams): boolean {
  return query.get('resourceVersion') === '0' && (query.get('continue') ?? '') === '';
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return 0;
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Math.max(0, Number(text));
}

/**
 * @throws ApiError 410 when the revision that is asked for is no longer known. For a token the
 * refusal holds another one that goes on from there with the present state.
 */
export function listObjects({ store }: Cluster, query: ListQuery): Page {
  checkVersionMatch(query);
  const start = query.continueToken === '' ? undefined : parseToken(query.continueToken);
  const revision = revisionOf(start) ?? exactRevision(query) ?? store.revision;
  if (revision > store.revision) throw tooLarge(revision, store.revision);
  const all = candidates(store, query, revision);
  if (!all) throw goneFor(start);
  const after = start ? all.filter((one) => orderKey(one) > start.after) : all;
  return isEverything(query.selection)
    ? pageOf(query, after, revision)
    : selectPage(store, query, after, revision);
}

function pageOf({ limit }: ListQuery, all: readonly StoredObject[], revision: number): Page {
  if (limit === 0 || all.length <= limit) return { revision, objects: all, next: undefined };
  return { revision, ...cut(all.slice(0, limit), revision, all.length - limit) };
}

/** The server does not look beyond a full page, so it does not know whether anything follows. */
function selectPage(
  store: Cluster['store'],
  { limit, selection }: ListQuery,
  all: readonly StoredObject[],
  revision: number,
): Page {
  const objects: StoredObject[] = [];
  for (const [index, one] of all.entries()) {
    if (!isSelected(store, one, selection)) continue;
    objects.push(one);
    if (objects.length === limit && index < all.length - 1) {
      return { revision, ...cut(objects, revision, undefined) };
    }
  }
  return { revision, objects, next: undefined };
}

function cut(
  objects: readonly StoredObject[],
  revision: number,
  remaining: number | undefined,
): Pick<Page, 'objects' | 'next'> {
  const last = objects.at(-1);
  const token = formatToken({ revision, after: last ? orderKey(last) : '' });
  return { objects, next: { token, remaining } };
}

function candidates(
  store: Cluster['store'],
  { resource, namespace, selection, limit }: ListQuery,
  revision: number,
): readonly StoredObject[] | undefined {
  if (revision < store.revision) return store.listAt(resource, namespace, revision);
  const exact = selection.labels.find(
    ({ operator, values }) => operator === 'in' && values.length === 1,
  );
  // The index knows only what is selected, which is not where a page ends.
  if (!exact || limit > 0) return store.list(resource, namespace);
  return store.listByLabel(resource, { label: exact.key, value: exact.values[0] ?? '', namespace });
}

export function isSelected(
  store: Cluster['store'],
  object: StoredObject,
  { labels, fields }: Selection,
): boolean {
  if (!matchesLabels(labels, object.labels)) return false;
  return fields.every((requirement) => {
    if (requirement.field === 'metadata.name') {
      return (object.name === requirement.value) !== requirement.negated;
    }
    if (requirement.field === 'metadata.namespace') {
      return (object.namespace === requirement.value) !== requirement.negated;
    }
    return matchesFields([requirement], store.valueOf(object));
  });
}

export function isEverything({ labels, fields }: Selection): boolean {
  return labels.length === 0 && fields.length === 0;
}

/** The members of `metadata` of a list. */
export function listMetadata({ revision, next }: Page): JsonObject {
  return {
    resourceVersion: String(revision),
    ...(next && { continue: next.token }),
    ...(next?.remaining !== undefined && { remainingItemCount: next.remaining }),
  };
}

/** Below `0` names no revision at all, so that it cannot occur in a name. */
function orderKey({ namespace, name }: StoredObject): string {
  return keyOf(namespace, name);
}

/** A token without a revision goes on with the present state. */
function revisionOf(token: Token | undefined): number | undefined {
  return token && token.revision > 0 ? token.revision : undefined;
}

interface Token {
  readonly revision: number;
  readonly after: string;
}

function formatToken({ revision, after }: Token): string {
  const json = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\u0000` });
  return Buffer.from(json).toString('base64url');
}

function parseToken(token: string): Token {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'rv' in parsed && 'start' in parsed) {
      const { rv, start } = parsed;
      if (typeof rv === 'number' && typeof start === 'string' && start.endsWith('\u0000')) {
        return { revision: rv, after: start.slice(0, -1) };
      }
    }
  } catch {
    // Whatever was wrong with it, it is no token of ours.
  }
  throw badRequest('continue key is not valid: incorrect encoded start resourceVersion');
}

function exactRevision({ resourceVersion, resourceVersionMatch }: ListQuery): number | undefined {
  if (resourceVersion === '' || resourceVersion === '0') return undefined;
  if (!/^\d+$/.test(resourceVersion)) {
    throw badRequest(`Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint`);
  }
  return resourceVersionMatch === 'Exact' ? Number(resourceVersion) : undefined;
}

function checkVersionMatch(query: ListQuery): void {
  const { resourceVersion, resourceVersionMatch: match, continueToken } = query;
  if (continueToken !== '' && resourceVersion !== '' && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if (match === '') return;
  const why = forbiddenMatch(query);
  if (why !== undefined) throw invalidOption('ListOptions', [forbiddenField(matchField, why)]);
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw invalidOption('ListOptions', [
      unsupportedField(matchField, match, ['Exact', 'NotOlderThan', '']),
    ]);
  }
}

const matchField = 'resourceVersionMatch';

function forbiddenMatch(query: ListQuery): string | undefined {
  const { resourceVersion, resourceVersionMatch: match, continueToken } = query;
  if (resourceVersion === '') {
    return 'resourceVersionMatch is forbidden unless resourceVersion is provided';
  }
  if (continueToken !== '') return 'resourceVersionMatch is forbidden when continue is provided';
  if (match === 'Exact' && resourceVersion === '0') {
    return 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"';
  }
  return undefined;
}

function goneFor(start: Token | undefined): ApiError {
  if (!start) {
    return expired(`The resourceVersion for the provided list is too old.`);
  }
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    { continue: formatToken({ revision: 0, after: start.after }) },
  );
}

function tooLarge(asked: number, present: number): ApiError {
  return new ApiError(504, 'Timeout', `Too large resource version: ${asked}, current: ${present}`, {
    details: {
      causes: [
        { reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' },
      ],
      retryAfterSeconds: 1,
    },
  });
}
