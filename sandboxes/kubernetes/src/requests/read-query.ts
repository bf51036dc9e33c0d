/** Reads what clients ask for in a query string. */

import type { JsonObject } from '@trueup/diagnostics';

import { type ApiError, badRequest, invalid } from '../http/api-error.ts';
import type { Call } from '../http/call.ts';
import { readList, readText } from '../object/read-fields.ts';
import { storedEventField } from '../resources/convert-versions.ts';
import {
  type FieldSelector,
  parseFieldSelector,
  unknownFieldMessage,
  unsupportedField,
} from '../selectors/field-selector.ts';
import { type LabelSelector, parseLabelSelector } from '../selectors/label-selector.ts';
import {
  invalidField,
  requiredField,
  unsupportedField as unsupported,
} from '../validation/field-error.ts';
import type { WriteOptions } from './write-request.ts';

export interface Selection {
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
}

/** @throws ApiError 400 for a selector that cannot be read or asks for a field that is not indexed. */
export function readSelection(
  query: URLSearchParams,
  resource: string,
  selectable: readonly string[] = [],
): Selection {
  const labelText = query.get('labelSelector') ?? '';
  const fieldText = query.get('fieldSelector') ?? '';
  const labels = parseLabelSelector(labelText);
  if (!labels) throw badRequest(`unable to parse requirement: found '${labelText}'`);
  const fields = parseFieldSelector(fieldText);
  if (!fields)
    throw badRequest(`invalid selector: '${fieldText}'; can't understand '${fieldText}'`);
  const unknown = unsupportedField(fields, resource, selectable);
  if (unknown !== undefined) {
    throw badRequest(unknownFieldMessage(unknown, resource, selectable));
  }
  const isNewerEvent = resource === 'events.k8s.io/events';
  const stored = isNewerEvent
    ? fields.map((one) => ({ ...one, field: storedEventField(one.field) }))
    : fields;
  return { labels, fields: stored };
}

/** @throws ApiError for an option that has no such value. */
export function readWriteOptions(
  call: Call,
  optionsKind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): WriteOptions {
  const { query } = call;
  const dryRun = readDryRun(query.getAll('dryRun'), optionsKind);
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (!/^(?:Strict|Warn|Ignore|)$/.test(fieldValidation)) {
    throw invalidOption(optionsKind, [
      unsupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']),
    ]);
  }
  return {
    dryRun,
    manager: readManager(call, optionsKind),
    fieldValidation: isValidation(fieldValidation) ? fieldValidation : 'Warn',
  };
}

export function readDryRun(values: readonly string[], optionsKind: string): boolean {
  const asked = values.filter((one) => one !== '');
  if (asked.some((one) => one !== 'All')) {
    throw invalidOption(optionsKind, [unsupported('dryRun', asked, ['All'])]);
  }
  return asked.length > 0;
}

function isValidation(text: string): text is WriteOptions['fieldValidation'] {
  return text === 'Strict' || text === 'Warn' || text === 'Ignore';
}

function readManager({ query, headers }: Call, optionsKind: string): string {
  const named = query.get('fieldManager') ?? '';
  if (named.length > 128) {
    throw invalidOption(optionsKind, [
      {
        reason: 'FieldValueTooLong',
        message: 'Too long: may not be more than 128 bytes',
        field: 'fieldManager',
      },
    ]);
  }
  const [unprintable] = [...named].entries().filter(([, one]) => /\p{C}/u.test(one));
  if (unprintable) {
    const [position, character] = unprintable;
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const detail = `invalid character U+${code} (at position ${position})`;
    throw invalidOption(optionsKind, [invalidField('fieldManager', named, detail)]);
  }
  if (named !== '') return named;
  const agent = headers['user-agent'] ?? '';
  return (agent.split('/')[0] ?? '').slice(0, 128);
}

/** For an apply, where the server guesses no manager. */
export function requireManager(query: URLSearchParams): void {
  if ((query.get('fieldManager') ?? '') !== '') return;
  throw invalidOption('PatchOptions', [
    requiredField('fieldManager', 'is required for apply patch'),
  ]);
}

export function invalidOption(kind: string, causes: Parameters<typeof invalid>[2]): ApiError {
  return invalid({ group: 'meta.k8s.io', kind }, '', causes);
}

export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The body wins over the query, as on the server. */
export function readDeleteOptions(
  query: URLSearchParams,
  body: JsonObject | undefined,
): DeleteOptions {
  const source = body ?? fromQuery(query);
  const kind = readText(source, 'kind') ?? 'DeleteOptions';
  if (kind !== 'DeleteOptions') throw badRequest(`expect DeleteOptions, got ${kind}`);
  const dryRuns = readList(source, 'dryRun').filter((one) => typeof one === 'string');
  const uid = readText(source, 'preconditions', 'uid');
  const resourceVersion = readText(source, 'preconditions', 'resourceVersion');
  const { gracePeriodSeconds } = source;
  return {
    dryRun: readDryRun(dryRuns, 'DeleteOptions'),
    gracePeriodSeconds: typeof gracePeriodSeconds === 'number' ? gracePeriodSeconds : undefined,
    propagationPolicy: readPropagation(source),
    preconditions: {
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  };
}

function fromQuery(query: URLSearchParams): JsonObject {
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  return {
    dryRun: query.getAll('dryRun'),
    ...(grace !== null && grace !== '' && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: orphan === 'true' }),
  };
}

function readPropagation(source: JsonObject): DeleteOptions['propagationPolicy'] {
  const { propagationPolicy: policy, orphanDependents } = source;
  if (orphanDependents === true) return 'Orphan';
  if (orphanDependents === false) return 'Background';
  if (policy === 'Background' || policy === 'Foreground' || policy === 'Orphan') return policy;
  if (policy === undefined || policy === null || policy === '') return undefined;
  throw invalidOption('DeleteOptions', [
    unsupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']),
  ]);
}
