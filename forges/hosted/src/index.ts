export { composePayload, signDelivery } from './delivery/write-delivery.ts';
export {
  type Branch,
  type FolderEntry,
  type HistoryEntry,
  type HistoryRequest,
  listBranches,
  listHistory,
  type PathContent,
  type PathRequest,
  type PathView,
  readPath,
} from './host/browse.ts';
export {
  addNote,
  addReview,
  deleteNote,
  dismissReview,
  editNote,
  type NewNote,
  type NewReview,
  resolveThread,
  type TalkKey,
} from './host/discuss.ts';
export { type Edit, type Edited, editFiles, type FileEdit } from './host/edit-files.ts';
export {
  cancelAutoMerge,
  gatherFacts,
  getRequest,
  type HostedMergeOrder,
  type HostedMergeOutcome,
  mergeRequest,
  mergeWhenGreen,
} from './host/merge-request.ts';
export { openHost } from './host/open-host.ts';
export {
  closeRequest,
  editRequest,
  type NewHostedRequest,
  openRequest,
  type RequestEdit,
  reopenRequest,
} from './host/open-request.ts';
export { type NewStatus, postCheck } from './host/post-status.ts';
export { changeSettings, protectBranch, type RepositorySettings } from './host/protect-branches.ts';
export { type ConflictFile, type Conflicts, readConflicts } from './host/read-conflicts.ts';
export {
  type DiffRequest,
  type FileDiff,
  listChanges,
  type RequestChanges,
  readDiff,
} from './host/read-diff.ts';
export type { OpenRepository, RepositoryHost } from './host/repository-host.ts';
export { type Resolution, type ResolvedFile, resolveConflicts } from './host/resolve-conflicts.ts';
export { type RevertOrder, revertRange, revertRequest } from './host/revert-request.ts';
export { takeSuggestion } from './host/take-suggestion.ts';
export type {
  HostedClient,
  HostedEvent,
  HostedPeople,
  HostedRecord,
  HostedRecords,
  RecordWrite,
} from './hosted-client.ts';
export { createHostedForge, type HostedForgeOptions } from './hosted-forge.ts';
export { approversOf, findObstacle, openThreads } from './model/decide-merge.ts';
export {
  type HostedActor,
  type HostedMergeRequest,
  type HostedReview,
  type HostedStatus,
  type Note,
  type NotePlace,
  systemUser,
} from './model/hosted-merge-request.ts';
export type { HostedRepository, Protection } from './model/hosted-repository.ts';
export { type GitAnswer, type GitRequest, parseGitAddress } from './serving/git-request.ts';
export { GitServer, type GitServerOptions } from './serving/serve-git.ts';
