/** Reads an object of a request into a draft that has all of the server's defaults. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, badRequest } from '../http/api-error.ts';
import { type Draft, toDraft } from '../object/draft.ts';
import { showJson } from '../object/show-json.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { type Decoded, DecodeError, decodeObject } from '../schema/decode.ts';
import { decodeCustom } from '../schema/decode-custom.ts';
import type { WriteRequest } from './write-request.ts';

/**
 * @returns without apiVersion and kind.
 * @throws ApiError 400 when it is no such object.
 */
export function decodeBody(cluster: Cluster, request: WriteRequest, body: JsonObject): Draft {
  checkKind(request, body);
  const { draft, unknownFields } = decode(request, body);
  reportUnknown(request, unknownFields);
  delete draft['apiVersion'];
  delete draft['kind'];
  draft['metadata'] ??= {};
  return withDefaults(cluster, request, draft);
}

/** Defaults are those of the version in which objects are stored. */
function withDefaults(cluster: Cluster, { type, version }: WriteRequest, draft: Draft): Draft {
  const { setDefaults } = cluster.strategyOf(type);
  if (!setDefaults) return draft;
  const stored = version.conversion ? toDraft(version.conversion.toStored(draft)) : draft;
  setDefaults(stored);
  return version.conversion ? toDraft(version.conversion.fromStored(stored)) : stored;
}

function decode(request: WriteRequest, body: JsonObject): Decoded {
  const { version } = request;
  try {
    if (version.customSchema) return decodeCustom(version.customSchema, body);
    if (version.type) return decodeObject(version.type, body);
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(request, error.message);
    throw error;
  }
  return { draft: toDraft(body), unknownFields: [] };
}

function checkKind({ type, version }: WriteRequest, body: JsonObject): void {
  const apiVersion = showJson(body['apiVersion']);
  const kind = showJson(body['kind']);
  if (type.source === 'custom' && kind === '') {
    throw badRequest(`Object 'Kind' is missing in the request body`);
  }
  const expected = groupVersion(type.group, version.version);
  if (kind !== '' && kind !== type.kind) {
    throw badRequest(
      `${kind} in version ${JSON.stringify(bareVersion(apiVersion))} cannot be handled as a ${type.kind}: converting (${apiVersion}).${kind} to (${type.group}).${type.kind}: unknown conversion`,
    );
  }
  if (apiVersion !== '' && apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
}

function bareVersion(apiVersion: string): string {
  return apiVersion.split('/').at(-1) ?? '';
}

function cannotBeHandled(request: WriteRequest, why: string): Error {
  return badRequest(describe(request, why));
}

function describe({ type, version }: WriteRequest, why: string): string {
  return `${type.kind} in version ${JSON.stringify(version.version)} cannot be handled as a ${type.kind}: ${why}`;
}

/** The client asked for a refusal of unknown fields. */
export class UnknownFieldsError extends ApiError {
  /** Which they are, in the server's words. */
  readonly why: string;

  constructor(request: WriteRequest, texts: readonly string[]) {
    const why = `strict decoding error: ${texts.join(', ')}`;
    super(400, 'BadRequest', describe(request, why));
    this.why = why;
  }
}

function reportUnknown(request: WriteRequest, fields: readonly string[]): void {
  const texts = [
    ...(request.duplicates ?? []).map((field) => `duplicate field ${JSON.stringify(field)}`),
    ...fields.map((field) => `unknown field ${JSON.stringify(field)}`),
  ];
  switch (request.options.fieldValidation) {
    case 'Ignore':
      return;
    case 'Warn':
      for (const text of texts) request.warn(text);
      return;
    case 'Strict':
      if (texts.length > 0) throw new UnknownFieldsError(request, texts);
  }
}
