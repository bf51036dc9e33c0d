import type { JsonObject, Origin } from '@trueup/diagnostics';

declare const resourceIdBrand: unique symbol;

/**
 * Address of one managed resource, unique within its target.
 *
 * A branded string rather than an object, because ids are `Map` keys and JavaScript compares
 * objects by reference. Only {@link formatResourceId} makes one.
 */
export type ResourceId = string & { readonly [resourceIdBrand]: true };

export interface ResourceAddress {
  /** As the target's own tool names it, with the group where there is one: `Deployment.apps`. */
  readonly kind: string;
  /** Namespace, host, workspace or registry. Empty for resources outside of all of them. */
  readonly scope: string;
  readonly name: string;
}

/** Writes `kind/scope/name`. A slash inside a part is escaped, so ids never collide. */
export function formatResourceId({ kind, scope, name }: ResourceAddress): ResourceId {
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: the one place that makes ids.
  return [kind, scope, name].map(encodePart).join('/') as ResourceId;
}

/** Undoes {@link formatResourceId}. */
export function parseResourceId(id: ResourceId): ResourceAddress {
  const parts = id.split('/');
  const [kind = '', scope = '', name = ''] = id.includes('%')
    ? parts.map(decodeURIComponent)
    : parts;
  return { kind, scope, name };
}

/** Most names need no escape, and ids are made for every resource of every plan. */
function encodePart(part: string): string {
  // A lone surrogate has no UTF-8 form: `encodeURIComponent` would throw on somebody's YAML.
  return /^[\w.:-]*$/.test(part) ? part : encodeURIComponent(part.toWellFormed());
}

/** Where a resource stands in the order of its stack. */
export interface Position {
  /**
   * A wave begins when everything of lower waves is `current`. Any integer, 0 unless somebody asks
   * for another one (sync waves, hooks).
   */
  readonly wave: number;
  /**
   * Within a wave: a rank begins when the target accepted everything of lower ranks, healthy or
   * not. It is for order by kind (a config map before the workload that reads it).
   */
  readonly rank: number;
}

/** A resource as the repository describes it. */
export interface DesiredResource {
  readonly id: ResourceId;
  /** Holds secrets in clear. It lives in memory only: never log, store or send it. */
  readonly body: JsonObject;
  readonly position: Position;
  /** What must be `current` before this is applied. Ids outside the stack count as met. */
  readonly dependsOn: readonly ResourceId[];
  /** Where its description begins. The line of a single field is the answer of `locate`. */
  readonly origin?: Origin;
  /**
   * It runs something that leaves no state to compare (a hook, a one-off job), so its change is an
   * `execute`. `always` runs beside any other change of the stack, `changed` only when its own
   * content did.
   */
  readonly executes?: 'always' | 'changed';
}

/** A resource as the target reported it. */
export interface ObservedResource {
  readonly id: ResourceId;
  /** Holds secrets in clear, like the desired body. */
  readonly body: JsonObject;
  /** Changes whenever the resource does. Only its provider looks inside. */
  readonly version: string;
  /** When the target answered, RFC 3339. For people and ages; no decision may depend on it. */
  readonly observedAt: string;
}
