/** What records of this forge have to look like. What is in the store, somebody may have restored or mended. */
import {
  type ForgeUser,
  integer,
  list,
  maybe,
  object,
  type Shape,
  text,
  truth,
} from '@trueup/forge-sdk';

import type { BranchWriter, WrittenBranch } from './model/branch-writer.ts';
import type {
  AutoMerge,
  HostedMergeRequest,
  HostedReview,
  HostedStatus,
  MergeStep,
  Note,
  NotePlace,
} from './model/hosted-merge-request.ts';
import type { HostedRepository, Protection } from './model/hosted-repository.ts';

function words<const T extends string>(values: readonly T[]): Shape<T> {
  return { type: 'string', enum: values };
}

const method: Shape<'merge' | 'squash' | 'fast-forward'> = words([
  'merge',
  'squash',
  'fast-forward',
]);
const user: Shape<ForgeUser> = object<ForgeUser>({ id: text, login: text });

const protection: Shape<Protection> = object<Protection>({
  pattern: text,
  checks: list(text),
  approvals: integer,
  resolvedThreads: truth,
});

export const repositoryShape: Shape<HostedRepository> = object<HostedRepository>({
  id: text,
  path: text,
  defaultBranch: text,
  createdAt: text,
  lastNumber: integer,
  lastId: integer,
  mergeMethods: list(method),
  protections: list(protection),
});

const mergeStep: Shape<MergeStep> = object<MergeStep>({
  commit: text,
  before: text,
  by: user,
  at: text,
});

const autoMerge: Shape<AutoMerge> = object<AutoMerge>({
  commit: text,
  method,
  onto: maybe(text),
  deleteSource: maybe(truth),
  by: user,
  email: text,
  at: text,
});

export const mergeRequestShape: Shape<HostedMergeRequest> = object<HostedMergeRequest>({
  number: integer,
  title: text,
  body: text,
  author: user,
  pushers: maybe(list(user)),
  draft: truth,
  labels: list(text),
  reviewers: list(user),
  sourceRepository: text,
  sourceBranch: text,
  sourceCommit: text,
  targetBranch: text,
  targetCommit: text,
  state: words(['open', 'merged', 'closed']),
  merged: maybe(mergeStep),
  merging: maybe(mergeStep),
  autoMerge: maybe(autoMerge),
  reviewsAfter: maybe(integer),
  createdAt: text,
  updatedAt: text,
});

export const branchShape: Shape<WrittenBranch> = object<WrittenBranch>({
  branch: text,
  writers: list(object<BranchWriter>({ user, commit: maybe(text) })),
});

export const noteShape: Shape<Note> = object<Note>({
  id: text,
  author: user,
  body: text,
  createdAt: text,
  updatedAt: text,
  thread: maybe(text),
  discussion: maybe(truth),
  place: maybe(object<NotePlace>({ path: text, line: integer, commit: text })),
  resolved: maybe(object<NonNullable<Note['resolved']>>({ by: user, at: text })),
});

export const reviewShape: Shape<HostedReview> = object<HostedReview>({
  id: text,
  author: user,
  verdict: words(['approved', 'changes-requested', 'commented', 'dismissed']),
  commit: text,
  body: text,
  submittedAt: text,
});

export const statusShape: Shape<HostedStatus> = object<HostedStatus>({
  context: text,
  state: words(['pending', 'passed', 'failed', 'error']),
  description: text,
  url: maybe(text),
  author: user,
  updatedAt: text,
});

/** Of one that lies elsewhere and comes from here. */
export interface Outgoing {
  readonly path: string;
  readonly number: number;
}

export const outgoingShape: Shape<Outgoing> = object<Outgoing>({ path: text, number: integer });
