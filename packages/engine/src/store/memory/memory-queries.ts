import type { AlertRecord } from '../../alert/alert-record.ts';
import type { Approval, ApprovalFilter } from '../../approval/approval.ts';
import { isFollowed, isOpen } from '../../change-set/advance-change-set.ts';
import type { ChangeSet } from '../../change-set/change-set.ts';
import { isEnded, type Run } from '../../run/run.ts';
import type { RepositoryId, StackId } from '../../stack/stack-record.ts';
import type {
  AlertFilter,
  ChangeSetFilter,
  OpenCounts,
  StackFilter,
  StackSummary,
} from '../store.ts';
import type { MemoryTables, PlacedRecord } from './memory-tables.ts';

export function isOf(id: RepositoryId, { repository, repositories }: StackFilter): boolean {
  if (repository !== undefined && id !== repository) return false;
  return repositories === undefined || repositories.includes(id);
}

/** Whether the stack's full name begins with one of the names. */
export function isNamed(stack: StackId, names: readonly string[] | undefined): boolean {
  return names === undefined || names.some((name) => stack.startsWith(`${name}/`));
}

export function countOpenIn({ runs, drift }: MemoryTables): OpenCounts {
  const unfinished = [...runs.values()].filter(({ value }) => !isEnded(value));
  const phases = Map.groupBy(unfinished, ({ value }) => value.phase.name);
  return {
    runs: new Map([...phases].map(([name, { length }]) => [name, length])),
    drift: [...drift.values()].filter(({ value }) => value.state !== 'closed').length,
  };
}

export function summarizeStacks(
  { runs, drift }: MemoryTables,
  ids: readonly StackId[],
): ReadonlyMap<StackId, StackSummary> {
  const newest = new Map<StackId, PlacedRecord<Run>>();
  for (const run of runs.values()) {
    const known = newest.get(run.value.stack);
    if (!known || known.position < run.position) newest.set(run.value.stack, run);
  }
  const open = [...drift.values()].filter(({ value }) => value.state !== 'closed');
  const byStack = Map.groupBy(open, ({ value }) => value.stack);
  return new Map(
    ids.map((id) => {
      const newestRun = newest.get(id)?.value;
      const openDrift = byStack.get(id)?.length ?? 0;
      return [id, { openDrift, ...(newestRun && { newestRun }) }];
    }),
  );
}

export function isApprovalOf(approval: Approval, filter: ApprovalFilter): boolean {
  if ('run' in filter) return approval.run === filter.run;
  const { repository, mergeRequest } = filter;
  return approval.repository === repository && approval.mergeRequest === mergeRequest;
}

export function isWantedSet(
  set: ChangeSet,
  { repository, repositories, number, open, followed, mergedAs }: ChangeSetFilter,
): boolean {
  const commit = set.phase.name === 'merged' ? set.phase.commit : undefined;
  return [
    repository === undefined || set.repository === repository,
    repositories === undefined || repositories.includes(set.repository),
    number === undefined || set.number === number,
    open === undefined || isOpen(set) === open,
    followed === undefined || isFollowed(set) === followed,
    mergedAs === undefined || (commit !== undefined && mergedAs.includes(commit)),
  ].every(Boolean);
}

export function isWantedAlert(alert: AlertRecord, { repositories, state }: AlertFilter): boolean {
  if (state !== undefined && alert.state !== state) return false;
  return repositories === undefined || repositories.includes(alert.repository);
}

export function findAlertsByKey(
  { alerts, alertKeys }: MemoryTables,
  keys: readonly string[],
): ReadonlyMap<string, AlertRecord> {
  const found = keys.flatMap((key) => {
    const alert = alerts.get(alertKeys.get(key) ?? '')?.value;
    return alert ? [[key, alert] as const] : [];
  });
  return new Map(found);
}
