import type { DesiredResource, Outcome, ResourceId, Stack } from '@trueup/provider-sdk';

import type { Clock } from '../client/clock.ts';
import type { Host } from '../client/keep-hosts.ts';

/** What a write needs besides its change. */
export interface WriteScene {
  readonly stack: Stack;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  /** What an engine shows to a registry, by its host. */
  readonly loginOf: (registry: string) => string | undefined;
  readonly newSalt: () => string;
  readonly clock: Clock;
  readonly jobWithinMs: number;
  readonly steadyMs: number;
  readonly emit: (outcome: Outcome) => void;
  readonly signal: AbortSignal;
}

/** Whether something has happened that was not undone: then a failure is in doubt. */
export interface Progress {
  begun: boolean;
}

export type Written = 'done' | 'moved';

export function report({ emit }: WriteScene, id: ResourceId, message: string): void {
  emit({ kind: 'progress', id, message: `${id}: ${message}` });
}
