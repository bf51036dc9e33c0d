import { type Check, isOwnContext, type StatusState } from '@trueup/forge-sdk';

import type { GitlabStatus } from '../schema.ts';

const states: ReadonlyMap<string, StatusState> = new Map([
  ['success', 'passed'],
  ['skipped', 'passed'],
  ['failed', 'failed'],
  ['canceled', 'error'],
  ['created', 'pending'],
  ['waiting_for_resource', 'pending'],
  ['preparing', 'pending'],
  ['pending', 'pending'],
  ['running', 'pending'],
  ['manual', 'pending'],
  ['scheduled', 'pending'],
  ['canceling', 'pending'],
]);

/** Pure. Jobs of GitLab's own pipelines are among the statuses; of several of one name the newest. */
export function toChecks(statuses: readonly GitlabStatus[]): readonly Check[] {
  const inOrder = [...statuses].sort((one, other) => one.id - other.id);
  const newest = new Map(inOrder.map((status) => [status.name, status]));
  return [...newest.values()]
    .filter(({ name }) => !isOwnContext(name))
    .map((status) => ({
      name: status.name,
      state: states.get(status.status) ?? 'error',
      ...(status.description && { description: status.description }),
      ...(status.target_url && { url: status.target_url }),
      updatedAt: status.finished_at ?? status.created_at,
    }));
}
