/**
 * Takes up a new revision of a followed branch: which stacks there are, which of them it touches, and
 * in which order they are brought to their targets.
 *
 * T1. All of it is written in one batch: after a crash the revision was taken up, or was not.
 * T2. A stack that Git no longer describes is orphaned, and nothing of it is deleted, unless Git says
 *     so in `removed` (P3). What could not be read is not taken for absent.
 * T3. A stack with an unfinished run is part of the new rollout, whatever the revision touched.
 */
import {
  createRollout,
  type ExpandedStacks,
  type Purpose,
  type RemovedStack,
  type RepositoryRecord,
  type Revision,
  type Rollout,
  type Run,
  readyStacks,
  type StackDefinition,
  type StackRecord,
  type Store,
  startStack,
  type Write,
} from '@trueup/engine';

import { readAll } from '../paging/read-all.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import { createRun } from '../runs/create-run.ts';
import type { RevisionConfiguration } from '../stacks/read-configuration.ts';
import { selectTouched } from './select-touched.ts';

export interface TakeUpPorts {
  readonly store: Store;
  readonly git: GitRepository;
  readonly read: RevisionConfiguration;
  readonly now: () => number;
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

export interface TakenUp {
  readonly repository: RepositoryRecord;
  /** Those that may start at once; they are in the store. */
  readonly runs: readonly Run[];
}

export async function takeUpRevision(
  repository: RepositoryRecord,
  revision: Revision,
  ports: TakeUpPorts,
): Promise<TakenUp> {
  const { store, read } = ports;
  const at = new Date(ports.now()).toISOString();
  const records = await recordsOf(repository, store);
  const { expanded } = read;
  const described = describeStacks({ repository, revision, records, read });
  const left = findLeft(records, expanded);
  const work = await collectWork({ repository, records, expanded, revision, ports });
  const removals = left.removed.filter(({ resources }) => resources === 'delete');

  const taken: RepositoryRecord = {
    ...repository,
    head: revision,
    fetchedAt: at,
    diagnostics: read.diagnostics,
  };
  const writes: Write[] = [
    { kind: 'repository', record: taken },
    ...described,
    ...(await transferRenamed(repository, expanded, { records, store })),
    ...left.orphaned.map((record) => stand(record, 'orphaned')),
    ...(await letGo(left.removed, records, store)),
    { kind: 'event', event: tellHead(taken, at) },
  ];
  const started = await startRollout(
    { repository, revision, work, removals, at },
    { ...ports, writes },
  );
  await store.commit(writes);
  return { repository: taken, runs: started };
}

async function recordsOf(
  { id }: RepositoryRecord,
  store: Store,
): Promise<ReadonlyMap<string, StackRecord>> {
  const records = await readAll((page) => store.stacks({ repository: id }, page));
  return new Map(records.map((record) => [record.name, record]));
}

interface Describing {
  readonly repository: RepositoryRecord;
  readonly revision: Revision;
  readonly records: ReadonlyMap<string, StackRecord>;
  readonly read: RevisionConfiguration;
}

/** What Git says of each stack, without touching what others know of it. */
function describeStacks({ repository, revision, records, read }: Describing): readonly Write[] {
  return read.expanded.stacks.map(({ name, path, target, provider }): Write => {
    const known = records.get(name);
    const described = { path, target, provider, standing: 'active', revision } as const;
    if (known) return { kind: 'stack-changed', id: known.id, change: described };
    const record: StackRecord = {
      id: `${repository.name}/${name}`,
      repository: repository.id,
      name,
      ...described,
      diagnostics: [],
      health: 'unknown',
      resourceCount: 0,
    };
    return { kind: 'stack', record };
  });
}

interface Left {
  readonly orphaned: readonly StackRecord[];
  readonly removed: readonly RemovedStack[];
}

/** Stacks of the store that Git no longer describes. */
function findLeft(records: ReadonlyMap<string, StackRecord>, expanded: ExpandedStacks): Left {
  const present = new Set(expanded.stacks.map(({ name }) => name));
  const renamed = new Set(expanded.stacks.flatMap(({ formerly }) => formerly ?? []));
  const gone = [...records.values()].filter(
    ({ name, standing }) => !present.has(name) && !renamed.has(name) && standing !== 'removed',
  );
  const names = new Set(gone.map(({ name }) => name));
  const removed = expanded.removed.filter(({ stack }) => names.has(stack));
  const meant = new Set(removed.map(({ stack }) => stack));
  const unclear = new Set(expanded.broken);
  const orphaned = gone.filter(
    ({ name, standing }) => !meant.has(name) && !unclear.has(name) && standing === 'active',
  );
  // A name pattern that could not be read may stand for any of them (T2).
  const readable = expanded.complete && !expanded.broken.some((name) => name.includes('{'));
  return { orphaned: readable ? orphaned : [], removed };
}

function stand({ id }: StackRecord, standing: StackRecord['standing']): Write {
  return { kind: 'stack-changed', id, change: { standing } };
}

/** What a renamed stack owns goes on under its new name; its marks are changed by its next run. */
async function transferRenamed(
  repository: RepositoryRecord,
  { stacks }: ExpandedStacks,
  { records, store }: { readonly records: ReadonlyMap<string, StackRecord>; readonly store: Store },
): Promise<readonly Write[]> {
  const writes: Write[] = [];
  for (const { name, formerly } of stacks) {
    const old = formerly === undefined ? undefined : records.get(formerly);
    if (!old || old.standing === 'removed' || records.get(name)?.applied) continue;
    const owned = await store.inventory(old.id);
    const targetIdentity = old.applied?.targetIdentity ?? '';
    const stack = `${repository.name}/${name}`;
    writes.push(
      { kind: 'inventory', stack, targetIdentity, added: owned, removed: [] },
      { kind: 'inventory', stack: old.id, targetIdentity, added: [], removed: owned },
      stand(old, 'removed'),
    );
  }
  return writes;
}

/** `resources: keep`: they stay in the target, and are nobody's. */
async function letGo(
  removed: readonly RemovedStack[],
  records: ReadonlyMap<string, StackRecord>,
  store: Store,
): Promise<readonly Write[]> {
  const writes: Write[] = [];
  for (const { stack, resources } of removed) {
    const record = records.get(stack);
    if (!record || resources !== 'keep') continue;
    const owned = await store.inventory(record.id);
    const targetIdentity = record.applied?.targetIdentity ?? '';
    writes.push(
      { kind: 'inventory', stack: record.id, targetIdentity, added: [], removed: owned },
      { kind: 'stack-changed', id: record.id, change: { standing: 'removed', resourceCount: 0 } },
    );
  }
  return writes;
}

interface Collecting {
  readonly repository: RepositoryRecord;
  readonly records: ReadonlyMap<string, StackRecord>;
  readonly expanded: ExpandedStacks;
  readonly revision: Revision;
  readonly ports: TakeUpPorts;
}

/** The stacks that the revision touches, and those that an earlier one has not finished (T3). */
async function collectWork(collecting: Collecting): Promise<readonly StackDefinition[]> {
  const { repository, records, expanded, revision, ports } = collecting;
  const { git, signal, store, read } = ports;
  const { targets } = read.configuration;
  const definitions = expanded.stacks.filter(({ name }) => !records.get(name)?.paused);
  const touched = await selectTouched({ definitions, targets, records, revision, git, signal });
  const unfinished = await store.runs(
    { repository: repository.id, ended: false },
    { limit: 10_000 },
  );
  const busy = new Set(
    unfinished.items.filter(({ purpose }) => purpose !== 'removal').map(({ stack }) => stack),
  );
  return definitions.filter(
    ({ name }) => touched.has(name) || busy.has(`${repository.name}/${name}`),
  );
}

interface Starting {
  readonly repository: RepositoryRecord;
  readonly revision: Revision;
  readonly work: readonly StackDefinition[];
  readonly removals: readonly RemovedStack[];
  readonly at: string;
}

type Ordered = readonly [stack: string, after: readonly string[]];

/** Adds to `writes` what has to be written with it. */
async function startRollout(
  { repository, revision, work, removals, at }: Starting,
  ports: TakeUpPorts & { readonly writes: Write[] },
): Promise<readonly Run[]> {
  const { store, newId, writes, git, signal } = ports;
  if (work.length === 0 && removals.length === 0) return [];
  const fullName = (name: string): string => `${repository.name}/${name}`;
  const order = work.map(({ name, after }): Ordered => [fullName(name), after.map(fullName)]);
  const removed = removals.map(({ stack }): Ordered => [fullName(stack), []]);
  const rollout = createRollout({
    id: newId(),
    repository: repository.id,
    revision,
    createdAt: at,
    stacks: new Map([...order, ...removed]),
  });
  const { email } = await git.commit(revision, signal);
  const gone = new Set(removed.map(([stack]) => stack));
  const runs: Run[] = [];
  let current: Rollout = rollout;
  for (const stack of readyStacks(rollout)) {
    const purpose: Purpose = gone.has(stack) ? 'removal' : 'revision';
    const place = { repository: repository.id, stack, revision, rollout: rollout.id };
    const created = await createRun(
      { id: newId(), ...place, purpose, requestedBy: `commit:${email}`, at },
      store,
    );
    current = startStack(current, stack, created.run.id, at);
    writes.push(...created.writes);
    runs.push(created.run);
  }
  writes.push({ kind: 'rollout', rollout: current });
  return runs;
}

function tellHead({ name, head = '' }: RepositoryRecord, at: string) {
  return { at, type: 'repository:advanced', repository: name, body: { revision: head } };
}
