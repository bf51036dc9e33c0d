import type {
  IsolationMeans,
  IsolationRequest,
  NetworkReach,
} from './isolation/isolation-request.ts';

/** What to run, and all that it gets. Nothing is taken over from this process. */
export interface ProgramSpec {
  /** Absolute path of the file, see `findProgram`. */
  readonly program: string;
  /** Handed over as they are: no shell looks at them. */
  readonly arguments: readonly string[];
  /**
   * The whole environment, besides HOME, TMPDIR and the XDG folders, which lie in a private folder
   * and are added where they are not set here. Without PATH the program finds no other program.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Working folder, absolute. The private folder when absent. */
  readonly folder?: string;
  /**
   * An existing folder of the caller's that takes the place of the private one, for programs that
   * run often or keep a cache: it has to hold `home` and `tmp`, and is not removed.
   */
  readonly privateFolder?: string;
  /** Written to the standard input, which is closed at once when absent. */
  readonly input?: Uint8Array;
  readonly limits: ProgramLimits;
  /** None when absent. */
  readonly isolation?: IsolationRequest;
  /** What asks the program to stop. SIGTERM when absent. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
}

export interface ProgramLimits {
  /** From the start; then the program is stopped. Infinity for one that is stopped otherwise. */
  readonly timeoutMs: number;
  /** Between asking the program to stop and killing it. 500 when absent, 0 kills at once. */
  readonly graceMs?: number;
  /**
   * For how long output that nobody reads is kept once the program is gone; then it is lost. 1 s when
   * absent. More where whoever reads is slow: the output has to be read or destroyed then.
   */
  readonly drainMs?: number;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /**
   * Private writable memory of one process (RLIMIT_DATA): reserved address space does not count, so
   * programs in Go and JavaScript run with a true figure. Not bounded when absent.
   */
  readonly memoryBytes?: number;
}

/**
 * How a program ended.
 *
 * - `exited`: by itself. 0 is success by convention; what else it means is the caller's business.
 * - `killed`: by a signal that did not come from us, for example for lack of memory.
 * - `timed-out`, `output-too-long`: we stopped it. It may have done a part of its work.
 */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'output-too-long'; readonly stream: 'stdout' | 'stderr' };

export interface ProgramResult {
  readonly end: ProgramEnd;
  /** At most `limits.stdoutBytes`: the first of them. */
  readonly stdout: Uint8Array;
  /** Foreign text, which may repeat secrets: pick out of it what may be shown. */
  readonly stderr: Uint8Array;
  /** What really isolated it. */
  readonly isolation: IsolationMeans;
  /** What it could reach. */
  readonly network: NetworkReach;
}
