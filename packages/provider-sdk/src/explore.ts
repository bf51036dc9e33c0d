import type { CallContext } from './call-context.ts';
import type { Health } from './health.ts';
import type { ResourceId } from './resource.ts';
import type { Stack, Target } from './target.ts';

/** A resource that another one brought about: the pods of a deployment, for example. */
export interface OffspringNode {
  readonly id: ResourceId;
  /** The managed or unmanaged resource that it belongs to. */
  readonly parent: ResourceId;
  readonly health: Health;
}

/** Something that the target noted about a resource. */
export interface ResourceEvent {
  readonly id: ResourceId;
  readonly severity: 'normal' | 'warning';
  /** One CamelCase word for programs. */
  readonly reason: string;
  readonly message: string;
  /** How often it was noted up to `at`. */
  readonly count: number;
  /** RFC 3339. */
  readonly at: string;
}

export interface LogRequest {
  readonly id: ResourceId;
  /** Where a resource has several streams: the container. The first one if absent. */
  readonly stream?: string;
  /** At most so many of the newest lines. */
  readonly tailLines: number;
  readonly follow: boolean;
}

/** Read-only looks for people. Nothing that they answer enters a plan. */
export interface Explore {
  /** All that these resources brought about, at any depth. */
  offspring(
    target: Target,
    request: { readonly stack: Stack; readonly ids: readonly ResourceId[] },
    call: CallContext,
  ): Promise<readonly OffspringNode[]>;
  /** The newest come last. */
  events(
    target: Target,
    ids: readonly ResourceId[],
    call: CallContext,
  ): Promise<readonly ResourceEvent[]>;
  /** Line by line, without line ends. Ends by itself unless it follows. Secrets are not masked. */
  logs(target: Target, request: LogRequest, call: CallContext): AsyncIterable<string>;
}
