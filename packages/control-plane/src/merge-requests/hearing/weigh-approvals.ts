/** Weighs what people approved against what is planned now, stack by stack. */
import {
  type Approval,
  type ApprovalDecision,
  type ChangeSet,
  type ChangeSetStack,
  decideApproval,
  dropMoved,
  findObjection,
  type Member,
  type PlannedChange,
  type PlannedSteps,
  type PlanRecord,
  parseStackId,
  type RepositoryRecord,
  type StackId,
  type Store,
  type Write,
} from '@trueup/engine';

import { readAll } from '../../paging/read-all.ts';

/** A stack's plan, and who stands behind it. */
export interface WeighedPlan {
  readonly plan: PlanRecord;
  readonly changes: readonly PlannedChange[];
  readonly decision: ApprovalDecision;
  /** The newest one that no longer holds, in words. */
  readonly dropped?: string;
}

export interface WeighedSet {
  /** Those that are planned, unless their plan was swept. */
  readonly plans: ReadonlyMap<StackId, WeighedPlan>;
  /** Whose words do not count any more: to be written before anything is shown. */
  readonly writes: readonly Write[];
}

export interface WeighPorts {
  readonly store: Pick<Store, 'plan' | 'planChanges' | 'approvals' | 'members'>;
  readonly now: () => number;
}

export async function weighApprovals(
  set: ChangeSet,
  repository: RepositoryRecord,
  { store, now }: WeighPorts,
): Promise<WeighedSet> {
  const wanted = { repository: repository.id, mergeRequest: set.number };
  const approvals = await store.approvals(wanted);
  const members = new Map((await store.members()).map((one) => [one.name, one]));
  const read = new Map<StackId, ReadPlan>();
  for (const [stack, state] of Object.entries(set.stacks)) {
    const plan = await readPlan(state, store);
    if (plan) read.set(stack, plan);
  }
  const steps = new Map([...read].map(([stack, one]) => [stack, stepsOf(one, repository)]));
  const moved = dropMoved(set, approvals, steps);
  const gone = new Map(moved.map((one) => [one.id, one]));
  const current = approvals.map((one) => gone.get(one.id) ?? one);
  const plans = [...read].map(([stack, one]): [StackId, WeighedPlan] => [
    stack,
    weigh(stack, one, { set, repository, members, approvals: current }),
  ]);
  const at = new Date(now()).toISOString();
  return { plans: new Map(plans), writes: moved.flatMap((one) => tell(one, repository, at)) };
}

interface ReadPlan {
  readonly plan: PlanRecord;
  readonly changes: readonly PlannedChange[];
}

async function readPlan(
  state: ChangeSetStack,
  store: WeighPorts['store'],
): Promise<ReadPlan | undefined> {
  const plan = state.name === 'planned' ? await store.plan(state.plan) : undefined;
  if (!plan) return undefined;
  return { plan, changes: await readAll((page) => store.planChanges(plan.id, page)) };
}

function stepsOf({ plan, changes }: ReadPlan, { id }: RepositoryRecord): PlannedSteps {
  const { targetIdentity, sources } = plan;
  return {
    steps: changes.map(({ change }) => change).filter(({ action }) => action !== 'none'),
    place: { repository: id, targetIdentity, ...(sources && { sources }) },
  };
}

/** What is merged shows who stood behind it, also once a run has made use of that. */
function asItStood(approval: Approval, { phase }: ChangeSet): Approval {
  return phase.name === 'merged' && approval.state === 'used'
    ? { ...approval, state: 'given' }
    : approval;
}

interface Weighing {
  readonly set: ChangeSet;
  readonly repository: RepositoryRecord;
  readonly members: ReadonlyMap<string, Member>;
  readonly approvals: readonly Approval[];
}

function weigh(
  id: StackId,
  read: ReadPlan,
  { set, repository, members, approvals }: Weighing,
): WeighedPlan {
  const own = approvals.filter(({ stack }) => stack === id);
  const { authors = [] } = set;
  const place = { repository: repository.name, name: parseStackId(id).name };
  const decision = decideApproval({
    rule: {
      objection: (name, requirement, writers) =>
        findObjection({ member: members.get(name), requirement, authors: writers, stack: place }),
    },
    asked: read.plan.asked ?? [],
    ...stepsOf(read, repository),
    findings: read.plan.findings,
    words: own.map((approval) => ({ approval: asItStood(approval, set), authors })),
  });
  const last = own.findLast(({ state }) => state === 'dropped' || state === 'given');
  const dropped = last?.state === 'dropped' ? last : undefined;
  return {
    ...read,
    decision,
    ...(dropped && { dropped: `${dropped.actor}: ${dropped.dropped ?? 'it moved'}` }),
  };
}

function tell(approval: Approval, { name }: RepositoryRecord, at: string): readonly Write[] {
  const { stack, actor, dropped = '', mergeRequest = 0 } = approval;
  const event = 'approval:dropped';
  const body = { mergeRequest, actor, message: dropped };
  return [
    { kind: 'approval', approval },
    {
      kind: 'audit',
      line: { at, actor: 'trueup', event, subject: stack, detail: { mergeRequest, actor } },
    },
    { kind: 'event', event: { at, type: event, repository: name, stack, body } },
  ];
}
