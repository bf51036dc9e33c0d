/**
 * Plans the stacks of a change set that wait for it, a few at a time.
 *
 * G1. Each answer is written as soon as it is there: after a crash only what is missing is planned.
 * G2. Rules and targets are those of the followed branch, whatever the merge request writes.
 * G3. What somebody wrote who may not push is given nothing that a stack takes in, since the plan would
 *     show what becomes of it, and an output may be as secret as a secret; it does not decide how a
 *     stack is rendered, nor of what artifact it is made, since that opens the way to hosts and their credentials; and no tool
 *     interprets it, since that would run what it says. Once somebody who may has spoken for it, it is planned
 *     like any other, but programs are isolated, or not run at all.
 */
import {
  type Diagnostic,
  formatJson,
  type OperationError,
  StalledError,
} from '@trueup/diagnostics';
import {
  type ChangeSet,
  type ChangeSetStack,
  describeWhole,
  giveWay,
  keyOfAhead,
  noteStack,
  type PlannedRun,
  type PlanRecord,
  planStack,
  type RepositoryRecord,
  type Revision,
  type StackDefinition,
  type StackId,
  type Store,
  toPlanRecord,
  type Write,
  waitingStacks,
} from '@trueup/engine';
import type { RevisionConfiguration } from '../../configuration/read-configuration.ts';
import type { GitRepository } from '../../repository/git-repository.ts';
import type { StackOpener } from '../../stacks/stack-opener.ts';
import type { AheadByStack, AheadSet } from '../hearing/find-ahead.ts';
import type { Trust } from '../hearing/find-trust.ts';
import { changesSource } from './changes-source.ts';
import { factsOf } from './merge-request-facts.ts';
import type { PlanMemory } from './plan-memory.ts';

export interface PlanChangeSetPorts {
  readonly store: Store;
  readonly opener: Pick<StackOpener, 'open' | 'interprets'>;
  readonly encrypt: (bytes: Uint8Array, place: string) => Uint8Array;
  readonly now: () => number;
  readonly newId: () => string;
  readonly memory: PlanMemory;
  readonly git: (name: string) => Pick<GitRepository, 'merge' | 'open'>;
  readonly signal: AbortSignal;
}

export interface Planning {
  /** As it is registered; its head is the change set's base. */
  readonly repository: RepositoryRecord;
  readonly set: ChangeSet & { readonly merged: Revision };
  /** Of the merge result. */
  readonly configuration: RevisionConfiguration;
  /** Of the followed branch. */
  readonly base: RevisionConfiguration;
  readonly trust: Trust;
  /** What those that are planned again were before. None if absent. */
  readonly previous?: ChangeSet['stacks'];
  /** Merge requests that go first, by stack. None if absent. */
  readonly ahead?: AheadByStack;
}

/** So many at once: a merge request must not hold up the runs. */
const parallel = 4;

/** @throws TransientError when some stack could not be planned now; the others are. */
export async function planChangeSet(
  planning: Planning,
  ports: PlanChangeSetPorts,
): Promise<ChangeSet> {
  const waiting = [...waitingStacks(planning.set)];
  let set: ChangeSet = planning.set;
  let failure: unknown;
  const work = async (): Promise<void> => {
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      try {
        const { state, writes } = await planOne(stack, planning, ports);
        ports.signal.throwIfAborted();
        set = noteStack(set, stack, state, new Date(ports.now()).toISOString());
        await ports.store.commit([...writes, { kind: 'change-set', set }]);
      } catch (error) {
        failure ??= error;
        if (ports.signal.aborted) return;
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  if (failure !== undefined) throw failure;
  return set;
}

interface Answer {
  readonly state: ChangeSetStack;
  readonly writes: readonly Write[];
}

async function planOne(
  stack: StackId,
  planning: Planning,
  ports: PlanChangeSetPorts,
): Promise<Answer> {
  const waits =
    reasonToWait(stack, planning, ports) ?? (await findStrangeSource(stack, planning, ports));
  if (waits) return { state: waits, writes: [] };
  try {
    return await planNow(stack, planning, ports);
  } catch (error) {
    if (ports.signal.aborted || !(error instanceof StalledError)) throw error;
    if (error.code === 'TARGET_MISSING') {
      const reason = `${error.message}. It is planned once its target is merged.`;
      return { state: { name: 'deferred', reason }, writes: [] };
    }
    const isToCome =
      error.code === 'TARGET_NOT_MADE' ||
      (error.code === 'INPUT_MISSING' && (await takesInWhatIsToCome(stack, planning, ports)));
    if (isToCome) {
      const reason = `${error.message}. It is planned once that is there.`;
      return { state: { name: 'deferred', reason }, writes: [] };
    }
    return { state: { name: 'failed', diagnostics: [toDiagnostic(error)] }, writes: [] };
  }
}

/** G3. It is named by a file of the stack's folder, not by `trueup.yaml`. */
async function findStrangeSource(
  stack: StackId,
  { repository, set, configuration, base, trust }: Planning,
  { git, signal }: PlanChangeSetPorts,
): Promise<ChangeSetStack | undefined> {
  const definition = definitionOf(stack, configuration);
  if (trust !== 'none' || !definition) return undefined;
  const known = definitionOf(stack, base);
  const now = { revision: set.merged, path: definition.path };
  const before = known && { revision: set.base, path: known.path };
  const isOther = await changesSource({ now, before }, git(repository.name), signal);
  return isOther ? refuse('It changes what artifact the stack is made of') : undefined;
}

/** An output that a stack lacks which was applied is a mistake; any other may come with its first run. */
async function takesInWhatIsToCome(
  stack: StackId,
  { configuration, repository }: Planning,
  { store }: Pick<PlanChangeSetPorts, 'store'>,
): Promise<boolean> {
  const sources = Object.values(definitionOf(stack, configuration)?.inputs ?? {});
  const records = sources.flatMap((source) =>
    source.kind === 'output' ? [store.stack(`${repository.name}/${source.stack}`)] : [],
  );
  return (await Promise.all(records)).some((record) => record?.applied === undefined);
}

function reasonToWait(
  stack: StackId,
  { set, configuration, base, trust }: Planning,
  { opener }: Pick<PlanChangeSetPorts, 'opener'>,
): ChangeSetStack | undefined {
  const definition = definitionOf(stack, configuration);
  if (!definition) return undefined;
  const sources = Object.values(definition.inputs);
  const before = definitionOf(stack, base);
  const danger = trust === 'none' ? findDanger(definition, before, opener) : undefined;
  if (danger !== undefined) return refuse(danger);
  const [repository = ''] = stack.split('/');
  const moving = sources.find(
    (source) =>
      source.kind === 'output' && Object.hasOwn(set.stacks, `${repository}/${source.stack}`),
  );
  if (moving?.kind !== 'output') return undefined;
  const reason = `It takes in ${moving.stack}.${moving.output}, and ${moving.stack} changes as well: it is planned once that is applied.`;
  return { name: 'deferred', reason };
}

function refuse(danger: string): ChangeSetStack {
  const reason = `${danger}, and the author may not push to the repository. Somebody who may asks for the plan by \`/trueup plan\`, after reading what changes.`;
  return { name: 'refused', reason };
}

/** G3. What planning it would give away. */
function findDanger(
  { inputs, provider, settings = null }: StackDefinition,
  before: StackDefinition | undefined,
  opener: PlanChangeSetPorts['opener'],
): string | undefined {
  if (opener.interprets(provider)) return 'Planning it runs programs by what is written in it';
  const kinds = new Set(Object.values(inputs).map(({ kind }) => kind));
  if (kinds.has('secret')) return 'It takes in secrets';
  if (kinds.has('output')) return 'It takes in outputs of other stacks, which may be secret';
  const isSetOtherwise = formatJson(settings) !== formatJson(before?.settings ?? null);
  return isSetOtherwise ? 'It changes how the stack is rendered' : undefined;
}

function definitionOf(
  stack: StackId,
  { expanded }: RevisionConfiguration,
): StackDefinition | undefined {
  const name = stack.slice(stack.indexOf('/') + 1);
  return expanded.stacks.find((one) => one.name === name);
}

async function planNow(
  stack: StackId,
  { repository, set, configuration, trust, previous, ahead }: Planning,
  { store, opener, git, encrypt, now, newId, memory, signal }: PlanChangeSetPorts,
): Promise<Answer> {
  // What moves from now on is not in it.
  const createdAt = new Date(now()).toISOString();
  const purpose = definitionOf(stack, configuration) ? 'revision' : 'removal';
  const at = { ...repository, head: set.base };
  const first = ahead?.get(stack) ?? [];
  const behind = first.length === 0 ? {} : { behind: keyOfAhead(first) };
  const revision = await mergeBehind(set, first, git(repository.name), signal);
  const opening = { repository: at, stack, revision, purpose, reuse: false } as const;
  const mergeRequest = factsOf(set, repository);
  const isolation = trust === 'own' ? {} : ({ isolation: 'required' } as const);
  const asked = { ...opening, ...isolation, passing: true, mergeRequest } as const;
  const open = await opener.open(asked, signal);
  const { diagnostics } = open.prepared;
  if (diagnostics.some(isError)) return { state: { name: 'failed', diagnostics }, writes: [] };

  const record = await store.stack(stack);
  const known = record?.applied !== undefined && open.stack.formerOwners.length === 0;
  const planned = await planStack(open, {
    repository: repository.id,
    purpose,
    ...(known && { inventory: await store.inventory(stack) }),
    executed: await store.executed(stack),
    applied: record?.applied,
    signal,
  });
  const refusals = planned.plan.diagnostics;
  if (refusals.some(isError))
    return { state: { name: 'failed', diagnostics: refusals }, writes: [] };
  if (first.length > 0 && open.provider.applies === 'whole') {
    return { state: { name: 'deferred', reason: describeWhole(first), ...behind }, writes: [] };
  }
  const made = { id: newId(), revision, createdAt };
  const watched = record?.applied !== undefined && open.provider.watch !== undefined;
  const left = { ...planned, screened: giveWay(planned.screened, first) };
  const making = { made, watched, target: open.target.name, ...behind };
  const answer = answerWith(left, making, encrypt);
  const kept = await findSame(answer, previous?.[stack], store);
  const { paths, settings } = open.render;
  const appliedBy = record?.applied?.run;
  const { state } = kept;
  if (state.name === 'planned')
    memory.remember(state.plan, { render: { paths, settings }, appliedBy });
  return kept;
}

/**
 * What there would be once those ahead are merged, and this one after them. Where they do not merge, what
 * there would be without them: whoever comes second has to mend that, and sees by then what it leaves.
 */
async function mergeBehind(
  { merged, base, head }: Planning['set'],
  ahead: readonly AheadSet[],
  git: Pick<GitRepository, 'merge'>,
  signal: AbortSignal,
): Promise<Revision> {
  if (ahead.length === 0) return merged;
  let revision = base;
  for (const next of [...ahead.map((one) => one.head), head]) {
    const result = await git.merge(revision, next, signal);
    if (result.kind !== 'merged') return merged;
    revision = result.revision;
  }
  return revision;
}

/** What comes to the same is not kept twice: a target that moves all the time would fill the store. */
async function findSame(
  answer: Answer,
  before: ChangeSetStack | undefined,
  store: Store,
): Promise<Answer> {
  const { state, writes } = answer;
  if (state.name !== 'planned' || before?.name !== 'planned') return answer;
  const known = before.digest === state.digest ? await store.plan(before.plan) : undefined;
  const made = writes.find((write) => write.kind === 'plan')?.record;
  if (!known || !made || summaryOf(known) !== summaryOf(made)) return answer;
  const { behind: _behind, ...rest } = before;
  const { plannedAt, target = '', behind } = state;
  return {
    state: { ...rest, plannedAt, target, ...(behind !== undefined && { behind }) },
    writes: [],
  };
}

function summaryOf({ id: _id, createdAt: _createdAt, ...rest }: PlanRecord): string {
  return JSON.stringify(Object.entries(rest).sort());
}

interface Making {
  readonly made: { readonly id: string; readonly revision: Revision; readonly createdAt: string };
  /** Its target tells when it moves. */
  readonly watched: boolean;
  /** Its name. */
  readonly target: string;
  readonly behind?: string;
}

function answerWith(
  planned: PlannedRun,
  { made, watched, target, behind }: Making,
  encrypt: PlanChangeSetPorts['encrypt'],
): Answer {
  const { screened, plan } = planned;
  const changes = screened.changes.filter(({ digest }) => digest !== undefined);
  const artifact = plan.artifact && encrypt(plan.artifact, made.id);
  const record = toPlanRecord(planned, made);
  return {
    state: {
      name: 'planned',
      plan: made.id,
      digest: screened.digest,
      digests: [...new Set(screened.digests.values())].sort(),
      plannedAt: made.createdAt,
      target,
      ...(watched && { watched }),
      ...(behind !== undefined && { behind }),
    },
    writes: [{ kind: 'plan', record, changes, ...(artifact && { artifact }) }],
  };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function toDiagnostic({ code, message }: OperationError): Diagnostic {
  return { severity: 'error', code, path: [], summary: message };
}
