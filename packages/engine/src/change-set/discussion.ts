import type { Digest } from '../plan/digest.ts';

/**
 * What people said on a merge request, as far as it was taken up, and what they were shown. It goes over
 * to the change set that takes the place of this one.
 */
export interface Discussion {
  /** Our comment, and what it says. Absent before it was written. */
  readonly shown?: ShownPlans;
  readonly heard: HeardComments;
  /** What was asked for and not done; one of a kind, the newest last. Bounded. */
  readonly refusals: readonly Refusal[];
  /** Who said that nothing is to be applied after the merge before somebody says so. */
  readonly hold?: { readonly by: string; readonly at: string };
  /** Somebody asked how it is decided. */
  readonly explains?: true;
}

export interface ShownPlans {
  /** As the forge counts comments. */
  readonly comment: { readonly id: string; readonly url: string };
  /** Of the change set whose plans it shows. */
  readonly digest: Digest;
  /** Of the head that they are for. */
  readonly head: string;
  /**
   * RFC 3339, by the forge's clock: the comment has shown just this since then. Reviews from before are
   * about something else.
   */
  readonly since: string;
}

/**
 * Which comments were listened to: each once, so that no word is taken up again when what it says
 * happens to fit once more.
 */
export interface HeardComments {
  /** RFC 3339, by the forge's clock. Whatever was written before it was heard. */
  readonly since: string;
  /** Those from then on that were heard. */
  readonly comments: readonly { readonly id: string; readonly at: string }[];
}

export interface Refusal {
  /** Login on the forge, or the member's name. Hostile. */
  readonly who: string;
  /** What it was: `approve`, `review`. */
  readonly what: string;
  /** One sentence for people. */
  readonly reason: string;
}
