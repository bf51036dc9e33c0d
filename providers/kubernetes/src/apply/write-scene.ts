import type { JsonObject } from '@trueup/diagnostics';
import type { Change, DesiredResource, Outcome, ResourceId } from '@trueup/provider-sdk';

import type { KubernetesClient, ObjectPlace } from '../kubernetes-client.ts';
import type { PlanScene } from '../plan/plan-scene.ts';

/** What carrying out one change needs to know. */
export interface WriteScene extends Pick<PlanScene, 'isScaled' | 'leaveTo' | 'seal'> {
  readonly client: KubernetesClient;
  readonly fieldManager: string;
  readonly propagation: 'Foreground' | 'Background';
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  /** Waits a while for a kind whose definition was accepted a moment ago. */
  readonly placeOf: (id: ResourceId, body?: JsonObject) => Promise<ObjectPlace>;
  /** Tells what was written, so that the next observation knows it. */
  readonly wrote: (id: ResourceId, body: JsonObject | undefined) => void;
  /** Whether `wrote` does anything with what it is told: else nobody has to read it. */
  readonly keepsWritten: () => boolean;
  /** How long what was deleted may take to go, before that is in doubt. */
  readonly goneWithinMs: number;
  /** How long a hook may run, before it is in doubt. */
  readonly hookWithinMs: number;
  readonly emit: (outcome: Outcome) => void;
  readonly signal: AbortSignal;
}

/** How far a change has come: from `begun` on, a failure leaves more than nothing behind. */
export interface Progress {
  begun: boolean;
}

/** How a write ended, short of a failure. */
export type Written = 'done' | 'moved';

export function report({ id }: Pick<Change, 'id'>, scene: WriteScene, what: string): void {
  scene.emit({ kind: 'progress', id, message: `${id}: ${what}` });
}
