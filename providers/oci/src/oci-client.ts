/** What the provider asks of registries. */
import type { KeyObject } from 'node:crypto';

import type { Credentials } from '@trueup/outbound';
import type { ArtifactReference, DigestReference, PackedArtifact, Place } from '@trueup/registries';

/** Who asks. Looked up anew for each call, so that a changed secret counts at once. */
export type Logins = (host: string) => Promise<Credentials | undefined>;

export interface Asking {
  readonly logins: Logins;
  readonly signal: AbortSignal;
}

export type TagReference = Place & { readonly tag: string };

export interface Pointer {
  readonly digest: string;
  readonly mediaType: string;
}

export interface CopyOrder {
  readonly from: DigestReference;
  readonly to: Place;
  /** What the copy is: another than that of `from` where platforms are chosen. */
  readonly digest: string;
  /** All when empty. */
  readonly platforms: readonly string[];
  /** What hangs on the image comes along. */
  readonly referrers: boolean;
}

export interface PushOrder {
  readonly to: Place;
  readonly artifact: PackedArtifact;
}

/**
 * Fails as `@trueup/registries` does, with the signal's reason when it aborts. Every call may be
 * repeated.
 */
export interface OciClient {
  /** What a tag or digest stands for; `undefined` when there is nothing. */
  head(reference: ArtifactReference, asking: Asking): Promise<Pointer | undefined>;
  /** What a copy of some platforms is, see `resolveArtifact`; `undefined` when there is nothing to copy. */
  resolve(
    order: { readonly from: DigestReference; readonly platforms: readonly string[] },
    asking: Asking,
  ): Promise<string | undefined>;
  /** Brings the content of a digest, and all that it names, into a repository. Moves no tag. */
  copy(order: CopyOrder, asking: Asking): Promise<void>;
  /** Brings an artifact into a repository. Moves no tag. */
  push(order: PushOrder, asking: Asking): Promise<void>;
  /** Whether the key has signed what has this digest. */
  isSigned(reference: DigestReference, key: KeyObject, asking: Asking): Promise<boolean>;
  /** Signs it, beside what others have signed. */
  sign(reference: DigestReference, key: KeyObject, asking: Asking): Promise<void>;
  /** Lets a tag point at a digest that its repository has. */
  point(reference: TagReference, digest: string, asking: Asking): Promise<void>;
  /** Takes a tag away and nothing else. Harmless when there is none. */
  remove(reference: TagReference, asking: Asking): Promise<void>;
}
