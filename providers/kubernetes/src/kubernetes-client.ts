import type { JsonObject } from '@trueup/diagnostics';

import type { ServerWarning } from './client/parse-warnings.ts';

/** A kind of object that the server knows, whatever its versions. */
export interface ApiKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The name in paths: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** All that serve the kind; the one that the server prefers comes first. */
  readonly versions: readonly string[];
  /** What can be done with it in the preferred version: `list`, `watch`, `patch` and so on. */
  readonly verbs: readonly string[];
}

export interface WantedKind {
  readonly group: string;
  readonly kind: string;
  readonly version?: string | undefined;
}

/** One object. */
export interface ObjectPlace {
  readonly kind: ApiKind;
  /** The version to speak of it in; the preferred one when absent. */
  readonly version?: string | undefined;
  /** Empty for kinds without namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/** Which object, and in which state. Another object of the same name has another `uid`. */
export interface ObjectVersion {
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface ListQuery {
  readonly kind: ApiKind;
  readonly version?: string | undefined;
  /** All namespaces when absent. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Only `metadata` of each object, which is small whatever the object holds. */
  readonly metadataOnly?: boolean;
  /** Stops after so many, or a few more, and says so in the answer. */
  readonly atMost?: number;
}

export interface Listing {
  readonly items: readonly JsonObject[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
  /** There are more of them than were asked for. */
  readonly cutShort?: boolean;
}

/**
 * - `bookmark`: no change; says how far the watch has come.
 * - `gone`: the server no longer has what lies between: list again.
 */
export type WatchEvent =
  | { readonly kind: 'set' | 'deleted'; readonly object: JsonObject }
  | { readonly kind: 'bookmark'; readonly resourceVersion: string }
  | { readonly kind: 'gone' };

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly dryRun: boolean;
  /**
   * Refused with `Conflict` unless the object is this one, and in this state where one is named;
   * `absent`: unless there is no such object.
   */
  readonly onlyIf?: Partial<ObjectVersion> | 'absent' | undefined;
  /** Told of what the server remarks on what it accepts: an unknown field, a deprecated kind. */
  readonly onWarning?: ((warning: ServerWarning) => void) | undefined;
  /** `false`: nobody looks at the answer, which may be an empty object then. */
  readonly wantsAnswer?: boolean;
  readonly signal: AbortSignal;
}

export interface DeleteOptions {
  readonly onlyIf?: ObjectVersion | undefined;
  /** Whether the object stays until what it owns is gone (`Foreground`), or goes first. */
  readonly propagation: 'Foreground' | 'Background' | 'Orphan';
  readonly signal: AbortSignal;
}

export interface PatchOptions {
  readonly fieldManager: string;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface LogOptions {
  readonly container?: string | undefined;
  readonly tailLines: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

export interface Capabilities {
  /** `v1.35.4` */
  readonly kubernetesVersion: string;
  /** `apps/v1`, and `apps/v1/Deployment` for each kind. */
  readonly apiVersions: readonly string[];
}

/** How many requests were sent so far, by what they asked for. Retries count. */
export interface RequestCounts {
  readonly total: number;
  /** `list`, `get`, `watch`, `apply`, `dry-run`, `delete`, `discover` and so on. */
  readonly byPurpose: Readonly<Record<string, number>>;
}

/**
 * The API calls that this provider makes. All of them may be made at once: the client bounds how
 * many are on their way, repeats what is safe to repeat, and waits where the server asks it to.
 *
 * Every call rejects with {@link KubernetesApiError} when the server refused, with the signal's
 * reason when that aborts, and with anything else when there was no answer.
 */
export interface KubernetesClient {
  /** Where it leads to, for people. Holds no credentials. */
  readonly server: string;
  /**
   * The uid of the namespace kube-system, which lives as long as the cluster; for those who may not
   * look at it a hash of the server's address and authority.
   */
  identify(signal: AbortSignal): Promise<string>;
  capabilities(signal: AbortSignal): Promise<Capabilities>;
  /**
   * Asks the server anew before it says that it does not know the kind, or not in this version.
   * `undefined` when the kind is unknown; whether it has the version is for the caller to look at.
   */
  findKind(wanted: WantedKind, signal: AbortSignal): Promise<ApiKind | undefined>;
  /** All kinds that can be listed, as last asked for. */
  listKinds(signal: AbortSignal): Promise<readonly ApiKind[]>;
  /** `undefined` when there is no such object. */
  get(place: ObjectPlace, signal: AbortSignal): Promise<JsonObject | undefined>;
  /** Page by page. Empty where the server does not know the kind any more. */
  list(query: ListQuery, signal: AbortSignal): Promise<Listing>;
  /**
   * What happened since `resourceVersion`. Ends by itself, by the server's will or when nothing came
   * for too long: go on from the last version seen.
   */
  watch(query: ListQuery, resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Server-side apply, by force. Answers with the object as it is, or would be, afterwards. */
  apply(place: ObjectPlace, body: JsonObject, options: ApplyOptions): Promise<JsonObject>;
  /** Merge patch (RFC 7386). What it has to hold, `metadata.resourceVersion` included, is asked for. */
  mergePatch(place: ObjectPlace, patch: JsonObject, options: PatchOptions): Promise<JsonObject>;
  /** A new object, refused when there is one. `place` lies in the body. */
  create(place: ObjectPlace, body: JsonObject, options: PatchOptions): Promise<JsonObject>;
  /** Puts a whole object in the place of another one, refused unless it bears its version. */
  replace(place: ObjectPlace, body: JsonObject, options: PatchOptions): Promise<JsonObject>;
  /** `false` when there was no such object. With finalizers or a grace period it stays for a while. */
  delete(place: ObjectPlace, options: DeleteOptions): Promise<boolean>;
  /** Line by line. Ends by itself unless it follows. */
  logs(place: ObjectPlace, options: LogOptions): AsyncIterable<string>;
  countRequests(): RequestCounts;
  /** Ends every call under way. Repeating it is harmless. */
  close(): Promise<void>;
}

/** What a refusal is known to be about, beyond its status. Told by the server's text. */
export type RefusalTrait =
  | 'immutable'
  | 'dry-run-unsupported'
  | 'namespace-missing'
  | 'namespace-terminating'
  | 'kind-unknown'
  | 'webhook'
  | 'too-large'
  | 'malformed';

/**
 * The API server's own refusal. Any other failure of a call means that it did not answer.
 *
 * It does not hold the server's message: that can repeat a whole object, secrets included (P5).
 */
export class KubernetesApiError extends Error {
  override readonly name = 'KubernetesApiError';
  readonly status: number;
  /** One word of the server, for example `Conflict`. */
  readonly reason: string;
  /** The paths at fault, without their values, as the server writes them. */
  readonly fields: readonly string[];
  /** What is wrong with some of them, in words that hold no value. By path. */
  readonly problems: ReadonlyMap<string, string>;
  readonly traits: readonly RefusalTrait[];

  constructor(
    status: number,
    reason: string,
    fields: Iterable<string> = [],
    besides: {
      readonly traits?: readonly RefusalTrait[];
      readonly problems?: ReadonlyMap<string, string>;
    } = {},
  ) {
    super(`${status} ${reason}`);
    this.status = status;
    this.reason = reason;
    this.fields = [...fields];
    this.traits = besides.traits ?? [];
    this.problems = besides.problems ?? new Map();
  }

  has(trait: RefusalTrait): boolean {
    return this.traits.includes(trait);
  }
}

/** No connection came about, so nothing was asked. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError';
  /** As the operating system calls it, for example `ECONNREFUSED`. */
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Whoever answered could not prove to be the server, so nothing was asked. */
export class UntrustedServerError extends NoConnectionError {}
