/**
 * Shows on the forge what a merge request would bring: one comment, and what its commit's status is.
 *
 * What is shown already is not written again; a new process looks once whether it still is.
 */
import {
  type ChangeSet,
  type CommentView,
  composeComment,
  composeConflict,
  digestChangeSet,
  type ShownPlans,
} from '@trueup/engine';
import type { CommentPlace, CommitStatus } from '@trueup/forge-sdk';
import type { ForgePlace } from '../../forges/forge-place.ts';

/** Of all comments of ours on a merge request. */
const mark = 'plan';

/** One merge request's face. Calls of one change set come one after the other. */
export class MergeRequestFace {
  #comment: { readonly place: CommentPlace; readonly body: string } | undefined;
  readonly #statuses = new Map<string, string>();
  /** What the forge said when we listened last: it moves with everything that people say. */
  listenedTo: string | undefined;
  /** How often it was looked at since. */
  looks = 0;

  async putStatuses(
    { head }: Pick<ChangeSet, 'head'>,
    statuses: readonly CommitStatus[],
    { place, signal }: Showing,
  ): Promise<void> {
    for (const status of statuses) {
      const text = JSON.stringify([head, status]);
      if (text === this.#statuses.get(status.context)) continue;
      await place.forge.putStatus(place.repository, { commit: head, status }, { signal });
      this.#statuses.set(status.context, text);
    }
  }

  /** Answers with what is shown from now on, and since when. */
  async putComment(
    set: ChangeSet,
    view: CommentView,
    { place, signal }: Showing,
  ): Promise<ShownPlans | undefined> {
    const { forge, repository } = place;
    const { phase, number, discussion } = set;
    const length = forge.limits.commentLength;
    const body =
      phase.name === 'conflicting'
        ? composeConflict(phase.files, { length })
        : composeComment(view, { length });
    const before = discussion?.shown;
    if (body === this.#comment?.body) return before;
    const known = this.#comment?.place ?? before?.comment;
    const comment = { mark, body, ...(known && { known }) };
    const placed = await forge.putComment(repository, { number, comment }, { signal });
    this.#comment = { body, place: placed };
    const digest = digestChangeSet(set);
    const isSame =
      before?.digest === digest && before.head === set.head && before.comment.id === placed.id;
    if (isSame) return before;
    const since = await readSince(set, placed, { place, signal });
    const at = { id: placed.id, url: placed.url };
    return since === undefined ? before : { comment: at, digest, head: set.head, since };
  }
}

export interface Showing {
  readonly place: ForgePlace;
  readonly signal: AbortSignal;
}

/** By the forge's own clock: reviews are told apart by it. */
async function readSince(
  { number, discussion, headSeenAt }: ChangeSet,
  { id }: CommentPlace,
  { place, signal }: Showing,
): Promise<string | undefined> {
  const { forge, repository } = place;
  const since = discussion?.shown?.since ?? headSeenAt;
  const comments = await forge.comments(repository, { number, since }, { signal });
  return comments.find((comment) => comment.id === id)?.updatedAt;
}
