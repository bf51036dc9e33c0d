import {
  type Approval,
  type ChangeSet,
  type ChangeSetFilter,
  type ChangeSetStack,
  digestChangeSet,
  findApproved,
  identityOf,
  isOpen,
  type Page,
  type RepositoryRecord,
  type Write,
} from '@trueup/engine';
import { notFound, SessionError } from '../access/session-error.ts';
import { type WeighedPlan, weighApprovals } from '../merge-requests/hearing/weigh-approvals.ts';
import { describeMissing } from '../merge-requests/showing/compose-view.ts';
import { type Desk, stackSubject } from './desk.ts';
import type { ChangeSetStackView, ChangeSetView, Session } from './session.ts';

type Calls = Pick<Session, 'changeSets' | 'changeSet' | 'changeSetApprovals' | 'approveChangeSet'>;

export function changeSetCalls(desk: Desk): Calls {
  const { store, now, mergeRequests } = desk.ports;
  return {
    async changeSets({ repository, number, open }, page): Promise<Page<ChangeSetView>> {
      const visible = await desk.visible();
      const meant = visible.filter(({ name }) => repository === undefined || name === repository);
      if (repository !== undefined && meant.length === 0) throw notFound(repository);
      const filter: ChangeSetFilter = {
        repositories: meant.map(({ id }) => id),
        ...(number !== undefined && { number }),
        ...(open !== undefined && { open }),
      };
      const found = await store.changeSets(filter, page);
      const byId = new Map(meant.map((one) => [one.id, one]));
      const items = found.items.flatMap((set) => {
        const record = byId.get(set.repository);
        return record ? [toView(set, record, desk)] : [];
      });
      return { ...found, items };
    },
    async changeSet(id) {
      const { set, repository } = await find(id, desk);
      const { plans } = await weighApprovals(set, repository, { store, now });
      return toView(set, repository, desk, plans);
    },
    async changeSetApprovals(id) {
      const { set } = await find(id, desk);
      return store.approvals({ repository: set.repository, mergeRequest: set.number });
    },
    async approveChangeSet(id, digest) {
      const found = await find(id, desk);
      desk.require('approve', { kind: 'repository', name: found.repository.name });
      const approvals = toApprovals(found, digest, desk);
      await store.commit(approvals.flatMap((approval) => tell(approval, found, desk)));
      mergeRequests.hint(found.repository.name, found.set.number);
      return approvals;
    },
  };
}

interface Found {
  readonly set: ChangeSet;
  readonly repository: RepositoryRecord;
}

async function find(id: string, desk: Desk): Promise<Found> {
  const set = await desk.ports.store.changeSet(id);
  const repository = set && (await desk.visible()).find((one) => one.id === set.repository);
  if (!set || !repository) throw notFound(`change set ${id}`);
  return { set, repository };
}

function toApprovals({ set }: Found, digest: string, desk: Desk): readonly Approval[] {
  const { actor, ports } = desk;
  if (!isOpen(set)) {
    const phase = `change set ${set.id}: it is ${set.phase.name}`;
    throw new SessionError('CONFLICT', `${phase}: approve the newest one, or its runs`);
  }
  const named = findApproved(set, digest);
  if (named.kind !== 'approved') {
    const whole = digestChangeSet(set).slice('sha256:'.length, 19);
    throw new SessionError(
      'CONFLICT',
      `change set ${set.id}: ${digest} names none of its plans as they are now; all of them are ${whole}`,
    );
  }
  if (actor.kind !== 'member') throw new SessionError('ACCESS_DENIED', 'only members approve');
  const allowed = named.stacks.filter(({ stack }) => desk.may('approve', stackSubject(stack)));
  const [first] = named.stacks;
  if (allowed.length === 0 && first) desk.require('approve', stackSubject(first.stack));
  const { repository, number: mergeRequest } = set;
  return allowed.map(({ stack, digests }) => ({
    id: ports.newId(),
    repository,
    stack,
    mergeRequest,
    digests,
    actor: actor.name,
    at: desk.at(),
    state: 'given',
  }));
}

function tell(approval: Approval, { set, repository }: Found, desk: Desk): readonly Write[] {
  const { stack, actor } = approval;
  const state = set.stacks[stack];
  const plan = state?.name === 'planned' ? state.digest : '';
  const { number: mergeRequest } = set;
  const body = { mergeRequest, actor };
  const type = 'approval:given';
  return [
    { kind: 'approval', approval },
    desk.audit(type, stack, { mergeRequest, plan }),
    { kind: 'event', event: { at: desk.at(), type, repository: repository.name, stack, body } },
  ];
}

function toView(
  set: ChangeSet,
  { name, forge }: RepositoryRecord,
  desk: Desk,
  plans: ReadonlyMap<string, WeighedPlan> = new Map(),
): ChangeSetView {
  const { id, number, title, head, base, merged, author, createdAt, updatedAt } = set;
  const { phase, diagnostics } = set;
  const { shown, hold, refusals = [] } = set.discussion ?? {};
  const stacks = Object.entries(set.stacks).map(
    ([stack, state]) => [stack, toStackView(state, plans.get(stack))] as const,
  );
  return {
    id,
    repository: name,
    number,
    ...(title !== undefined && { title }),
    head,
    base,
    ...(merged !== undefined && { merged }),
    author: identityOf(forge?.kind ?? 'hosted', author),
    digest: digestChangeSet(set),
    createdAt,
    updatedAt,
    phase: phase.name,
    ...(phase.name === 'conflicting' && { conflicts: phase.files }),
    ...(phase.name === 'merged' && {
      mergeCommit: phase.commit,
      ...(phase.applied && { applied: phase.applied }),
    }),
    diagnostics,
    stacks: Object.fromEntries(stacks),
    ...(shown && { comment: shown.comment.url }),
    ...(hold && { holdBy: hold.by }),
    refusals,
    may: desk.verbsFor({ kind: 'repository', name }),
  };
}

function toStackView(state: ChangeSetStack, weighed: WeighedPlan | undefined): ChangeSetStackView {
  if (state.name === 'failed') return { state: 'failed', diagnostics: state.diagnostics };
  if (state.name === 'planned') {
    const { plan, digest, plannedAt, target } = state;
    const approval = weighed && toApprovalView(weighed);
    const named = { ...(target !== undefined && { target }), ...(approval && { approval }) };
    return { state: 'planned', plan, digest, plannedAt, ...named };
  }
  return { state: state.name, ...('reason' in state && { reason: state.reason }) };
}

function toApprovalView({ decision, dropped }: WeighedPlan): ChangeSetStackView['approval'] {
  const { requirements, asksPeople, open } = decision;
  const given = [...new Set(requirements.flatMap((one) => one.given))].sort();
  const objections = requirements.flatMap((one) => one.objections);
  return {
    required: describeMissing(decision),
    covered: asksPeople && open.length === 0,
    given,
    uncounted: objections
      .filter(({ actor }) => !given.includes(actor))
      .map(({ actor, reason }) => ({ who: actor, reason })),
    ...(dropped !== undefined && { dropped }),
  };
}
