/**
 * Takes up a new revision of a followed branch: which stacks there are, which of them it touches, and
 * in which order they are brought to their targets.
 *
 * T1. All of it is written in one batch: after a crash the revision was taken up, or was not.
 * T2. A stack that Git no longer describes is orphaned, and nothing of it is deleted, unless Git says
 *     so in `removed` (P3). What could not be read is not taken for absent.
 * T3. A stack with an unfinished run is part of the new rollout, whatever the revision touched; so is one whose
 *     last run did something and did not succeed, or a revert would leave that behind.
 * T4. Stacks are deleted in the reverse of the order in which they came, as the last revision that described
 *     them says it. What comes after a paused one by that is left as it is with it.
 */
import { OperationError } from '@trueup/diagnostics';
import {
  cancelRollout,
  createRollout,
  keepRoutes,
  type Purpose,
  type RepositoryRecord,
  type Revision,
  type Run,
  readyStacks,
  type StackDefinition,
  type StackRecord,
  type Store,
  startStacks,
  type Write,
} from '@trueup/engine';
import type { RevisionConfiguration } from '../configuration/read-configuration.ts';
import { readAll } from '../paging/read-all.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import { createRun } from '../runs/create-run.ts';
import { describeStacks } from './describe-stacks.ts';
import { findLeft } from './find-left.ts';
import { cancelRuns, letGo, transfer } from './let-go.ts';
import { orderRemovals, type Removal } from './order-removals.ts';
import { selectTouched } from './select-touched.ts';
import { withConsumers } from './with-consumers.ts';

export interface TakeUpPorts {
  readonly store: Store;
  readonly git: GitRepository;
  readonly read: RevisionConfiguration;
  readonly readAt: (revision: Revision) => Promise<RevisionConfiguration>;
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
  const left = findLeft(records, expanded);
  const unfinished = await readAll((page) =>
    store.runs({ repository: repository.id, ended: false }, page),
  );
  const work = await collectWork({ repository, records, revision, unfinished, ports });

  const names = new Set(work.map(({ name }) => name));
  const renamed = left.renamed.map(({ record }) => record);

  const taken: RepositoryRecord = {
    ...repository,
    head: revision,
    fetchedAt: at,
    diagnostics: read.diagnostics,
  };
  const writes: Write[] = [
    { kind: 'repository', record: taken },
    ...keepAlerts(repository, read),
    ...describeStacks({ repository, revision, records, stacks: expanded.stacks, work: names }),
    // Not healed while it is on its way out.
    ...[...left.orphaned, ...left.deleted].flatMap(orphan),
    ...(
      await Promise.all(left.renamed.map((one) => transfer(one, repository, { store, at })))
    ).flat(),
    ...(await Promise.all(left.kept.map((record) => letGo(record, { store, at })))).flat(),
    ...cancelRuns(unfinished, [...left.orphaned, ...left.kept, ...renamed]),
    ...(await cancelRollouts(repository, store, at)),
    { kind: 'event', event: tellHead(taken, at) },
    ...tellMistakes(repository, taken, at),
  ];
  const removals = await collectRemovals(left.deleted, { repository, names, ports });
  const started = await startRollout(
    { repository, revision, work, removals, at },
    { ...ports, writes },
  );
  await store.commit(writes);
  return { repository: taken, runs: started };
}

/** What cannot be read at all leaves people told as before. */
function keepAlerts(
  { id }: RepositoryRecord,
  { configuration: { alerts, alertsUnread } }: RevisionConfiguration,
): readonly Write[] {
  return alertsUnread ? [] : [keepRoutes(id, alerts)];
}

async function recordsOf(
  { id }: RepositoryRecord,
  store: Store,
): Promise<ReadonlyMap<string, StackRecord>> {
  const records = await readAll((page) => store.stacks({ repository: id }, page));
  return new Map(records.map((record) => [record.name, record]));
}

function orphan({ id, standing }: StackRecord): readonly Write[] {
  if (standing === 'orphaned') return [];
  return [{ kind: 'stack-changed', id, change: { standing: 'orphaned' } }];
}

/** What older rollouts have not started belongs to this one now, as far as it is touched (T3). */
async function cancelRollouts(
  { id }: RepositoryRecord,
  store: Store,
  at: string,
): Promise<readonly Write[]> {
  const older = await readAll((page) => store.rollouts({ repository: id, ended: false }, page));
  return older.map((rollout): Write => ({ kind: 'rollout', rollout: cancelRollout(rollout, at) }));
}

interface Collecting {
  readonly repository: RepositoryRecord;
  readonly records: ReadonlyMap<string, StackRecord>;
  readonly revision: Revision;
  readonly unfinished: readonly Run[];
  readonly ports: TakeUpPorts;
}

/**
 * The stacks that the revision touches, those that an earlier one has not finished (T3), and those
 * that take in outputs of either: whether an output changes shows only when it is there.
 */
async function collectWork(collecting: Collecting): Promise<readonly StackDefinition[]> {
  const { repository, records, revision, unfinished, ports } = collecting;
  const { git, signal, read } = ports;
  const { targets } = read.configuration;
  const definitions = read.expanded.stacks.filter(({ name }) => !records.get(name)?.paused);
  const touched = await selectTouched({ definitions, targets, records, revision, git, signal });
  const fullName = (name: string): string => `${repository.name}/${name}`;
  const calm = definitions.filter(({ name }) => !touched.has(name) && records.has(name));
  const open = new Set([
    ...unfinished.map(({ stack }) => stack),
    ...(await findHalfDone(
      calm.map(({ name }) => fullName(name)),
      ports.store,
    )),
  ]);
  const work = definitions.filter(({ name }) => touched.has(name) || open.has(fullName(name)));
  return withConsumers(work, definitions);
}

/** Those whose newest run has changed something, and did not succeed. */
async function findHalfDone(ids: readonly string[], store: Store): Promise<readonly string[]> {
  const summaries = await store.stackSummaries(ids);
  return ids.filter((id) => {
    const phase = summaries.get(id)?.newestRun?.phase;
    if (!phase || !('extent' in phase) || phase.name === 'succeeded') return false;
    return phase.extent !== 'nothing';
  });
}

interface Removing {
  readonly repository: RepositoryRecord;
  /** Of the stacks that are brought to the new revision. */
  readonly names: ReadonlySet<string>;
  readonly ports: TakeUpPorts;
}

/** T4: by name, what each of them comes after. */
async function collectRemovals(
  deleted: readonly StackRecord[],
  { repository, names, ports }: Removing,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const removals = await Promise.all(
    deleted.map(async (record): Promise<Removal> => {
      const { name } = record;
      return { name, described: await lastDescribed(record, repository, ports) };
    }),
  );
  const paused = deleted.filter((one) => one.paused !== undefined).map(({ name }) => name);
  const members = new Set([...names, ...deleted.map(({ name }) => name)]);
  const order = orderRemovals(removals, members);
  return new Map(
    [...order].filter(([name, after]) => ![name, ...after].some((one) => paused.includes(one))),
  );
}

/** All stacks of the newest revision that is known to have described it. */
async function lastDescribed(
  { name, applied, revision }: StackRecord,
  { head }: RepositoryRecord,
  { readAt }: TakeUpPorts,
): Promise<readonly StackDefinition[]> {
  for (const one of [head, revision, applied?.revision]) {
    const stacks = one === undefined ? [] : await stacksAt(one, readAt);
    if (stacks.some((stack) => stack.name === name)) return stacks;
  }
  return [];
}

/** None of a revision that a forced push took away. */
async function stacksAt(
  revision: Revision,
  readAt: TakeUpPorts['readAt'],
): Promise<readonly StackDefinition[]> {
  try {
    return (await readAt(revision)).expanded.stacks;
  } catch (error) {
    if (error instanceof OperationError) return [];
    throw error;
  }
}

interface Starting {
  readonly repository: RepositoryRecord;
  readonly revision: Revision;
  readonly work: readonly StackDefinition[];
  /** By name, what each comes after. */
  readonly removals: ReadonlyMap<string, readonly string[]>;
  readonly at: string;
}

type Ordered = readonly [stack: string, after: readonly string[]];

/** Adds to `writes` what has to be written with it. */
async function startRollout(
  { repository, revision, work, removals, at }: Starting,
  ports: TakeUpPorts & { readonly writes: Write[] },
): Promise<readonly Run[]> {
  const { store, newId, writes, git, signal } = ports;
  if (work.length === 0 && removals.size === 0) return [];
  const fullName = (name: string): string => `${repository.name}/${name}`;
  const order = work.map(({ name, after }): Ordered => [fullName(name), after.map(fullName)]);
  const removed = [...removals].map(
    ([name, after]): Ordered => [fullName(name), after.map(fullName)],
  );
  const rollout = createRollout({
    id: newId(),
    repository: repository.id,
    revision,
    ...(repository.head !== undefined &&
      repository.head !== revision && { before: repository.head }),
    createdAt: at,
    stacks: new Map([...order, ...removed]),
    bases: await findBases(repository, [...order, ...removed], store),
  });
  const { email } = await git.commit(revision, signal);
  const gone = new Set(removed.map(([stack]) => stack));
  const runs: Run[] = [];
  for (const stack of readyStacks(rollout)) {
    const purpose: Purpose = gone.has(stack) ? 'removal' : 'revision';
    const base = rollout.stacks[stack]?.base;
    const rules = base === undefined ? {} : { base };
    const place = { repository: repository.id, stack, revision, rollout: rollout.id, ...rules };
    const created = await createRun(
      { id: newId(), ...place, purpose, requestedBy: `commit:${email}`, at },
      store,
    );
    writes.push(...created.writes);
    runs.push(created.run);
  }
  const begun = startStacks(rollout, new Map(runs.map(({ id, stack }) => [stack, id])), at);
  writes.push({ kind: 'rollout', rollout: begun });
  return runs;
}

/** How far back somebody looks for what has not succeeded. */
const lookedRollouts = 20;

/** See `Run.base`: that of the newest rollout of a stack, where it has not succeeded in it. */
async function findBases(
  { id, head }: RepositoryRecord,
  stacks: readonly Ordered[],
  store: Store,
): Promise<ReadonlyMap<string, Revision>> {
  const older = (await store.rollouts({ repository: id }, { limit: lookedRollouts })).items;
  const found = stacks.flatMap(([stack]): (readonly [string, Revision])[] => {
    const member = older.find((one) => one.stacks[stack])?.stacks[stack];
    const open = member && member.state.name !== 'succeeded' ? member.base : undefined;
    const base = open ?? head;
    return base === undefined ? [] : [[stack, base]];
  });
  return new Map(found);
}

/** Only what is new: who was told of a mistake knows it. */
function tellMistakes(
  before: RepositoryRecord,
  { name, head = '', diagnostics }: RepositoryRecord,
  at: string,
): readonly Write[] {
  const known = new Set(before.diagnostics.map(({ summary }) => summary));
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const fresh = errors.filter(({ summary }) => !known.has(summary));
  const [first] = fresh;
  if (!first) return [];
  const more = fresh.length > 1 ? ` (and ${fresh.length - 1} more)` : '';
  const body = { revision: head, code: first.code, message: `${first.summary}${more}` };
  return [{ kind: 'event', event: { at, type: 'repository:broken', repository: name, body } }];
}

function tellHead({ name, head = '' }: RepositoryRecord, at: string) {
  return { at, type: 'repository:advanced', repository: name, body: { revision: head } };
}
