export {
  type ControlPlaneOptions,
  createControlPlane,
  type Log,
  type SecretServices,
} from './create-control-plane.ts';
export type { Commit, GitRepository, RevisionFiles } from './repository/git-repository.ts';
export type {
  ControlPlane,
  FieldExplanation,
  MemberSettings,
  NewRepository,
  ResourceView,
  Session,
  SessionErrorCode,
  StackView,
} from './session/session.ts';
export { SessionError } from './session/session-error.ts';
