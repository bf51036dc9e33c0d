import type { WebhookRequest } from '../delivery.ts';
import type { Forge } from '../forge.ts';
import type { ForgeRepository } from '../forge-repository.ts';
import type { ForgeUser } from '../forge-user.ts';
import type { MergeMethod, MergeRequestNumber } from '../merge-request.ts';
import type { ForgeStage } from './forge-stage.ts';

/** What the forge behind an adapter can do at all. */
export interface ForgeAbilities {
  readonly mergeMethods: readonly MergeMethod[];
  /** People can say something of the whole without an approval. */
  readonly commentedReviews: boolean;
  /** Somebody's later verdict replaces the earlier one, which is then shown no more, or dismissed. */
  readonly replacesVerdicts: boolean;
  readonly nestedGroups: boolean;
  /** It says that an answer is as before, which costs nothing of a limit. */
  readonly conditionalRequests: boolean;
  /** False where nobody is refused for asking too often. True if absent. */
  readonly limitsRequests?: boolean;
  /** Repositories get other paths, and forks go. Not so if absent. */
  readonly movesRepositories?: boolean;
  /** `token`: a word that is sent along, so that a changed body is not noticed. */
  readonly signs: 'body' | 'token';
}

/** How requests to the forge end, from now on. */
export type ForgeFailure =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'server-error'
  | 'truncated'
  | 'garbage'
  | 'wrong-shape'
  | 'connection-lost';

/** What goes wrong between the adapter and the forge. Answers that fail repeat {@link foreignText}. */
export interface ForgeFaults {
  readonly fail: (failure: ForgeFailure) => void;
  readonly recover: () => void;
  /** The next request is refused, since there were too many; others are taken after so long. */
  readonly limit: (ms: number) => void;
  /** The next write is carried out, and its answer gets lost. */
  readonly loseAnswer: () => void;
  /** Requests get no answer from now on. */
  readonly freeze: () => void;
}

/** Stands in every answer that fails, with the credential: neither may get into an error. */
export const foreignText = 'FOREIGN-TEXT';

/** What a forge would tell by a webhook. */
export type StagedEvent =
  | { readonly kind: 'push'; readonly branch: string; readonly commit: string }
  | { readonly kind: 'merge-request'; readonly number: MergeRequestNumber }
  | { readonly kind: 'comment'; readonly number: MergeRequestNumber }
  | { readonly kind: 'review'; readonly number: MergeRequestNumber }
  | { readonly kind: 'check'; readonly commit: string }
  /** Sent when the webhook is set up, and something that this forge tells but nobody asks for. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'unknown' };

/**
 * One adapter with a repository of its own on its forge: private, with a default branch `main` that has
 * one commit, and nothing else. The optional members are those that not every forge lets a test do.
 */
export interface ForgeFixture {
  readonly forge: Forge;
  /** As a member who may administer it. */
  readonly repository: ForgeRepository;
  readonly self: ForgeUser;
  /** Long enough not to occur by chance. */
  readonly token: string;
  readonly stage: ForgeStage;
  readonly faults: ForgeFaults;
  /** How many items one page has that the adapter asks for. Small, so that there are several. */
  readonly pageLength: number;
  /** As the forge would send it, signed with `secret`. */
  readonly deliver: (event: StagedEvent, secret: string) => WebhookRequest;
  /** Any body, in an envelope that this forge would send. */
  readonly sign: (body: Uint8Array, secret: string) => WebhookRequest;
  readonly countRequests: () => number;
  /** Requests that ask for a change, whatever came of them. */
  readonly countWrites: () => number;
  /** Answers that were as before. */
  readonly countUnchanged: () => number;
  /**
   * How long the adapter meant to wait, in milliseconds, each time. It does not really wait; but what
   * would take 15 s and more ends only when it is aborted.
   */
  readonly waits: () => readonly number[];
  /** The same forge, that gives up after a fraction of a second. */
  readonly impatient: Forge;
  /** The same repository for somebody who may only read it. */
  readonly reader?: ForgeRepository;
  /** Called once, whatever happened before. */
  readonly close: () => Promise<void>;
}
