import type { FieldPath, Json } from '@trueup/diagnostics';

import type { ResourceId } from './resource.ts';

export interface CallContext {
  /** When it aborts, the call stops within a second and rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /**
   * Turns a secret into a short text that may be shown and stored: an HMAC over the place as well,
   * so that only the two sides of one field compare. Else a plan would tell which environments
   * share a password, and confirm guesses.
   */
  readonly seal: (secret: Json, place: SealedPlace) => string;
  /**
   * `required`: programs that interpret what the files say are isolated, or not run at all
   * (`PROGRAM_ISOLATION_UNAVAILABLE`), since somebody wrote them who may not plan this target. As the provider
   * was made when absent.
   */
  readonly isolation?: 'required';
}

export interface SealedPlace {
  /** Name of the target. */
  readonly target: string;
  readonly id: ResourceId;
  readonly path: FieldPath;
}
