/** What people say of a merge request of the built-in forge. */
import { integer, object, optional, type Schema, text, truth, words } from '../schema/schema.ts';
import { type ForgeUser, forgeUserSchema as user } from './forge-user.ts';

/** A line of a file, as a commit has it. */
export interface CommentPlace {
  readonly path: string;
  readonly line: number;
  readonly commit: string;
}

export interface Comment {
  readonly id: string;
  readonly author: ForgeUser;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Id of the first comment of its thread. */
  readonly thread?: string;
  /** Of the first one of a thread, which somebody has to resolve. */
  readonly discussion?: boolean;
  readonly place?: CommentPlace;
  readonly resolved?: { readonly by: ForgeUser; readonly at: string };
}

export interface NewComment {
  readonly body: string;
  /** Answers in a thread. */
  readonly thread?: string;
  /** Begins a thread. */
  readonly discussion?: boolean;
  /** Begins a thread at a line; a block called `suggestion` in it can be applied. */
  readonly place?: CommentPlace;
}

/** What whoever accepts a suggestion has seen: refused where the comment says another thing by now, or speaks of another commit. */
export interface AcceptedSuggestion {
  /** All of the comment. */
  readonly body: string;
  /** The commit whose lines it replaces. */
  readonly commit: string;
}

export interface Review {
  readonly id: string;
  readonly author: ForgeUser;
  readonly verdict: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
  readonly commit: string;
  readonly body: string;
  readonly submittedAt: string;
}

export interface NewReview {
  readonly verdict: 'approved' | 'changes-requested' | 'commented';
  readonly body?: string;
  /** The head that was looked at: refused when it is another one by now. */
  readonly commit?: string;
}

const revision: Schema<string> = text({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const body: Schema<string> = text({ maxLength: 100_000 });
const filePath: Schema<string> = text({ minLength: 1, maxLength: 4000 });

const commentPlace: Schema<CommentPlace> = object<CommentPlace>(
  { path: filePath, line: integer({ minimum: 1, maximum: 10_000_000 }), commit: revision },
  'CommentPlace',
);

export const commentSchema: Schema<Comment> = object<Comment>(
  {
    id: text(),
    author: user,
    body: text(),
    createdAt: text(),
    updatedAt: text(),
    thread: optional(text()),
    discussion: optional(truth()),
    place: optional(commentPlace),
    resolved: optional(object<NonNullable<Comment['resolved']>>({ by: user, at: text() })),
  },
  'Comment',
);

export const newCommentSchema: Schema<NewComment> = object<NewComment>(
  {
    body: text({ minLength: 1, maxLength: 100_000 }),
    thread: optional(text({ maxLength: 20 })),
    discussion: optional(truth()),
    place: optional(commentPlace),
  },
  'NewComment',
);

export const acceptedSuggestionSchema: Schema<AcceptedSuggestion> = object<AcceptedSuggestion>(
  { body, commit: revision },
  'AcceptedSuggestion',
);

export const commentEditSchema: Schema<{ readonly body: string }> = object<{
  readonly body: string;
}>({ body: text({ minLength: 1, maxLength: 100_000 }) });

export const resolutionSchema: Schema<{ readonly resolved: boolean }> = object<{
  readonly resolved: boolean;
}>({ resolved: truth() });

export const reviewSchema: Schema<Review> = object<Review>(
  {
    id: text(),
    author: user,
    verdict: words(['approved', 'changes-requested', 'commented', 'dismissed'] as const),
    commit: text(),
    body: text(),
    submittedAt: text(),
  },
  'Review',
);

export const newReviewSchema: Schema<NewReview> = object<NewReview>(
  {
    verdict: words(['approved', 'changes-requested', 'commented'] as const),
    body: optional(body),
    commit: optional(revision),
  },
  'NewReview',
);
