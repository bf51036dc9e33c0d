/** What GitLab answers, as far as we read it: https://docs.gitlab.com/api/rest, version 4. */
import { integer, list, maybe, object, type Shape, text } from '@trueup/forge-sdk';

export interface GitlabUser {
  readonly id: number;
  readonly username: string;
  readonly state?: string | null;
}

export interface GitlabProject {
  readonly id: number;
  readonly path_with_namespace: string;
  readonly default_branch?: string | null;
  readonly http_url_to_repo: string;
  readonly visibility?: string | null;
  /** `merge`, `rebase_merge` or `ff`. */
  readonly merge_method?: string | null;
  /** `never`, `always`, `default_on` or `default_off`. */
  readonly squash_option?: string | null;
}

export interface GitlabMember extends GitlabUser {
  readonly access_level: number;
}

export interface GitlabMergeRequest {
  readonly iid: number;
  readonly title: string;
  readonly description?: string | null;
  readonly author?: GitlabUser | null;
  readonly state: string;
  readonly draft?: boolean | null;
  readonly labels: readonly string[];
  readonly source_branch: string;
  readonly target_branch: string;
  readonly project_id: number;
  /** Absent when a fork is gone. */
  readonly source_project_id?: number | null;
  readonly sha?: string | null;
  readonly merge_commit_sha?: string | null;
  readonly squash_commit_sha?: string | null;
  readonly merge_user?: GitlabUser | null;
  readonly merged_by?: GitlabUser | null;
  readonly merged_at?: string | null;
  readonly detailed_merge_status?: string | null;
  readonly web_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface GitlabNote {
  readonly id: number;
  readonly author?: GitlabUser | null;
  readonly body: string;
  /** Written by GitLab itself. */
  readonly system: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface GitlabApprovals {
  readonly approved_by: readonly {
    readonly user: GitlabUser;
    readonly approved_at?: string | null;
  }[];
}

export interface GitlabReviewer {
  readonly user: GitlabUser;
  readonly state?: string | null;
}

/** What the merge request was after one push. */
export interface GitlabVersion {
  readonly id: number;
  readonly head_commit_sha: string;
  readonly created_at: string;
}

export interface GitlabStatus {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly description?: string | null;
  readonly target_url?: string | null;
  readonly created_at: string;
  readonly finished_at?: string | null;
}

export interface GitlabGroup {
  readonly id: number;
}

export interface GitlabBranch {
  readonly commit: { readonly id: string };
}

type Approval = GitlabApprovals['approved_by'][number];

const truth: Shape<boolean> = { type: 'boolean' };

export const userShape: Shape<GitlabUser> = object<GitlabUser>({
  id: integer,
  username: text,
  state: maybe(text),
});

export const projectShape: Shape<GitlabProject> = object<GitlabProject>({
  id: integer,
  path_with_namespace: text,
  default_branch: maybe(text),
  http_url_to_repo: text,
  visibility: maybe(text),
  merge_method: maybe(text),
  squash_option: maybe(text),
});

export const memberShape: Shape<GitlabMember> = object<GitlabMember>({
  id: integer,
  username: text,
  state: maybe(text),
  access_level: integer,
});
export const membersShape: Shape<readonly GitlabMember[]> = list(memberShape);

export const mergeRequestShape: Shape<GitlabMergeRequest> = object<GitlabMergeRequest>({
  iid: integer,
  title: text,
  description: maybe(text),
  author: maybe(userShape),
  state: text,
  draft: maybe(truth),
  labels: list(text),
  source_branch: text,
  target_branch: text,
  project_id: integer,
  source_project_id: maybe(integer),
  sha: maybe(text),
  merge_commit_sha: maybe(text),
  squash_commit_sha: maybe(text),
  merge_user: maybe(userShape),
  merged_by: maybe(userShape),
  merged_at: maybe(text),
  detailed_merge_status: maybe(text),
  web_url: text,
  created_at: text,
  updated_at: text,
});
export const mergeRequestsShape: Shape<readonly GitlabMergeRequest[]> = list(mergeRequestShape);

export const noteShape: Shape<GitlabNote> = object<GitlabNote>({
  id: integer,
  author: maybe(userShape),
  body: text,
  system: truth,
  created_at: text,
  updated_at: text,
});
export const notesShape: Shape<readonly GitlabNote[]> = list(noteShape);

export const approvalsShape: Shape<GitlabApprovals> = object<GitlabApprovals>({
  approved_by: list(object<Approval>({ user: userShape, approved_at: maybe(text) })),
});

export const reviewersShape: Shape<readonly GitlabReviewer[]> = list(
  object<GitlabReviewer>({ user: userShape, state: maybe(text) }),
);

export const versionsShape: Shape<readonly GitlabVersion[]> = list(
  object<GitlabVersion>({ id: integer, head_commit_sha: text, created_at: text }),
);

export const statusShape: Shape<GitlabStatus> = object<GitlabStatus>({
  id: integer,
  name: text,
  status: text,
  description: maybe(text),
  target_url: maybe(text),
  created_at: text,
  finished_at: maybe(text),
});
export const statusesShape: Shape<readonly GitlabStatus[]> = list(statusShape);

export const groupsShape: Shape<readonly GitlabGroup[]> = list(
  object<GitlabGroup>({ id: integer }),
);

export const branchShape: Shape<GitlabBranch> = object<GitlabBranch>({
  commit: object<{ readonly id: string }>({ id: text }),
});
