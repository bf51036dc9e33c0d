import {
  type Check,
  type CommitStatus,
  cutLine,
  isOwnContext,
  type StatusState,
} from '@trueup/forge-sdk';

import type { GiteaStatus } from '../schema.ts';

const states: ReadonlyMap<string, StatusState> = new Map([
  ['pending', 'pending'],
  ['success', 'passed'],
  ['skipped', 'passed'],
  ['failure', 'failed'],
  // Gitea itself does not let a warning pass for a success.
  ['warning', 'failed'],
  ['error', 'error'],
]);

const foreignStates: Readonly<Record<StatusState, string>> = {
  pending: 'pending',
  passed: 'success',
  failed: 'failure',
  error: 'error',
};

/** Of `commit_status.description`, where the database is not asked for more. */
const longestDescription = 255;

/** Pure. `statuses` are all that were ever posted on the commit. */
export function toChecks(statuses: readonly GiteaStatus[]): readonly Check[] {
  const inOrder = [...statuses].sort((one, other) => one.id - other.id);
  const newest = new Map(inOrder.map((status) => [status.context, status]));
  return [...newest.values()]
    .filter(({ context }) => !isOwnContext(context))
    .map((status) => ({
      name: status.context,
      state: states.get(status.status) ?? 'error',
      ...(status.description && { description: status.description }),
      ...(status.target_url && { url: status.target_url }),
      updatedAt: status.updated_at,
    }));
}

/** Pure. As Gitea wants it. */
export function fromStatus({ context, state, description, url }: CommitStatus): object {
  return {
    context,
    state: foreignStates[state],
    description: cutLine(description, longestDescription),
    ...(url !== undefined && { target_url: url }),
  };
}
