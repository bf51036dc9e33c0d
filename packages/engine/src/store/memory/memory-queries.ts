import { isEnded, type Run } from '../../run/run.ts';
import type { RepositoryId, StackId } from '../../stack/stack-record.ts';
import type { OpenCounts, StackFilter, StackSummary } from '../store.ts';
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
