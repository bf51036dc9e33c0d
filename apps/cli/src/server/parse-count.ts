import { UsageError } from '../usage-error.ts';

/** @throws UsageError unless it is a number from 1 on. */
export function parseCount(flag: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} ${text}: write a number from 1 on.`);
}
