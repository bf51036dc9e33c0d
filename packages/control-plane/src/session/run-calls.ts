import {
  type Approval,
  isEnded,
  type Purpose,
  type Run,
  type RunRequest,
  type StackRecord,
  type Write,
} from '@trueup/engine';
import { notFound, SessionError } from '../access/session-error.ts';
import { createRun } from '../runs/create-run.ts';
import { breakGlass } from './break-glass.ts';
import { type Desk, stackSubject } from './desk.ts';
import { readPlanned } from './read-planned.ts';
import { requireInHistory } from './require-in-history.ts';
import type { Session } from './session.ts';

type Calls = Pick<
  Session,
  | 'plan'
  | 'planChanges'
  | 'runs'
  | 'run'
  | 'journal'
  | 'approvals'
  | 'apply'
  | 'rollback'
  | 'heal'
  | 'approve'
  | 'breakGlass'
  | 'cancel'
  | 'hold'
  | 'resume'
  | 'rollouts'
  | 'rollout'
>;

export function runCalls(desk: Desk): Calls {
  return { ...lookingCalls(desk), ...startingCalls(desk), ...decidingCalls(desk) };
}

function lookingCalls(
  desk: Desk,
): Pick<
  Calls,
  'plan' | 'planChanges' | 'runs' | 'run' | 'journal' | 'approvals' | 'rollouts' | 'rollout'
> {
  const { store } = desk.ports;
  const findPlan = async (id: string) => {
    const plan = await store.plan(id);
    if (!plan || !desk.may('view', stackSubject(plan.stack))) throw notFound(`plan ${id}`);
    return plan;
  };
  return {
    plan: findPlan,
    async planChanges(id, page) {
      await findPlan(id);
      return store.planChanges(id, page);
    },
    async runs(filter, page) {
      if (filter.stack !== undefined) await desk.stack(filter.stack);
      const { visibleNames: repositoryNames } = desk;
      return store.runs({ ...filter, ...(repositoryNames && { repositoryNames }) }, page);
    },
    run: (id) => desk.run(id),
    async journal(id) {
      await desk.run(id);
      return store.journal(id);
    },
    async approvals(id) {
      await desk.run(id);
      return store.approvals({ run: id });
    },
    async rollouts(page) {
      const repositories = (await desk.visible()).map(({ id }) => id);
      return store.rollouts({ repositories }, page);
    },
    async rollout(id) {
      const rollout = await store.rollout(id);
      const visible = await desk.visible();
      if (!rollout || !visible.some((one) => one.id === rollout.repository)) {
        throw notFound(`rollout ${id}`);
      }
      return rollout;
    },
  };
}

function startingCalls(desk: Desk): Pick<Calls, 'apply' | 'rollback' | 'heal'> {
  const { keeper, following } = desk.ports;
  return {
    async apply(id) {
      const known = await desk.stack(id, 'apply');
      return desk.inTurn(known, (record) => startAtHead(record, desk));
    },
    async rollback(id, revision, reason) {
      const known = await desk.stack(id, 'rollback');
      requireActive(known);
      if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)) {
        throw new SessionError('INVALID_REQUEST', `${revision}: not a full revision`);
      }
      const repository = desk.repositoryOf(known.id);
      await requireInHistory(following.git(repository.name), repository, revision);
      const why = `rolled back to ${revision.slice(0, 12)}: ${reason}`;
      const paused = { by: desk.name, at: desk.at(), reason: why };
      return desk.inTurn(known, (record) => {
        requireActive(record);
        return start(desk, { record, revision, purpose: 'rollback' }, [
          { kind: 'stack-changed', id, change: { paused } },
          desk.audit('stack:paused', id, { reason: why }),
          desk.event('stack:paused', id),
        ]);
      });
    },
    async heal(id) {
      const record = await desk.stack(id, 'heal');
      const { applied } = record;
      if (!applied) throw new SessionError('CONFLICT', `${id}: no run of it has succeeded yet`);
      requireActive(record);
      const asked = desk.audit('run:requested', id, { purpose: 'heal' });
      const run = await keeper.heal({ ...record, applied }, desk.name, [asked]);
      if (!run) throw new SessionError('CONFLICT', `${id}: a run is on its way already`);
      return run;
    },
  };
}

/** What Git says of the stack now, in its turn (see `Desk.inTurn`). @throws SessionError `CONFLICT`. */
export async function startAtHead(
  record: StackRecord,
  desk: Desk,
  extra: readonly Write[] = [],
): Promise<Run> {
  requireActive(record);
  // The one who follows hears of a new head only after the turn in which it was written.
  const repositories = await desk.ports.store.repositories();
  const head = repositories.find(({ id }) => id === record.repository)?.head;
  if (head === undefined) {
    throw new SessionError('CONFLICT', `${record.id}: nothing was fetched yet`);
  }
  return start(desk, { record, revision: head, purpose: 'revision' }, extra);
}

function requireActive({ id, standing }: StackRecord): void {
  if (standing !== 'active') throw new SessionError('CONFLICT', `${id}: it is ${standing}`);
}

interface Start {
  readonly record: StackRecord;
  readonly revision: string;
  readonly purpose: Purpose;
}

/** `extra` is written with the run, or not at all. In the stack's turn: older runs must not be missed. */
async function start(
  desk: Desk,
  { record, revision, purpose }: Start,
  extra: readonly Write[],
): Promise<Run> {
  const { store, newId, scheduler } = desk.ports;
  const { id: stack } = record;
  // Not the record's: a repository that is on its way out gets no more runs.
  const repository = desk.repositoryOf(stack).id;
  const place = { repository, stack, revision, purpose };
  const { run, writes } = await createRun(
    { id: newId(), ...place, requestedBy: desk.name, at: desk.at() },
    store,
  );
  await store.commit([
    ...extra,
    ...writes,
    desk.audit('run:requested', stack, { run: run.id, revision, purpose }),
  ]);
  scheduler.enqueue(run);
  return run;
}

function decidingCalls(
  desk: Desk,
): Pick<Calls, 'approve' | 'breakGlass' | 'cancel' | 'hold' | 'resume'> {
  const { store } = desk.ports;
  const ask = async (run: Run, request: RunRequest): Promise<void> => {
    if (isEnded(run)) throw new SessionError('CONFLICT', `run ${run.id}: it has ended`);
    await store.commit([
      { kind: 'request', run: run.id, request },
      desk.audit(`run:${request.kind}`, run.stack, { run: run.id }),
    ]);
  };
  return {
    async approve(id, digest) {
      const run = await desk.run(id, 'approve');
      if (isEnded(run)) throw new SessionError('CONFLICT', `run ${id}: it has ended`);
      const approval = await toApproval(run, digest, desk);
      await store.commit([
        { kind: 'approval', approval },
        desk.audit('approval:given', run.stack, { run: id, plan: run.plan?.digest ?? '' }),
      ]);
      return approval;
    },
    breakGlass: (id, digest, reason) => breakGlass({ id, digest, reason }, desk),
    cancel: async (id) => ask(await desk.run(id, 'cancel'), { kind: 'cancel', by: desk.name }),
    hold: async (id) => ask(await desk.run(id, 'resume'), { kind: 'hold', by: desk.name }),
    resume: async (id, doubt) =>
      ask(await desk.run(id, 'resume'), {
        kind: 'resume',
        by: desk.name,
        ...(doubt && { doubt }),
      }),
  };
}

async function toApproval(run: Run, digest: string, desk: Desk): Promise<Approval> {
  const { newId } = desk.ports;
  const { actor } = desk;
  const digests = await readPlanned(run, digest, desk);
  if (actor.kind !== 'member') throw new SessionError('ACCESS_DENIED', 'only members approve');
  const { repository, stack } = run;
  const place = { id: newId(), repository, stack, run: run.id };
  return { ...place, digests, actor: actor.name, at: desk.at(), state: 'given' };
}
