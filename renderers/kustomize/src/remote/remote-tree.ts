import type { Outbound } from '@trueup/outbound';
import type { IsolationLevel } from '@trueup/programs';

export interface RemoteTreeOptions {
  /** Whose guard judges the addresses that git connects to. */
  readonly outbound: Outbound;
  /** Where `git` is looked for, written like PATH. */
  readonly searchPath: string;
  readonly isolation: IsolationLevel;
}

/** The files of another repository at one commit. */
export interface RemoteTree extends AsyncDisposable {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** From the root of that repository; `undefined` when there is no such file. */
  read(path: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
}
