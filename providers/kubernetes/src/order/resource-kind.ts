import { type JsonObject, readText } from '@trueup/diagnostics';
import { formatResourceId, parseResourceId, type ResourceId } from '@trueup/provider-sdk';

export interface GroupKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
}

/** `Deployment.apps`, as kubectl writes it; `ConfigMap` for the core group. */
export function formatKind({ group, kind }: GroupKind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** Undoes {@link formatKind}: kinds have no dots, groups do. */
export function parseKind(text: string): GroupKind {
  const dot = text.indexOf('.');
  return dot < 0
    ? { group: '', kind: text }
    : { kind: text.slice(0, dot), group: text.slice(dot + 1) };
}

/** The parts of `apps/v1`, or of `v1` in the core group. */
export function splitApiVersion(apiVersion: string): {
  readonly group: string;
  readonly version: string;
} {
  const slash = apiVersion.indexOf('/');
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) };
}

export function kindOf(body: JsonObject): GroupKind {
  const { group } = splitApiVersion(readText(body, 'apiVersion') ?? '');
  return { group, kind: readText(body, 'kind') ?? '' };
}

/** The id of an object as the server reports it. */
export function idOf(body: JsonObject): ResourceId {
  return formatResourceId({
    kind: formatKind(kindOf(body)),
    scope: readText(body, 'metadata', 'namespace') ?? '',
    name: readText(body, 'metadata', 'name') ?? '',
  });
}

export function groupKindOf(id: ResourceId): GroupKind {
  return parseKind(parseResourceId(id).kind);
}
