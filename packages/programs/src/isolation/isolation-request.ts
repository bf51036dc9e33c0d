import type { LocalPlace } from '../network/describe-routes.ts';

/**
 * How much of the machine a program may see.
 *
 * - `none`: whatever the user of this process sees.
 * - `preferred`: isolated as far as the machine lets it; the result says how far that was.
 * - `required`: isolated as asked, or not run at all (`PROGRAM_ISOLATION_UNAVAILABLE`).
 */
export type IsolationLevel = 'none' | 'preferred' | 'required';

/**
 * - `none`: not even the loopback.
 * - `guarded`: what this machine reaches, but for this machine itself, link-local addresses and what
 *   clouds keep credentials at. Where that cannot be had `preferred` gives `host`.
 * - `host`: what this process reaches, all of that included.
 */
export type NetworkReach = 'none' | 'guarded' | 'host';

export interface IsolationRequest {
  readonly level: IsolationLevel;
  readonly network: NetworkReach;
  /** Of a `guarded` network: what of this machine it reaches nevertheless. Nothing when absent. */
  readonly local?: readonly LocalPlace[];
  /** Absolute paths that it may read besides the system, its own file and its private folder. */
  readonly readable: readonly string[];
  /** Absolute paths that it may also write. */
  readonly writable: readonly string[];
  /** Where bubblewrap lies. Looked for in the system's own folders when absent. */
  readonly bubblewrap?: string;
  /** Where what guards a network is looked for, written like PATH. The system's own folders when absent. */
  readonly networkPrograms?: string;
}

/** What isolated a program: nothing, or bubblewrap. */
export type IsolationMeans = 'none' | 'bubblewrap';
