import { setTimeout as sleep } from 'node:timers/promises';

/** For a machine that does ten other things. What never comes takes so long to be noticed. */
const patienceMs = 120_000;

/** Asks again and again until there is an answer; fails with `what` when there never is. */
export async function poll<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  tell: () => string = () => '',
  withinMs: number = patienceMs,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs} ms; ${tell()}`);
    await sleep(30);
  }
}
