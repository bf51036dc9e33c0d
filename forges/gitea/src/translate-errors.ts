import { type OperationError, StalledError, TransientError } from '@trueup/diagnostics';
import { notFound, type RestAnswer } from '@trueup/forge-sdk';

/** Where Gitea's statuses mean something else than on other forges. */
export function translateErrors(
  { status }: RestAnswer,
  subject: string,
): OperationError | undefined {
  if (status === 423) {
    const message = `${subject}: not done: the repository is archived`;
    return new StalledError('FORGE_FORBIDDEN', message, subject);
  }
  if (status === 413) {
    const message = `${subject}: not done: the forge finds it too long`;
    return new StalledError('FORGE_REFUSED', message, subject);
  }
  return undefined;
}

/**
 * Gitea answers with 500 where what it was asked about does not exist. So `isThere` is asked after a
 * failure, and only then.
 */
export async function notFoundUnless<T>(
  isThere: () => Promise<boolean>,
  subject: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isAmbiguous = error instanceof TransientError && error.code === 'FORGE_UNAVAILABLE';
    if (isAmbiguous && !(await isThere())) throw notFound(subject);
    throw error;
  }
}

export function unknownCredential(path: string): StalledError {
  const message = `${path}: not asked: Gitea takes a token, and no app`;
  return new StalledError('FORGE_CREDENTIAL_UNKNOWN', message, path);
}

export function busyMerging(path: string): TransientError {
  const message = `${path}: not merged: the forge did not say what came of it`;
  return new TransientError('FORGE_UNAVAILABLE', message, path);
}
