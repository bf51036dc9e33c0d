import { formatAge } from './format-age.ts';

/** `kubectl, 3 min ago`; without the age where the target does not say it. */
export function formatWriter(
  { name, writtenAt }: { readonly name: string; readonly writtenAt?: string },
  nowMs: number,
): string {
  return writtenAt === undefined ? name : `${name}, ${formatAge(writtenAt, nowMs)}`;
}
