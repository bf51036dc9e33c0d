import type { JsonObject } from '@trueup/diagnostics';

/** Something that people and programs follow live. Stored, so that a reader that was away goes on. */
export interface LiveEvent {
  /** Counts from 1; a reader asks for what comes after the last one it saw. */
  readonly sequence: number;
  readonly at: string;
  /** `noun:phase`: `run:applying`, `drift:opened`. Public. */
  readonly type: string;
  /** The repository that it is about, for access; absent for the installation. */
  readonly repository?: string;
  readonly stack?: string;
  /** Without secrets. */
  readonly body: JsonObject;
}
