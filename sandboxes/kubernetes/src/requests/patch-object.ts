/** The four kinds of patches, each of which makes a new object from the present one. */

import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, badRequest, conflict, invalid, notFound } from '../http/api-error.ts';
import { writeJson } from '../object/json-text.ts';
import { readText } from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';
import { applyJsonPatch, PatchError } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { typeKey } from '../resources/resource-registry.ts';
import { groupVersion } from '../resources/resource-type.ts';
import { withoutZeros } from '../schema/zero-object.ts';
import { invalidField } from '../validation/field-error.ts';
import { UnknownFieldsError } from './decode-body.ts';
import { applyConfiguration } from './managed-fields.ts';
import { createObject, updateObject, type Written } from './write-object.ts';
import type { WriteRequest } from './write-request.ts';

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

export interface Patch {
  readonly kind: PatchKind;
  readonly body: Json;
  /** For an apply: takes fields from their owners. */
  readonly force: boolean;
}

const kinds: Readonly<Record<string, PatchKind>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** @throws ApiError 415 for a media type that is no patch, or not one for custom resources. */
export function patchKindOf(contentType: string, isCustom: boolean): PatchKind {
  const media = contentType.split(';')[0]?.trim() ?? '';
  const kind = Object.hasOwn(kinds, media) ? kinds[media] : undefined;
  if (kind && !(isCustom && kind === 'strategic')) return kind;
  const accepted = Object.keys(kinds).filter((one) => !(isCustom && kinds[one] === 'strategic'));
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    isCustom ? {} : { details: {} },
  );
}

export function patchObject(cluster: Cluster, request: WriteRequest, patch: Patch): Written {
  const { type, namespace, name } = request;
  const stored = cluster.store.get({ resource: typeKey(type), namespace, name });
  if (patch.kind === 'apply') return apply(cluster, request, patch);
  if (!stored) throw notFound(type, name);
  let result: JsonObject = {};
  const transform = (observed: JsonObject): JsonObject => {
    result = patched(cluster, request, observed, patch);
    return result;
  };
  try {
    return updateObject(cluster, request, stored, { transform });
  } catch (error) {
    if (error instanceof UnknownFieldsError) throw strictRefusal(error, result);
    throw error;
  }
}

/** The server counts what a patch makes among the options of the request. */
function strictRefusal({ why }: UnknownFieldsError, result: JsonObject): ApiError {
  return invalid({ group: '', kind: '' }, '', [invalidField('patch', writeJson(result), why)]);
}

/** The object that a patch other than an apply makes. */
export function patched(
  { components }: Cluster,
  request: WriteRequest,
  observed: JsonObject,
  patch: Patch,
): JsonObject {
  const { schemaName } = request.version;
  try {
    const result = applyPatch(observed, patch, { schemas: components, schemaName });
    if (isJsonObject(result)) return result;
  } catch (error) {
    if (error instanceof PatchError) throw refusalOf(error);
    throw error;
  }
  throw badRequest('the patch does not make an object');
}

function applyPatch(
  observed: JsonObject,
  { kind, body }: Patch,
  strategic: Parameters<typeof applyStrategicMergePatch>[2],
): Json {
  switch (kind) {
    case 'json':
      return applyJsonPatch(observed, body);
    case 'merge':
      return applyMergePatch(observed, body);
    case 'strategic':
      return applyStrategicMergePatch(observed, body, strategic);
    case 'apply':
      return body;
  }
}

function refusalOf({ kind, message }: PatchError): ApiError {
  if (kind === 'malformed') return badRequest(`error decoding patch: ${message}`);
  if (kind === 'too-long') return new ApiError(413, 'RequestEntityTooLarge', message);
  const text = 'the server rejected our request due to an error in our request';
  return new ApiError(422, 'Invalid', text, { details: {} });
}

function apply(cluster: Cluster, request: WriteRequest, { body, force }: Patch): Written {
  const { type, version, namespace, name, options, subresource } = request;
  const applied = readApplied(request, body);
  const writer = { manager: options.manager, subresource };
  const stored = cluster.store.get({ resource: typeKey(type), namespace, name });
  const own = readText(applied, 'metadata', 'name') ?? '';
  if (own !== '' && own !== name) {
    throw badRequest(
      `the name of the object (${own}) does not match the name on the URL (${name})`,
    );
  }
  if (stored) {
    return updateObject(cluster, request, stored, {
      recorded: true,
      transform: (present) => {
        const observed = ownable(request, present);
        return applyConfiguration(cluster, { type, version }, { writer, observed, applied, force });
      },
    });
  }
  if (subresource !== '') throw notFound(type, name);
  const uid = readText(applied, 'metadata', 'uid');
  if (uid !== undefined) {
    throw conflict(
      type,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  // What does not exist has no version that it could have moved on from.
  const { resourceVersion: _version, ...metadata } = metadataOf(applied);
  const named = { ...applied, metadata: { ...metadata, name } };
  const made = applyConfiguration(
    cluster,
    { type, version },
    {
      writer,
      observed: undefined,
      applied: named,
      force,
    },
  );
  return createObject(cluster, request, made, { recorded: true });
}

/** Who applies first finds one owner for all that nobody owned so far, but not for what Go calls nothing. */
function ownable({ version }: WriteRequest, present: JsonObject): JsonObject {
  const isOwned = metadataOf(present)['managedFields'] !== undefined;
  return isOwned || !version.type ? present : withoutZeros(version.type, present);
}

function readApplied({ type, version }: WriteRequest, body: Json): JsonObject {
  if (!isJsonObject(body)) throw badRequest('error decoding YAML: the configuration is no object');
  const apiVersion = showJson(body['apiVersion']);
  const kind = showJson(body['kind']);
  const expected = groupVersion(type.group, version.version);
  if (apiVersion !== expected || kind !== type.kind) {
    const [own, group] = apiVersion.split('/').toReversed();
    throw badRequest(`invalid object type: ${group ?? ''}/${own ?? ''}, Kind=${kind}`);
  }
  const entries = metadataOf(body)['managedFields'];
  if (entries !== undefined && entries !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  return body;
}

function metadataOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) ? metadata : {};
}
