import type { ForgeUser } from './forge-user.ts';

export interface Comment {
  /** Grows with time within one repository, or sorts as text where the forge gives no number. */
  readonly id: string;
  readonly author: ForgeUser;
  /** Markdown, by anybody. */
  readonly body: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Later than `createdAt` once it was edited: commands in an edited comment do not count. */
  readonly updatedAt: string;
}

/** The one comment of ours on a merge request that is updated in place. */
export interface OwnComment {
  /**
   * Names the comment among ours, in words that people do not see: lower-case letters, digits and
   * `-`. The forge's adapter writes it into the body and finds it again by it and by its author.
   */
  readonly mark: string;
  /** Markdown, no longer than {@link Forge.limits}. */
  readonly body: string;
  /** Where it was put the last time, so that it need not be searched for. */
  readonly known?: CommentPlace;
}

/** Where a comment of ours is. Kept by the caller. */
export interface CommentPlace {
  readonly id: string;
  /** Address for people. */
  readonly url: string;
}
