/**
 * Live events for what is written without one: approvals of runs, what becomes of merge requests and
 * of their plans, and rules that were set aside. They are written in the batch of the fact itself, so
 * that whoever follows events - alerts do - misses none.
 */
import {
  type Approval,
  type AuditLine,
  type ChangeSet,
  type ChangeSetStack,
  digestChangeSet,
  type LiveEvent,
  parseStackId,
  type RepositoryRecord,
  type Store,
  type Write,
} from '@trueup/engine';

type NewEvent = Omit<LiveEvent, 'sequence'>;

/** Whether {@link describeNews} may find something. */
export function mayHoldNews(writes: readonly Write[]): boolean {
  return writes.some(
    ({ kind }) => kind === 'change-set' || kind === 'approval' || kind === 'audit',
  );
}

/** What to write besides. Reads what change sets were before. */
export async function describeNews(
  writes: readonly Write[],
  store: Pick<Store, 'changeSet' | 'repositories'>,
  at: () => string,
): Promise<readonly Write[]> {
  const told = new Set(writes.flatMap(nameTold));
  const events: NewEvent[] = [];
  for (const write of writes) {
    if (write.kind === 'approval') events.push(...newsOfApproval(write.approval, at()));
    if (write.kind === 'audit') events.push(...newsOfAudit(write.line));
    if (write.kind === 'change-set') events.push(...(await newsOfChangeSet(write.set, store)));
  }
  return events.flatMap((event): readonly Write[] => {
    const name = nameOf(event);
    if (told.has(name)) return [];
    told.add(name);
    return [{ kind: 'event', event }];
  });
}

/** Two events of one batch with the same name are one piece of news. */
function nameTold(write: Write): readonly string[] {
  return write.kind === 'event' ? [nameOf(write.event)] : [];
}

function nameOf({ type, repository = '', stack = '' }: NewEvent): string {
  return [type, repository, stack].join(' ');
}

/** One that was used up is no news: its run has ended, which is. */
function newsOfApproval(approval: Approval, at: string): readonly NewEvent[] {
  const { id, stack, state, actor, run, mergeRequest, dropped } = approval;
  if (state === 'used') return [];
  const { repository } = parseStackId(stack);
  const body = {
    approval: id,
    actor,
    ...(run !== undefined && { run }),
    ...(mergeRequest !== undefined && { mergeRequest }),
    ...(dropped !== undefined && { message: dropped }),
  };
  return [{ at, type: `approval:${state}`, repository, stack, body }];
}

/** Who sets rules aside says so in the audit chain, whatever else is written. */
function newsOfAudit({ at, actor, event, subject, detail }: AuditLine): readonly NewEvent[] {
  if (event !== 'approval:break-glass') return [];
  const { repository, name } = parseStackId(subject);
  const place = repository === '' ? { repository: name } : { repository, stack: subject };
  return [{ at, type: event, ...place, body: { ...detail, actor } }];
}

async function newsOfChangeSet(
  set: ChangeSet,
  store: Pick<Store, 'changeSet' | 'repositories'>,
): Promise<readonly NewEvent[]> {
  const before = await store.changeSet(set.id);
  const type = typeOf(set, before);
  const plans = Object.entries(set.stacks).filter(([stack, { name }]) => {
    return (name === 'failed' || name === 'refused') && before?.stacks[stack]?.name !== name;
  });
  if (type === undefined && plans.length === 0) return [];
  const repositories = await store.repositories();
  const repository = repositories.find(({ id }) => id === set.repository);
  if (!repository) return [];
  const whole = type === undefined ? [] : [describeSet(set, repository, type)];
  return [
    ...whole,
    ...plans.map(([stack, state]) => describePlan(set, repository, { stack, state })),
  ];
}

function typeOf(set: ChangeSet, before: ChangeSet | undefined): string | undefined {
  const { name } = set.phase;
  if (name === 'planning' || name === 'superseded' || before?.phase.name === name) return undefined;
  return `merge-request:${name}`;
}

function describeSet(set: ChangeSet, { name }: RepositoryRecord, type: string): NewEvent {
  const body = { ...bodyOf(set), digest: digestChangeSet(set), message: countStacks(set) };
  return { at: set.updatedAt, type, repository: name, body };
}

function describePlan(
  set: ChangeSet,
  { name: repository }: RepositoryRecord,
  { stack, state }: { readonly stack: string; readonly state: ChangeSetStack },
): NewEvent {
  const body = { ...bodyOf(set), message: reasonOf(state) };
  return { at: set.updatedAt, type: `plan:${state.name}`, repository, stack, body };
}

function bodyOf({ id, number, head }: ChangeSet) {
  return { changeSet: id, number, head };
}

function reasonOf(state: ChangeSetStack): string {
  if (state.name === 'refused') return state.reason;
  if (state.name !== 'failed') return '';
  return state.diagnostics.find(({ severity }) => severity === 'error')?.summary ?? '';
}

/** "3 planned, 1 failed". */
function countStacks({ stacks, phase }: ChangeSet): string {
  if (phase.name === 'conflicting') return `${phase.files.length} files conflict`;
  const groups = Map.groupBy(Object.values(stacks), ({ name }) => name);
  return [...groups].map(([name, { length }]) => `${length} ${name}`).join(', ');
}
