import type { Grant } from './may.ts';

export interface Member {
  /** Unique. */
  readonly name: string;
  readonly grants: readonly Grant[];
  /** What rules may ask approvals from: `group:NAME`. */
  readonly groups: readonly string[];
  /** Addresses that its commits bear: whoever wrote a change may not count for its approval. */
  readonly emails: readonly string[];
  /** Its accounts on forges, as `gitea:42`: the forge's word, and the id that it knows it by. */
  readonly identities?: readonly string[];
  readonly createdAt: string;
}

/** A token is known by its hash only: who reads the store cannot act with it. */
export interface TokenRecord {
  readonly id: string;
  readonly member: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  /** For people: what it is for. */
  readonly label: string;
  readonly createdAt: string;
  /** RFC 3339. Absent when it does not expire. */
  readonly expiresAt?: string;
  readonly revokedAt?: string;
}

/** What keeps a member signed in with a browser. It is known by the hash of its cookie only. */
export interface BrowserSessionRecord {
  readonly id: string;
  readonly member: string;
  /** Id of the token that it was begun with, which it does not outlive. */
  readonly token: string;
  /** SHA-256 of what the cookie holds, hexadecimal. */
  readonly hash: string;
  readonly startedAt: string;
  /** Written now and then, not at every request. */
  readonly usedAt: string;
  /** At the latest, however often it is used. RFC 3339. */
  readonly expiresAt: string;
}

/** A link that may be used once: the first administrator comes by one. */
export interface OneTimeLink {
  readonly hash: string;
  readonly grants: readonly Grant[];
  readonly expiresAt: string;
  readonly usedAt?: string;
}

/** A secret at rest. Only `secrets` can read the ciphertext. */
export interface SecretRecord {
  readonly name: string;
  readonly ciphertext: Uint8Array;
  /** What it may be used for; a secret that is re-pointed elsewhere is refused. */
  readonly uses: readonly SecretUse[];
  readonly updatedAt: string;
}

export type SecretUse =
  | { readonly kind: 'repository'; readonly name: string }
  | { readonly kind: 'target'; readonly repository: string; readonly name: string }
  | { readonly kind: 'host'; readonly name: string }
  /** By alerts of the repository with this name. */
  | { readonly kind: 'alert'; readonly name: string };
