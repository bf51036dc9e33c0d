import {
  type Check,
  type CommitStatus,
  cutLine,
  isOwnContext,
  type StatusState,
} from '@trueup/forge-sdk';

import type { GithubCheckRun, GithubStatus } from '../schema.ts';

const states: ReadonlyMap<string, StatusState> = new Map([
  ['pending', 'pending'],
  ['success', 'passed'],
  ['failure', 'failed'],
  ['error', 'error'],
]);

const foreignStates: Readonly<Record<StatusState, string>> = {
  pending: 'pending',
  passed: 'success',
  failed: 'failure',
  error: 'error',
};

/** Of check runs that are completed. GitHub itself lets the first three pass. */
const conclusions: ReadonlyMap<string, StatusState> = new Map([
  ['success', 'passed'],
  ['neutral', 'passed'],
  ['skipped', 'passed'],
  ['failure', 'failed'],
  ['timed_out', 'failed'],
  ['action_required', 'failed'],
  ['startup_failure', 'error'],
  ['cancelled', 'error'],
  ['stale', 'error'],
]);

/** GitHub takes 140 characters. */
const longestDescription = 140;

/** Pure. GitHub has two kinds of checks; of several of one name the newest of its kind counts. */
export function toChecks(
  statuses: readonly GithubStatus[],
  runs: readonly GithubCheckRun[],
): readonly Check[] {
  const checks = [
    ...[...statuses].sort(byId).map(fromPosted),
    ...[...runs].sort(byId).map(fromRun),
  ];
  const newest = new Map(checks.map((check) => [check.name, check]));
  return [...newest.values()].filter(({ name }) => !isOwnContext(name));
}

function byId(one: { readonly id: number }, other: { readonly id: number }): number {
  return one.id - other.id;
}

function fromPosted(status: GithubStatus): Check {
  return {
    name: status.context,
    state: states.get(status.state) ?? 'error',
    ...(status.description && { description: status.description }),
    ...(status.target_url && { url: status.target_url }),
    updatedAt: status.updated_at,
  };
}

function fromRun(run: GithubCheckRun): Check {
  const isDone = run.status === 'completed';
  const title = run.output?.title;
  return {
    name: run.name,
    state: isDone ? (conclusions.get(run.conclusion ?? '') ?? 'error') : 'pending',
    ...(title && { description: title }),
    ...(run.details_url && { url: run.details_url }),
    // GitHub names neither time of a run that waits.
    updatedAt: run.completed_at ?? run.started_at ?? '1970-01-01T00:00:00Z',
  };
}

/** Pure. As GitHub wants it. */
export function fromStatus({ context, state, description, url }: CommitStatus): object {
  return {
    context,
    state: foreignStates[state],
    description: cutLine(description, longestDescription),
    ...(url !== undefined && { target_url: url }),
  };
}
