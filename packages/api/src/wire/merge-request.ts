/** Merge requests of the built-in forge. Those of other forges are looked at there. */
import {
  integer,
  list,
  object,
  optional,
  type Schema,
  text,
  truth,
  union,
  words,
} from '../schema/schema.ts';
import { type ForgeUser, forgeUserSchema as user } from './forge-user.ts';
import type { PageQuery } from './page.ts';
import { type MergeRequestVerb, mayWithRequest } from './verb.ts';

export type MergeMethod = 'merge' | 'squash' | 'fast-forward';
export type CheckState = 'pending' | 'passed' | 'failed' | 'error';

export interface MergeRequest {
  /** Counts within its repository. */
  readonly number: number;
  readonly title: string;
  /** Markdown. Hostile, as all texts of people. */
  readonly description: string;
  readonly author: ForgeUser;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly ForgeUser[];
  readonly source: {
    readonly repository: string;
    readonly branch: string;
    readonly commit: string;
  };
  readonly target: { readonly branch: string; readonly commit: string };
  readonly state: 'open' | 'merged' | 'closed';
  /** Of one that is merged: what the target branch got. */
  readonly merged?: { readonly commit: string; readonly by: ForgeUser; readonly at: string };
  /** It is merged as soon as everything is green. */
  readonly autoMerge?: {
    readonly method: MergeMethod;
    readonly by: ForgeUser;
    readonly at: string;
  };
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly description: string;
  readonly url?: string;
  readonly by: ForgeUser;
  readonly updatedAt: string;
}

/** Who owns what it changes, by one section of CODEOWNERS in the target branch. */
export interface OwnersClaim {
  readonly section?: string;
  readonly owners: readonly string[];
  /** The first of the paths. */
  readonly paths: readonly string[];
}

/** A merge request, and what stands between it and its target branch. */
export interface MergeRequestView extends MergeRequest {
  /** `behind`: merges, but not by a fast-forward. */
  readonly fit: 'merges' | 'behind' | 'conflicts' | 'unrelated';
  /** The first thing that keeps it from being merged now. Absent where nothing does. */
  readonly obstacle?: string;
  readonly approvedBy: readonly ForgeUser[];
  readonly checks: readonly Check[];
  readonly openThreads: number;
  readonly owners: readonly OwnersClaim[];
  /** What whoever asks may do with it. */
  readonly may: readonly MergeRequestVerb[];
}

export interface NewMergeRequest {
  readonly source: string;
  /** The default branch if absent. */
  readonly target?: string;
  readonly title: string;
  readonly description?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  /** Names of members. */
  readonly reviewers?: readonly string[];
}

/** What is absent stays. */
export interface MergeRequestEdit {
  readonly title?: string;
  readonly description?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  readonly reviewers?: readonly string[];
  readonly target?: string;
}

export interface MergeOrder {
  /** The head that may be merged, and no other. */
  readonly commit: string;
  /** `merge` if absent. */
  readonly method?: MergeMethod;
  /** As soon as everything is green, unless its head moves before. */
  readonly whenGreen?: boolean;
  /** Its branch goes once it is merged. A protected one stays, and one that moved on. */
  readonly deleteSource?: boolean;
}

/** `waiting`: not everything is green yet. */
export type MergeEnd =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'waiting' };

export interface FileDiff {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** Unified. Empty for a file that is no text; absent where it is too long. */
  readonly patch?: string;
}

export interface ConflictHunk {
  /** Of the file with both sides in it. */
  readonly line: number;
  readonly target: string;
  readonly base: string;
  readonly source: string;
}

export interface ConflictFile {
  readonly path: string;
  /** Absent for what is no text, or was removed or renamed by one of the two. */
  readonly hunks?: readonly ConflictHunk[];
  /** All of it, with both sides between marks. Absent without hunks, and where it is long. */
  readonly text?: string;
}

/** What becomes of a file that does not merge: a text, or one of the two sides as it is. */
export type ResolvedFile =
  | { readonly path: string; readonly content: string }
  | { readonly path: string; readonly keep: 'source' | 'target' };

export interface NewResolution {
  /** Heads of which the conflicts were shown. */
  readonly source: string;
  readonly target: string;
  /** Every one that does not merge, and no other. */
  readonly files: readonly ResolvedFile[];
}

export interface Conflicts {
  readonly kind: 'merges' | 'conflicts' | 'unrelated';
  /** The two that do not merge. Absent where there is nothing to solve. */
  readonly heads?: { readonly source: string; readonly target: string };
  readonly files: readonly ConflictFile[];
}

export interface NewCheck {
  /** Not `trueup/…`. */
  readonly name: string;
  readonly state: CheckState;
  readonly description?: string;
  readonly url?: string;
}

export interface FileEdit {
  readonly path: string;
  /** Absent: the file goes. */
  readonly content?: string;
}

export interface NewCommit {
  readonly branch: string;
  /** Where a new branch begins: a branch, or a commit. The default branch if absent. */
  readonly from?: string;
  /** The head that was seen: refused when it is another one by now. */
  readonly expected?: string;
  readonly message: string;
  readonly files: readonly FileEdit[];
}

export interface MadeCommit {
  readonly branch: string;
  readonly commit: string;
}

export interface MergeRequestQuery extends PageQuery {
  readonly state?: 'open' | 'merged' | 'closed';
}

const methods = ['merge', 'squash', 'fast-forward'] as const;
const states = ['pending', 'passed', 'failed', 'error'] as const;
const revision: Schema<string> = text({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const branch: Schema<string> = text({ minLength: 1, maxLength: 250 });
const title: Schema<string> = text({ minLength: 1, maxLength: 500 });
const body: Schema<string> = text({ maxLength: 100_000 });
const labels: Schema<readonly string[]> = list(text({ minLength: 1, maxLength: 100 }), {
  maxItems: 50,
});
const logins: Schema<readonly string[]> = list(text({ minLength: 1, maxLength: 64 }), {
  maxItems: 50,
});
const filePath: Schema<string> = text({ minLength: 1, maxLength: 4000 });

const mergeRequestMembers = {
  number: integer(),
  title: text(),
  description: text(),
  author: user,
  draft: truth(),
  labels: list(text()),
  reviewers: list(user),
  source: object<MergeRequest['source']>({ repository: text(), branch: text(), commit: text() }),
  target: object<MergeRequest['target']>({ branch: text(), commit: text() }),
  state: words(['open', 'merged', 'closed'] as const),
  merged: optional(
    object<NonNullable<MergeRequest['merged']>>({ commit: text(), by: user, at: text() }),
  ),
  autoMerge: optional(
    object<NonNullable<MergeRequest['autoMerge']>>({
      method: words(methods),
      by: user,
      at: text(),
    }),
  ),
  createdAt: text(),
  updatedAt: text(),
};

export const mergeRequestSchema: Schema<MergeRequest> = object<MergeRequest>(
  mergeRequestMembers,
  'MergeRequest',
);

export const checkSchema: Schema<Check> = object<Check>(
  {
    name: text(),
    state: words(states),
    description: text(),
    url: optional(text()),
    by: user,
    updatedAt: text(),
  },
  'Check',
);

export const mergeRequestViewSchema: Schema<MergeRequestView> = object<MergeRequestView>(
  {
    ...mergeRequestMembers,
    fit: words(['merges', 'behind', 'conflicts', 'unrelated'] as const),
    obstacle: optional(text()),
    approvedBy: list(user),
    checks: list(checkSchema),
    openThreads: integer(),
    owners: list(
      object<OwnersClaim>(
        { section: optional(text()), owners: list(text()), paths: list(text()) },
        'OwnersClaim',
      ),
    ),
    may: mayWithRequest,
  },
  'MergeRequestView',
);

export const newMergeRequestSchema: Schema<NewMergeRequest> = object<NewMergeRequest>(
  {
    source: branch,
    target: optional(branch),
    title,
    description: optional(body),
    draft: optional(truth()),
    labels: optional(labels),
    reviewers: optional(logins),
  },
  'NewMergeRequest',
);

export const mergeRequestEditSchema: Schema<MergeRequestEdit> = object<MergeRequestEdit>(
  {
    title: optional(title),
    description: optional(body),
    draft: optional(truth()),
    labels: optional(labels),
    reviewers: optional(logins),
    target: optional(branch),
  },
  'MergeRequestEdit',
);

export const mergeOrderSchema: Schema<MergeOrder> = object<MergeOrder>(
  {
    commit: revision,
    method: optional(words(methods)),
    whenGreen: optional(truth()),
    deleteSource: optional(truth()),
  },
  'MergeOrder',
);

export const mergeEndSchema: Schema<MergeEnd> = union(
  [
    object<Extract<MergeEnd, { readonly kind: 'merged' }>>({
      kind: words(['merged'] as const),
      commit: text(),
    }),
    object<Extract<MergeEnd, { readonly kind: 'waiting' }>>({ kind: words(['waiting'] as const) }),
  ],
  'MergeEnd',
);

export const fileDiffSchema: Schema<FileDiff> = object<FileDiff>(
  {
    path: text(),
    kind: words(['added', 'changed', 'removed'] as const),
    patch: optional(text()),
  },
  'FileDiff',
);

const commitText = text({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const longPath = text({ minLength: 1, maxLength: 4096 });

export const newResolutionSchema: Schema<NewResolution> = object<NewResolution>(
  {
    source: commitText,
    target: commitText,
    files: list(
      union([
        object<Extract<ResolvedFile, { readonly content: string }>>({
          path: longPath,
          content: text({ maxLength: 4 * 1024 * 1024 }),
        }),
        object<Extract<ResolvedFile, { readonly keep: string }>>({
          path: longPath,
          keep: words(['source', 'target'] as const),
        }),
      ]),
      { maxItems: 100 },
    ),
  },
  'NewResolution',
);

export const conflictsSchema: Schema<Conflicts> = object<Conflicts>(
  {
    kind: words(['merges', 'conflicts', 'unrelated'] as const),
    heads: optional(object<NonNullable<Conflicts['heads']>>({ source: text(), target: text() })),
    files: list(
      object<ConflictFile>({
        path: text(),
        hunks: optional(
          list(
            object<ConflictHunk>({
              line: integer(),
              target: text(),
              base: text(),
              source: text(),
            }),
          ),
        ),
        text: optional(text()),
      }),
    ),
  },
  'Conflicts',
);

export const newCheckSchema: Schema<NewCheck> = object<NewCheck>(
  {
    name: text({ minLength: 1, maxLength: 200 }),
    state: words(states),
    description: optional(text({ maxLength: 1000 })),
    url: optional(text({ maxLength: 2000 })),
  },
  'NewCheck',
);

export const newCommitSchema: Schema<NewCommit> = object<NewCommit>(
  {
    branch,
    from: optional(branch),
    expected: optional(revision),
    message: text({ minLength: 1, maxLength: 10_000 }),
    files: list(
      object<FileEdit>({ path: filePath, content: optional(text({ maxLength: 4_000_000 })) }),
      { maxItems: 100 },
    ),
  },
  'NewCommit',
);

export const madeCommitSchema: Schema<MadeCommit> = object<MadeCommit>(
  { branch: text(), commit: text() },
  'MadeCommit',
);
