/** One request, as it goes out. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
}

/** Its whole answer. */
export interface Exchanged {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Calls to one server. */
export interface Calls {
  /**
   * Rejects with the signal's reason at once when that aborts; what was on its way may have happened.
   * Rejects with an error that has a `code` when the connection failed.
   */
  call(call: Call, signal: AbortSignal): Promise<Exchanged>;
  /** Lets what is on its way come to its end. */
  close(): Promise<void>;
  /** Ends what is on its way. Repeating it is harmless. */
  destroy(): Promise<void>;
}
