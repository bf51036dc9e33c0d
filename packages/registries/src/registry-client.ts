/** What can be asked of OCI registries. */
import type { JsonObject } from '@trueup/diagnostics';

import type { ArtifactReference, Place } from './artifact-reference.ts';
import type { Descriptor, ReferrerFilter } from './descriptor.ts';

export interface BlobSource {
  readonly digest: string;
  /** In bytes. Another length is `REGISTRY_TRUNCATED`, or `REGISTRY_DIGEST_MISMATCH` when longer. */
  readonly size: number;
  /** From this byte on, each time. A signal that aborts ends it. */
  readonly open: (signal: AbortSignal, start: number) => AsyncIterable<Uint8Array>;
}

export interface OpenOptions {
  readonly maxBytes: number;
  /** Its size in bytes, where that is known: content that ends before is read on from there. */
  readonly size?: number;
  /** The byte to begin at. 0 when absent. */
  readonly start?: number;
  /** The reader compares the digest itself: it is not done twice. Needed where `start` is not 0. */
  readonly readerChecks?: boolean;
}

export interface ManifestHead {
  /** Of the very bytes that the registry keeps. */
  readonly digest: string;
  readonly mediaType: string;
}

export interface Manifest extends ManifestHead {
  readonly content: JsonObject;
  /** As the registry sent them: another spelling would be another digest. */
  readonly bytes: Uint8Array;
}

export interface PullOptions {
  /** Asked for every URL on the way, redirections and tokens included; all are allowed when absent. */
  readonly mayVisit?: (url: URL) => boolean;
  /** Of a blob. 64 MiB when absent. */
  readonly maxBytes?: number;
}

export interface PushOptions {
  /** A repository of the same registry that has the blob: it is mounted where the registry can. */
  readonly mountFrom?: string;
}

export type DigestReference = Place & { readonly digest: string };

/**
 * All reject with a `StalledError`: `REGISTRY_NOT_FOUND`, `REGISTRY_DENIED`, `REGISTRY_REFUSED`
 * (an answer that breaks the protocol), `REGISTRY_DIGEST_MISMATCH`; with a `TransientError`
 * `REGISTRY_UNAVAILABLE`, `REGISTRY_TRUNCATED`; or as `Outbound` does. Writing the same twice is
 * harmless.
 */
export interface RegistryClient {
  /** Of a tag or digest; `latest` where the reference has neither. `undefined` when there is none. */
  headManifest(
    reference: ArtifactReference,
    signal: AbortSignal,
  ): Promise<ManifestHead | undefined>;
  /** Of a tag or digest; `latest` where the reference has neither. Indexes are returned as they are. */
  pullManifest(
    reference: ArtifactReference,
    signal: AbortSignal,
    options?: PullOptions,
  ): Promise<Manifest>;
  /** Puts it under the reference's tag, else under its own digest, which is returned. */
  pushManifest(
    reference: ArtifactReference,
    manifest: Pick<Manifest, 'bytes' | 'mediaType'>,
    signal: AbortSignal,
  ): Promise<string>;
  /** The content that has this digest, of the repository that `reference` names. */
  pullBlob(
    reference: DigestReference,
    signal: AbortSignal,
    options?: PullOptions,
  ): Promise<Uint8Array>;
  /** Its size in bytes; `undefined` when there is no such blob. */
  headBlob(reference: DigestReference, signal: AbortSignal): Promise<number | undefined>;
  /**
   * The same piece by piece. A connection that breaks goes on at the missing byte. Its end rejects when
   * the content was another.
   */
  openBlob(
    reference: DigestReference,
    signal: AbortSignal,
    options: OpenOptions,
  ): AsyncIterable<Uint8Array>;
  /** Nothing is sent where the repository has it. What breaks off is taken up again, in pieces. */
  pushBlob(
    place: Place,
    source: BlobSource,
    signal: AbortSignal,
    options?: PushOptions,
  ): Promise<'there' | 'mounted' | 'pushed'>;
  /** All tags but those that stand for a digest (`sha256-….sig`), as the registry sorts them. `REGISTRY_REFUSED` beyond 100 000 of them. */
  listTags(place: Place, signal: AbortSignal): Promise<readonly string[]>;
  /** Takes a tag away, and nothing that it points at. False when there is none. */
  deleteTag(reference: Place & { readonly tag: string }, signal: AbortSignal): Promise<boolean>;
  /** What names this manifest as its subject; by the fallback tag where the registry keeps no list. */
  listReferrers(
    reference: DigestReference,
    signal: AbortSignal,
    filter?: ReferrerFilter,
  ): Promise<readonly Descriptor[]>;
}
