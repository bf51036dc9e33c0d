/** What whoever asks may do with what is shown. The server refuses everything else. */
import { list, type Schema, words } from '../schema/schema.ts';

/** In a repository or a stack. Whoever sees it may view it. `plan` is to write to it as well: push, propose, merge. */
export type Verb =
  | 'view'
  | 'plan'
  | 'approve'
  | 'apply'
  | 'cancel'
  | 'resume'
  | 'pause'
  | 'heal'
  | 'rollback'
  | 'alert'
  | 'break-glass'
  | 'administer';

/**
 * With a merge request of the built-in forge. `review`: one's review counts where its target branch asks for
 * approvals. `approve`: plans of its stacks. `edit`: its texts, state and branch. `merge`: nothing in
 * the rules for roles forbids it; what else stands in its way is its `obstacle`.
 */
export type MergeRequestVerb = 'comment' | 'review' | 'approve' | 'edit' | 'merge';

export const mayVerbs: Schema<readonly Verb[]> = list(
  words([
    'view',
    'plan',
    'approve',
    'apply',
    'cancel',
    'resume',
    'pause',
    'heal',
    'rollback',
    'alert',
    'break-glass',
    'administer',
  ] as const),
);

export const mayWithRequest: Schema<readonly MergeRequestVerb[]> = list(
  words(['comment', 'review', 'approve', 'edit', 'merge'] as const),
);
