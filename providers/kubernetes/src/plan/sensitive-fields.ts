import {
  type FieldPath,
  formatFieldPath,
  isJsonObject,
  type Json,
  type JsonObject,
  parseFieldPath,
} from '@trueup/diagnostics';
import {
  digestBody,
  type FieldDifference,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import { annotationOf } from '../client/read-fields.ts';
import { sensitiveAnnotation } from '../prepare/fill-inputs.ts';

export type IsSensitive = (path: FieldPath) => boolean;

export type Seal = (
  secret: Json,
  place: { readonly id: ResourceId; readonly path: FieldPath },
) => string;

/**
 * Of a Secret, only what is known to be harmless may be shown. Annotations are not: `kubectl
 * apply` keeps a copy of the data in one.
 */
const harmlessInSecrets =
  /^(?:apiVersion|kind|type|immutable|metadata\.(?:name|namespace|labels)|metadata\.annotations\["trueup\.dev\/stack"\])(?=$|[.[])/;

/** A copy of the whole object, secrets included, whatever its kind. */
const lastApplied = 'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]';

/** What of an object may not be shown: by its kind, and by the marks on either side. */
export function sensitiveFields(
  id: ResourceId,
  bodies: readonly (JsonObject | undefined)[],
): IsSensitive {
  const isSecret = parseResourceId(id).kind === 'Secret';
  const marked = bodies.flatMap((body) => markedPaths(body));
  return (path) => {
    const text = formatFieldPath(path);
    if (isSecret && !harmlessInSecrets.test(text)) return true;
    if (text === '') return marked.length > 0;
    return text === lastApplied || marked.some((one) => meets(one, path));
  };
}

export function holdsSecret(id: ResourceId, body: JsonObject): boolean {
  return parseResourceId(id).kind === 'Secret' || markedPaths(body).length > 0;
}

function markedPaths(body: JsonObject | undefined): readonly FieldPath[] {
  const text = body && annotationOf(body, sensitiveAnnotation);
  const paths = text === undefined ? [] : splitPaths(text);
  return paths.flatMap((path) => {
    const parsed = parseFieldPath(path);
    return parsed && parsed.length > 0 ? [parsed] : [];
  });
}

/** Commas separate, but for those within the key of a list item. */
function splitPaths(text: string): readonly string[] {
  return text.split(/,(?![^[]*\])/).map((path) => path.trim());
}

/** One lies within the other. */
function meets(one: FieldPath, other: FieldPath): boolean {
  const length = Math.min(one.length, other.length);
  return formatFieldPath(one.slice(0, length)) === formatFieldPath(other.slice(0, length));
}

/** Puts seals for secrets, and digests for whole bodies. */
export function protect(
  id: ResourceId,
  { path, before, after }: FieldDifference,
  { isSensitive, seal }: { readonly isSensitive: IsSensitive; readonly seal: Seal },
): FieldDifference & { readonly sensitive: boolean } {
  const sensitive = isSensitive(path);
  const shown = (value: Json): Json => {
    if (sensitive) return seal(value, { id, path });
    return path.length === 0 && isJsonObject(value) ? digestBody(value) : value;
  };
  return {
    path,
    ...(before !== undefined && { before: shown(before) }),
    ...(after !== undefined && { after: shown(after) }),
    sensitive,
  };
}
