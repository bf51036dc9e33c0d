export { changedInputs } from './files/changed-inputs.ts';
export { identifyPaths } from './files/identify-paths.ts';
export type { LaidOutFolder } from './files/lay-out-folder.ts';
export type { ReadRecord } from './files/read-record.ts';
export { type FileBounds, openRevision, type RevisionFiles } from './files/revision-files.ts';
export { type Git, openGit } from './git/git.ts';
export { type BlamedLine, type BlameRequest, blameLine } from './history/blame-line.ts';
export { blameWorkTree, type WorkTreeLine } from './history/blame-work-tree.ts';
export { branchRef, isBranchName } from './history/branch-name.ts';
export {
  type Commit,
  type CommitsRequest,
  commitsBetween,
  type Person,
} from './history/commits-between.ts';
export { compareRevisions, type PathChange } from './history/compare-revisions.ts';
export {
  type BranchOutcome,
  isAncestor,
  lookAtBranch,
  resolveBranch,
} from './history/look-at-branch.ts';
export { type MergeResult, mergeRevisions } from './merge/merge-revisions.ts';
export { type BringRequest, bringRevision } from './mirror/bring-revision.ts';
export { collectGarbage, keepOnly, keepRevision, releaseRevision } from './mirror/keep-revision.ts';
export { type Mirror, type MirrorOptions, openMirror } from './mirror/open-mirror.ts';
export {
  type OwnRepository,
  type OwnRepositoryOptions,
  openOwnRepository,
} from './mirror/open-own-repository.ts';
export { snapshotFolder } from './mirror/snapshot-folder.ts';
export type { Credential, Credentials } from './remote/credentials.ts';
export { parseRemoteUrl, type Remote, type UrlProblem } from './remote/parse-remote-url.ts';
export type { Connection } from './remote/remote-access.ts';
export { type CommitRequest, commitFiles, type FileChange } from './write/commit-files.ts';
export { type PushOutcome, type PushRequest, pushCommit } from './write/push-commit.ts';
export { type TakeBackRequest, type TakeBackResult, takeBack } from './write/take-back.ts';
export { Turns } from './write/turns.ts';
