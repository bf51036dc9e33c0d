export interface OutboundRequest {
  /** https or http. Credentials in it become an Authorization header, and are never shown. */
  readonly url: string;
  /** GET when absent. */
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `accept-encoding` and `user-agent` are added where they are absent. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly limits?: Partial<OutboundLimits>;
  /** Whether it may be sent twice. By its method when absent: POST and PATCH may not. */
  readonly repeatable?: boolean;
  /** The answer to this GET is worth a connection of its own. False when absent. Changes nothing but how fast it comes. */
  readonly large?: boolean;
  /** `return` hands a redirection to the caller. `follow` when absent. */
  readonly redirections?: 'follow' | 'return';
  /** Asked for the URL and for every one that it is redirected to; false is `OUTBOUND_URL_REFUSED`. */
  readonly mayVisit?: (url: URL) => boolean;
}

export type RequestBody = Uint8Array | string | PieceBody;

/**
 * Sent piece by piece, as fast as the other side reads, so that it is never whole in memory. It is read
 * once: such a request is never repeated, and a redirection is handed to the caller. Fewer or more bytes
 * than `size`, and a source that fails, break the request off: the other side never takes it for whole.
 */
export interface PieceBody {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** In bytes, exactly. */
  readonly size: number;
}

/** Whether it can be read only once. */
export function isPieceBody(body: RequestBody | undefined): body is PieceBody {
  return typeof body === 'object' && 'pieces' in body;
}

export interface OutboundLimits {
  /** For everything: waiting, redirections, repetitions, reading the body. 30 s unless set. */
  readonly timeoutMs: number;
  /** Of the body, after decompression. 16 MiB unless set. */
  readonly responseBytes: number;
  /** 5 unless set. */
  readonly redirections: number;
  /** How often a repeatable request is sent at most. 3 unless set. */
  readonly attempts: number;
}

export interface OutboundHead {
  /** Any status, 404 and 500 included: what it means is the caller's business. */
  readonly status: number;
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Where the answer came from after redirections, without credentials. */
  readonly url: string;
}

export interface OutboundResponse extends OutboundHead {
  /** Decompressed. */
  readonly body: Uint8Array;
}

/** Has to be read to its end or disposed, else its connection is not free again. */
export interface OutboundStream extends OutboundHead, AsyncDisposable {
  /** Decompressed. Rejects like a request; what was read before is then worth nothing. */
  readonly body: AsyncIterable<Uint8Array>;
}
