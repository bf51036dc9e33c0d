import { StalledError } from '@trueup/diagnostics';

const code = 'FORGE_NOT_FOUND';

/** What is not there is told as what we may not see: forges answer both alike. */
export function notFound(subject: string): StalledError {
  return new StalledError(
    code,
    `${subject}: not done: it does not exist, or we may not see it`,
    subject,
  );
}

/** As `work`, but `undefined` where it rejects with `FORGE_NOT_FOUND`. */
export async function absentWhenNotFound<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StalledError && error.code === code) return undefined;
    throw error;
  }
}
