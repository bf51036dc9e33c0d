/** What Gitea and Forgejo answer, as far as we read it: the API that they describe at `/api/swagger`. */
import { integer, list, maybe, object, type Shape, text, truth } from '@trueup/forge-sdk';

export interface GiteaUser {
  /** Not positive for accounts that are gone, and for those that never were any. */
  readonly id: number;
  readonly login: string;
}

export interface GiteaRepository {
  readonly id: number;
  readonly full_name: string;
  readonly default_branch: string;
  readonly clone_url: string;
  readonly permissions?: { readonly admin: boolean; readonly push: boolean } | null;
  readonly allow_merge_commits?: boolean | null;
  readonly allow_squash_merge?: boolean | null;
  readonly allow_fast_forward_only_merge?: boolean | null;
}

export interface GiteaEnd {
  /** The branch, also after it is gone; `ref` is not. */
  readonly label: string;
  readonly sha: string;
  readonly repo?: { readonly full_name: string } | null;
}

export interface GiteaPull {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null;
  readonly user?: GiteaUser | null;
  readonly state: string;
  readonly draft?: boolean | null;
  readonly labels?: readonly { readonly name: string }[] | null;
  readonly head: GiteaEnd;
  readonly base: GiteaEnd;
  readonly html_url: string;
  readonly mergeable?: boolean | null;
  readonly merged: boolean;
  readonly merged_at?: string | null;
  readonly merge_commit_sha?: string | null;
  readonly merged_by?: GiteaUser | null;
  readonly merge_base?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface GiteaReview {
  readonly id: number;
  /** Absent where a team was asked for a review. */
  readonly user?: GiteaUser | null;
  readonly state: string;
  readonly dismissed?: boolean | null;
  readonly commit_id?: string | null;
  readonly submitted_at: string;
}

export interface GiteaComment {
  readonly id: number;
  readonly user?: GiteaUser | null;
  readonly body: string;
  readonly html_url: string;
  /** Addresses for people of what it belongs to; the other one is empty. */
  readonly pull_request_url?: string | null;
  readonly issue_url?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface GiteaStatus {
  readonly id: number;
  readonly status: string;
  readonly context: string;
  readonly description?: string | null;
  readonly target_url?: string | null;
  readonly updated_at: string;
}

export interface GiteaTeam {
  readonly id: number;
  readonly name: string;
}

export interface GiteaPermission {
  readonly permission: string;
  readonly user?: GiteaUser | null;
}

export interface GiteaReference {
  readonly ref: string;
  readonly object: { readonly sha: string };
}

export const userShape: Shape<GiteaUser> = object<GiteaUser>({ id: integer, login: text });

export const repositoryShape: Shape<GiteaRepository> = object<GiteaRepository>({
  id: integer,
  full_name: text,
  default_branch: text,
  clone_url: text,
  permissions: maybe(
    object<{ readonly admin: boolean; readonly push: boolean }>({ admin: truth, push: truth }),
  ),
  allow_merge_commits: maybe(truth),
  allow_squash_merge: maybe(truth),
  allow_fast_forward_only_merge: maybe(truth),
});

const endShape = object<GiteaEnd>({
  label: text,
  sha: text,
  repo: maybe(object<{ readonly full_name: string }>({ full_name: text })),
});

export const pullShape: Shape<GiteaPull> = object<GiteaPull>({
  number: integer,
  title: text,
  body: maybe(text),
  user: maybe(userShape),
  state: text,
  draft: maybe(truth),
  labels: maybe(list(object<{ readonly name: string }>({ name: text }))),
  head: endShape,
  base: endShape,
  html_url: text,
  mergeable: maybe(truth),
  merged: truth,
  merged_at: maybe(text),
  merge_commit_sha: maybe(text),
  merged_by: maybe(userShape),
  merge_base: maybe(text),
  created_at: text,
  updated_at: text,
});
export const pullsShape: Shape<readonly GiteaPull[]> = list(pullShape);

export const reviewsShape: Shape<readonly GiteaReview[]> = list(
  object<GiteaReview>({
    id: integer,
    user: maybe(userShape),
    state: text,
    dismissed: maybe(truth),
    commit_id: maybe(text),
    submitted_at: text,
  }),
);

export const commentShape: Shape<GiteaComment> = object<GiteaComment>({
  id: integer,
  user: maybe(userShape),
  body: text,
  html_url: text,
  pull_request_url: maybe(text),
  issue_url: maybe(text),
  created_at: text,
  updated_at: text,
});
export const commentsShape: Shape<readonly GiteaComment[]> = list(commentShape);

export const statusShape: Shape<GiteaStatus> = object<GiteaStatus>({
  id: integer,
  status: text,
  context: text,
  description: maybe(text),
  target_url: maybe(text),
  updated_at: text,
});
export const statusesShape: Shape<readonly GiteaStatus[]> = list(statusShape);

export const teamsShape: Shape<readonly GiteaTeam[]> = list(
  object<GiteaTeam>({ id: integer, name: text }),
);
export const usersShape: Shape<readonly GiteaUser[]> = list(userShape);

export const permissionShape: Shape<GiteaPermission> = object<GiteaPermission>({
  permission: text,
  user: maybe(userShape),
});

export const referencesShape: Shape<readonly GiteaReference[]> = list(
  object<GiteaReference>({
    ref: text,
    object: object<{ readonly sha: string }>({ sha: text }),
  }),
);

export const commitShape: Shape<{ readonly sha: string }> = object<{ readonly sha: string }>({
  sha: text,
});
