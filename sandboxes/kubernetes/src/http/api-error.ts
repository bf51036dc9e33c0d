/** Refusals, in the server's own form: an HTTP status with a `Status` object as its body. */

import type { JsonObject } from '@trueup/diagnostics';

import { qualifiedName, type ResourceType } from '../resources/resource-type.ts';

export interface Cause {
  /** `FieldValueRequired`, `FieldManagerConflict`, … */
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

type Kind = Pick<ResourceType, 'group' | 'resource'>;

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** Members of `metadata`, as the token of a list that may go on inconsistently. */
  readonly listMeta: JsonObject;

  constructor(
    code: number,
    reason: string,
    message: string,
    more: { readonly details?: StatusDetails; readonly listMeta?: JsonObject } = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = more.details;
    this.listMeta = more.listMeta ?? {};
  }
}

/** The body that goes with a refusal. */
export function toStatus({ code, reason, message, details, listMeta }: ApiError): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: listMeta,
    status: 'Failure',
    message,
    ...(reason !== '' && { reason }),
    ...(details && { details: toJson(details) }),
    code,
  };
}

function toJson(details: StatusDetails): JsonObject {
  const { causes, ...rest } = details;
  const listed = causes?.map(({ reason, message, field }) => ({
    ...(reason !== '' && { reason }),
    message,
    ...(field !== '' && { field }),
  }));
  return { ...rest, ...(listed && { causes: listed }) };
}

export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedName(kind)} ${quote(name)} not found`, {
    details: detailsOf(kind, name),
  });
}

/** For paths that name no resource at all. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {
    details: {},
  });
}

export function alreadyExists(kind: Kind, name: string): ApiError {
  return new ApiError(
    409,
    'AlreadyExists',
    `${qualifiedName(kind)} ${quote(name)} already exists`,
    {
      details: detailsOf(kind, name),
    },
  );
}

/** A write that lost the race, or whose precondition does not hold. */
export function conflict(kind: Kind, name: string, why: string): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(kind)} ${quote(name)}: ${why}`,
    { details: detailsOf(kind, name) },
  );
}

export const objectModified =
  'the object has been modified; please apply your changes to the latest version and try again';

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function forbidden(
  kind: Kind,
  name: string,
  why: string,
  causes?: readonly Cause[],
): ApiError {
  return new ApiError(
    403,
    'Forbidden',
    `${qualifiedName(kind)} ${quote(name)} is forbidden: ${why}`,
    {
      details: { ...detailsOf(kind, name), ...(causes && { causes }) },
    },
  );
}

export function invalid(
  { group, kind }: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly Cause[],
): ApiError {
  const messages = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const text = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new ApiError(422, 'Invalid', `${qualified} ${quote(name)} is invalid: ${text}`, {
    details: {
      ...(name !== '' && { name }),
      ...(group !== '' && { group }),
      ...(kind !== '' && { kind }),
      causes,
    },
  });
}

export function methodNotAllowed(): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    { details: {} },
  );
}

/** The history does not reach back that far. */
export function expired(message: string, listMeta: JsonObject = {}): ApiError {
  return new ApiError(410, 'Expired', message, { listMeta });
}

export function internalError(message: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, {
    details: { causes: [{ reason: '', message, field: '' }] },
  });
}

function detailsOf(kind: Kind, name: string): StatusDetails {
  return { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.resource };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
