import { type OperationError, StalledError } from '@trueup/diagnostics';
import type { RestAnswer } from '@trueup/forge-sdk';

/** Where GitLab's statuses mean something else than on other forges. */
export function translateErrors(
  { status }: RestAnswer,
  subject: string,
): OperationError | undefined {
  if (status !== 406) return undefined;
  const message = `${subject}: not done: the forge refuses it as it is now`;
  return new StalledError('FORGE_REFUSED', message, subject);
}

export function unknownCredential(path: string): StalledError {
  const message = `${path}: not asked: GitLab takes a token, and no app`;
  return new StalledError('FORGE_CREDENTIAL_UNKNOWN', message, path);
}

export function tooLong(subject: string, longest: number): StalledError {
  const message = `${subject}: comment not written: it is longer than ${longest} characters`;
  return new StalledError('FORGE_COMMENT_TOO_LONG', message, subject);
}
