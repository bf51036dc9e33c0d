import { StalledError } from '@trueup/diagnostics';
import { limitUntil, type RestAnswer } from '@trueup/forge-sdk';

const reset = 'x-ratelimit-reset';

/**
 * When GitHub answers again. It refuses by 403 as well as by 429, and one of its limits is told by the
 * text alone: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function readGithubLimit(answer: RestAnswer, nowMs: number): number | undefined {
  const { status, headers } = answer;
  if (status !== 403 && status !== 429) return undefined;
  const isUsedUp = headers.get('x-ratelimit-remaining') === '0';
  const isLimit = status === 429 || isUsedUp || headers.has('retry-after') || namesLimit(answer);
  if (!isLimit) return undefined;
  // The time of the hourly limit says nothing of another one.
  const own = isUsedUp ? headers : new Map([...headers].filter(([name]) => name !== reset));
  return limitUntil(own, nowMs, reset);
}

function namesLimit({ body }: RestAnswer): boolean {
  return /secondary rate limit/i.test(Buffer.from(body.subarray(0, 2048)).toString());
}

export function unreadableKey(subject: string): StalledError {
  const message = `${subject}: not asked: the private key of the app cannot be read`;
  return new StalledError('FORGE_CREDENTIAL_UNREADABLE', message, subject);
}

/** The same where GitHub finds that what was named cannot be. */
export async function absentWhenRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const codes = ['FORGE_NOT_FOUND', 'FORGE_REFUSED'];
    if (error instanceof StalledError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
