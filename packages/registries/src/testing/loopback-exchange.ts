/** What the parts of the loopback registry share. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface LoopbackRegistryOptions {
  /** Asks for tokens, which are given for these. Everybody may do everything when absent. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Refuses to take tags away. */
  readonly keepsTags?: boolean;
  /** Keeps no list of referrers. */
  readonly hasNoReferrers?: boolean;
  /** Mounts nothing. */
  readonly mountsNothing?: boolean;
  /** Sends blobs whole, whatever part of them is asked for. */
  readonly ignoresRanges?: boolean;
  /** What it asks for, in seconds, with each answer that is a fault. */
  readonly retryAfter?: number;
  /** 100 when absent. */
  readonly tagsPerPage?: number;
}

/**
 * What happens to one request: a status, an answer that is never given, a connection that breaks
 * before anything happens (`drop`), in the midst of an upload (`break`) or after it did (`mute`), an answer
 * that ends in its midst, or one whose content is another.
 */
export type RequestFault = number | 'hang' | 'drop' | 'break' | 'mute' | 'truncate' | 'corrupt';

export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface StoredRepository {
  readonly manifests: Map<string, StoredManifest>;
  /** Digests by tag. */
  readonly tags: Map<string, string>;
  readonly blobs: Map<string, Uint8Array>;
}

/** One request and what it may look at. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly method: string;
  readonly body: Uint8Array;
  readonly options: LoopbackRegistryOptions;
  readonly name: string;
  /** What stands behind `manifests/`, `blobs/` and so on. */
  readonly rest: string;
  readonly repository: (name: string) => StoredRepository;
  readonly uploads: Map<string, Buffer>;
  readonly onWrite: () => void;
}
