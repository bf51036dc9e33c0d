export type {
  ControlPlane,
  FieldExplanation,
  NewRepository,
  ResourceView,
  Session,
  SessionErrorCode,
  StackView,
} from './session/session.ts';
export { SessionError } from './session/session-error.ts';
