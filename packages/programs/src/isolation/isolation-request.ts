/**
 * How much of the machine a program may see.
 *
 * - `none`: whatever the user of this process sees.
 * - `preferred`: isolated where the machine has bubblewrap and lets it work, else as `none`.
 * - `required`: isolated, or not run at all (`PROGRAM_ISOLATION_UNAVAILABLE`).
 */
export type IsolationLevel = 'none' | 'preferred' | 'required';

export interface IsolationRequest {
  readonly level: IsolationLevel;
  /**
   * `none` leaves not even the loopback. With `host` the program reaches what this process
   * reaches, link-local addresses included: isolation by folders does not filter addresses.
   */
  readonly network: 'none' | 'host';
  /** Absolute paths that it may read besides the system, its own file and its private folder. */
  readonly readable: readonly string[];
  /** Absolute paths that it may also write. */
  readonly writable: readonly string[];
  /** Where bubblewrap lies. Looked for in the system's own folders when absent. */
  readonly bubblewrap?: string;
}

/** What isolated a program: nothing, or bubblewrap. */
export type IsolationMeans = 'none' | 'bubblewrap';
