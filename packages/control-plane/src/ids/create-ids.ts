import { randomBytes } from 'node:crypto';

/** Whether a text may be one of {@link createIds}. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/**
 * Ids that are unique and sorted by time: 12 digits of the milliseconds, 4 of a count within one, 16
 * at random, all hexadecimal.
 */
export function createIds(now: () => number): () => string {
  let last = 0;
  let count = 0;
  return () => {
    // A clock that is set back must not make an id that sorts before an earlier one.
    const at = Math.max(now(), last);
    count = at === last ? count + 1 : 0;
    last = at;
    const time = at.toString(16).padStart(12, '0');
    const place = count.toString(16).padStart(4, '0');
    return `${time}${place}${randomBytes(8).toString('hex')}`;
  };
}
