/** What GitHub answers, as far as we read it: https://docs.github.com/rest, version 2022-11-28. */
import { integer, list, maybe, object, type Shape, text, truth } from '@trueup/forge-sdk';

export interface GithubUser {
  readonly id: number;
  readonly login: string;
}

export interface GithubRepository {
  readonly id: number;
  readonly full_name: string;
  readonly default_branch: string;
  readonly clone_url: string;
  readonly permissions?: { readonly admin: boolean; readonly push: boolean } | null;
  /** These two are told only to those who may push. */
  readonly allow_merge_commit?: boolean | null;
  readonly allow_squash_merge?: boolean | null;
}

export interface GithubEnd {
  readonly ref: string;
  readonly sha: string;
  /** Absent when a fork is gone. */
  readonly repo?: { readonly full_name: string } | null;
}

export interface GithubPull {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null;
  readonly user?: GithubUser | null;
  readonly state: string;
  readonly draft?: boolean | null;
  readonly labels: readonly { readonly name: string }[];
  readonly head: GithubEnd;
  readonly base: GithubEnd;
  readonly html_url: string;
  readonly merged_at?: string | null;
  /** While it is open, that of a merge that GitHub tries by itself. */
  readonly merge_commit_sha?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Only where one is asked for; `mergeable` is `null` while GitHub finds out. */
  readonly merged_by?: GithubUser | null;
  readonly mergeable?: boolean | null;
  readonly mergeable_state?: string | null;
}

export interface GithubReview {
  readonly id: number;
  readonly user?: GithubUser | null;
  readonly state: string;
  readonly commit_id?: string | null;
  /** Absent while it is not sent. */
  readonly submitted_at?: string | null;
}

export interface GithubComment {
  readonly id: number;
  readonly user?: GithubUser | null;
  readonly body?: string | null;
  readonly html_url: string;
  readonly issue_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface GithubStatus {
  readonly id: number;
  readonly state: string;
  readonly context: string;
  readonly description?: string | null;
  readonly target_url?: string | null;
  readonly updated_at: string;
}

export interface GithubCheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion?: string | null;
  readonly details_url?: string | null;
  readonly started_at?: string | null;
  readonly completed_at?: string | null;
  readonly output?: { readonly title?: string | null } | null;
}

export interface GithubCheckRuns {
  readonly check_runs: readonly GithubCheckRun[];
}

export interface GithubPermission {
  readonly permission: string;
  readonly user?: GithubUser | null;
}

export interface GithubReference {
  readonly object: { readonly sha: string };
}

export interface GithubMerge {
  readonly sha: string;
  readonly merged: boolean;
}

export interface GithubInstallation {
  readonly id: number;
}

export interface GithubAccess {
  readonly token: string;
  readonly expires_at: string;
  readonly permissions?: Readonly<Record<string, string>> | null;
}

export interface GithubApp {
  readonly slug: string;
}

export const userShape: Shape<GithubUser> = object<GithubUser>({ id: integer, login: text });
export const usersShape: Shape<readonly GithubUser[]> = list(userShape);

export const repositoryShape: Shape<GithubRepository> = object<GithubRepository>({
  id: integer,
  full_name: text,
  default_branch: text,
  clone_url: text,
  permissions: maybe(
    object<{ readonly admin: boolean; readonly push: boolean }>({ admin: truth, push: truth }),
  ),
  allow_merge_commit: maybe(truth),
  allow_squash_merge: maybe(truth),
});

const endShape = object<GithubEnd>({
  ref: text,
  sha: text,
  repo: maybe(object<{ readonly full_name: string }>({ full_name: text })),
});

export const pullShape: Shape<GithubPull> = object<GithubPull>({
  number: integer,
  title: text,
  body: maybe(text),
  user: maybe(userShape),
  state: text,
  draft: maybe(truth),
  labels: list(object<{ readonly name: string }>({ name: text })),
  head: endShape,
  base: endShape,
  html_url: text,
  merged_at: maybe(text),
  merge_commit_sha: maybe(text),
  created_at: text,
  updated_at: text,
  merged_by: maybe(userShape),
  mergeable: maybe(truth),
  mergeable_state: maybe(text),
});
export const pullsShape: Shape<readonly GithubPull[]> = list(pullShape);

export const reviewsShape: Shape<readonly GithubReview[]> = list(
  object<GithubReview>({
    id: integer,
    user: maybe(userShape),
    state: text,
    commit_id: maybe(text),
    submitted_at: maybe(text),
  }),
);

export const commentShape: Shape<GithubComment> = object<GithubComment>({
  id: integer,
  user: maybe(userShape),
  body: maybe(text),
  html_url: text,
  issue_url: text,
  created_at: text,
  updated_at: text,
});
export const commentsShape: Shape<readonly GithubComment[]> = list(commentShape);

export const statusShape: Shape<GithubStatus> = object<GithubStatus>({
  id: integer,
  state: text,
  context: text,
  description: maybe(text),
  target_url: maybe(text),
  updated_at: text,
});
export const statusesShape: Shape<readonly GithubStatus[]> = list(statusShape);

export const checkRunsShape: Shape<GithubCheckRuns> = object<GithubCheckRuns>({
  check_runs: list(
    object<GithubCheckRun>({
      id: integer,
      name: text,
      status: text,
      conclusion: maybe(text),
      details_url: maybe(text),
      started_at: maybe(text),
      completed_at: maybe(text),
      output: maybe(object<{ readonly title?: string | null }>({ title: maybe(text) })),
    }),
  ),
});

export const permissionShape: Shape<GithubPermission> = object<GithubPermission>({
  permission: text,
  user: maybe(userShape),
});

export const referenceShape: Shape<GithubReference> = object<GithubReference>({
  object: object<{ readonly sha: string }>({ sha: text }),
});

export const mergeShape: Shape<GithubMerge> = object<GithubMerge>({ sha: text, merged: truth });

export const installationShape: Shape<GithubInstallation> = object<GithubInstallation>({
  id: integer,
});

export const accessShape: Shape<GithubAccess> = object<GithubAccess>({
  token: text,
  expires_at: text,
  permissions: maybe({ type: 'object', additionalProperties: text }),
});

export const appShape: Shape<GithubApp> = object<GithubApp>({ slug: text });
