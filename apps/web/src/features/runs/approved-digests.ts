import type { PlannedChange, Run } from '@trueup/api';

/**
 * Digests of what somebody agreed to in a run's newest plan. `undefined` where nothing of it is: then
 * there is no difference to show.
 */
export function approvedDigests(
  { phase, accepted }: Run,
  changes: readonly PlannedChange[],
): ReadonlySet<string> | undefined {
  const missing = new Set(phase.name === 'awaiting-approval' ? phase.missing : []);
  const known = changes.flatMap(({ digest }) =>
    digest !== undefined && missing.size > 0 && !missing.has(digest) ? [digest] : [],
  );
  const all = new Set([...accepted, ...known]);
  return all.size > 0 ? all : undefined;
}
