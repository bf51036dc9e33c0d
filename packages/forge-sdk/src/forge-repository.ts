import type { Diagnostic } from '@trueup/diagnostics';

import type { MergeMethod } from './merge-request.ts';

/** A repository on a forge, and how to get at it. Never stored with its credential. */
export interface ForgeRepository {
  /** Root of the forge's API. Absent for the public installation that the forge is known by. */
  readonly apiUrl?: string;
  /** As its forge addresses it, for example `shop/gitops`. */
  readonly path: string;
  readonly credential?: ForgeCredential;
}

/** Secret. `app`: an identity of its own, that exchanges a signed word for tokens that run out. */
export type ForgeCredential =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      /** PEM. */
      readonly privateKey: string;
    };

export interface ForgeRepositoryFacts {
  /** By which the forge knows the repository for good: paths change hands. */
  readonly id: string;
  readonly path: string;
  readonly defaultBranch: string;
  /** For `git fetch` by https. */
  readonly cloneUrl: string;
  /** How merge requests may be merged there. */
  readonly mergeMethods: readonly MergeMethod[];
  /** Who we are there: comments by this user that bear our mark are ours. */
  readonly self: { readonly id: string; readonly login: string };
  /** What our credential may not do though Trueup needs it, one sentence each. */
  readonly diagnostics: readonly Diagnostic[];
}
