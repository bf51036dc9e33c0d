import type { IncomingHttpHeaders } from 'node:http';

/** One request, as far as it matters to who answers it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The same whenever it is asked for. @throws ApiError 413 when the server takes no such size. */
  readonly readBody: () => Promise<Buffer>;
  /** Aborts when the client is gone or the server stops. */
  readonly signal: AbortSignal;
}

export type Reply = TextReply | StreamReply;

export interface TextReply {
  readonly kind: 'text';
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** An answer that goes on until it is closed, as a watch. */
export interface StreamReply {
  readonly kind: 'stream';
  readonly contentType: string;
  /** Begins to send; ends when `sink` is closed by either side. */
  readonly start: (sink: StreamSink) => void;
}

export interface StreamSink {
  /** Bytes that the client has not taken yet. */
  readonly backlogBytes: () => number;
  readonly write: (text: string) => void;
  readonly close: () => void;
  /** Breaks the connection without an orderly end. */
  readonly break: () => void;
  /** Aborts when the stream is over, whoever ended it. */
  readonly signal: AbortSignal;
}
