/** Reads what a watch asks for and hands it to the hub. */

import { ApiError } from '../http/api-error.ts';
import type { Reply } from '../http/call.ts';
import { typeKey } from '../resources/resource-registry.ts';
import { parseFieldSelector } from '../selectors/field-selector.ts';
import type { WatchQuery } from '../watch/watch-hub.ts';
import { invalidOption, readSelection, type Selection } from './read-query.ts';
import { type ResourceCall, renderingOf } from './resource-call.ts';

/** The real server ends a watch after 30 to 60 minutes. */
const defaultTimeoutMs = 45 * 60 * 1000;

export function watchObjects(request: ResourceCall): Reply {
  const query = readWatchQuery(request);
  return {
    kind: 'stream',
    contentType: 'application/json',
    start: (sink) => request.hub.add(query, sink),
  };
}

function readWatchQuery(request: ResourceCall): WatchQuery {
  const { call, type, path } = request;
  const { query } = call;
  const resource = typeKey(type);
  const version = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(version)) {
    const parsed = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw new ApiError(
      500,
      '',
      `resourceVersion: Invalid value: ${JSON.stringify(version)}: ${parsed}`,
    );
  }
  const asksInitial = query.get('sendInitialEvents');
  checkInitialEvents(query, asksInitial);
  const startsNow = version === '' || version === '0';
  const sendsInitialEvents = asksInitial === null ? startsNow : isTrue(asksInitial);
  const allowsBookmarks = isTrue(query.get('allowWatchBookmarks'));
  const timeoutSeconds = Number(query.get('timeoutSeconds') ?? 0);
  return {
    resource,
    namespace: path.namespace,
    selection: withName(
      readSelection(query, `${type.group}/${type.resource}`, type.selectableFields),
      path.name,
    ),
    rendering: renderingOf(request),
    since: startsNow || sendsInitialEvents ? undefined : Number(version),
    sendsInitialEvents,
    marksInitialEnd: asksInitial !== null && isTrue(asksInitial) && allowsBookmarks,
    allowsBookmarks,
    timeoutMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 : defaultTimeoutMs,
  };
}

function withName(selection: Selection, name: string): Selection {
  if (name === '') return selection;
  const own = parseFieldSelector(`metadata.name=${name}`) ?? [];
  return { ...selection, fields: [...selection.fields, ...own] };
}

function checkInitialEvents(query: URLSearchParams, asksInitial: string | null): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const complain = (field: string, detail: string): never => {
    throw invalidOption('ListOptions', [
      { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field },
    ]);
  };
  if (asksInitial === null && match !== '') {
    complain(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  if (asksInitial !== null && match !== 'NotOlderThan') {
    complain(
      'resourceVersionMatch',
      'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  }
}

function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}
