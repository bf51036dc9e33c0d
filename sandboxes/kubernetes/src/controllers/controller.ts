import type { Cluster } from '../cluster/cluster.ts';
import type { StoreEvent } from '../storage/event-history.ts';
import type { Identity } from '../storage/stored-object.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { InternalClient } from './internal-client.ts';

/** Brings what there is to what is asked for, one object at a time. */
export interface Controller {
  /** The objects to look at because of an event. */
  readonly concerns: (event: StoreEvent) => readonly Identity[];
  /** Looks at one of them, which may be gone by now. Doing so twice changes nothing more. */
  readonly reconcile: (identity: Identity) => void;
}

/** What all controllers work with. */
export interface ControllerContext {
  readonly cluster: Cluster;
  readonly client: InternalClient;
  readonly events: EventRecorder;
  /** Looks at an object again when that much time has passed. */
  readonly lookLater: (identity: Identity, delayMs: number) => void;
  /** How long containers take to start. */
  readonly podStartMs: number;
}
