/** Merge requests of the built-in forge, for sessions. What the forge does is loaded with the first call. */
import type {
  HostedMergeOutcome,
  HostedMergeRequest,
  NewHostedRequest,
  RequestEdit,
} from '@trueup/forge-hosted';
import { SessionError } from '../../access/session-error.ts';
import type { Desk } from '../desk.ts';
import { findMergeObjection, type MergeWanted, touchesRules } from './find-merge-objection.ts';
import { findRequestOwners } from './find-request-owners.ts';
import { type HostedAsked, HostedDesk, showRequest } from './hosted-desk.ts';
import type {
  HostedRequest,
  HostedRequestView,
  HostedSession,
  MergeEnd,
  NewRequest,
  RequestChange,
} from './hosted-session.ts';
import { showCheck } from './hosted-talk.ts';
import { requestVerbs, verbsWithRequest } from './request-verbs.ts';

type Calls = Pick<
  HostedSession,
  | 'mergeRequests'
  | 'openMergeRequest'
  | 'mergeRequest'
  | 'editMergeRequest'
  | 'closeMergeRequest'
  | 'reopenMergeRequest'
  | 'mergeMergeRequest'
  | 'cancelMerge'
  | 'revertMergeRequest'
  | 'mergeRequestDiff'
  | 'mergeConflicts'
>;

const load = () => import('@trueup/forge-hosted');

export function hostedRequests(base: Desk): Calls {
  return { ...looking(new HostedDesk(base)), ...changing(new HostedDesk(base)) };
}

type Looking = 'mergeRequests' | 'mergeRequest' | 'mergeRequestDiff' | 'mergeConflicts';

function looking(desk: HostedDesk): Pick<Calls, Looking> {
  return {
    mergeRequests: (repository, filter, page) =>
      desk.ask(repository, 'view', async ({ host, path }) => {
        const open = await host.open(path);
        const found = await host.shelf.requests(open.repository, { ...filter, ...page });
        return { ...found, items: found.items.map((one) => showRequest(one, open.git.heads)) };
      }),
    mergeRequest: ({ repository, number }, signal) =>
      desk.ask(repository, 'view', (asked) =>
        viewRequest({ desk, asked, repository, number }, signal),
      ),
    mergeRequestDiff: ({ repository, number }, { after, limit }, signal) =>
      desk.ask(repository, 'view', async ({ host, path }) => {
        const { readDiff } = await load();
        const page = { number, limit, ...(after !== undefined && { after }) };
        return readDiff(host, path, page, signal);
      }),
    mergeConflicts: ({ repository, number }, signal) =>
      desk.ask(repository, 'view', async ({ host, path }) => {
        const { readConflicts } = await load();
        return readConflicts(host, path, number, signal);
      }),
  };
}

function changing(desk: HostedDesk): Omit<Calls, Looking> {
  const act = (
    repository: string,
    work: (asked: HostedAsked) => Promise<HostedMergeRequest>,
  ): Promise<HostedRequest> =>
    desk.ask(repository, requestVerbs.edit, async (asked) => {
      const request = await work(asked);
      return showRequest(request, (await asked.host.open(asked.path)).git.heads);
    });
  return {
    openMergeRequest: (repository, wanted) =>
      act(repository, async ({ host, path, actor }) => {
        const { openRequest } = await load();
        const { defaultBranch } = (await host.open(path)).repository;
        return openRequest(host, path, await toRequest(desk, wanted, defaultBranch), actor);
      }),
    editMergeRequest: ({ repository, number }, change) =>
      act(repository, async ({ host, path, actor }) => {
        const { editRequest } = await load();
        return editRequest(host, path, { number, edit: await toEdit(desk, change) }, actor);
      }),
    closeMergeRequest: ({ repository, number }) =>
      act(repository, async ({ host, path, actor }) =>
        (await load()).closeRequest(host, path, number, actor),
      ),
    reopenMergeRequest: ({ repository, number }) =>
      act(repository, async ({ host, path, actor }) =>
        (await load()).reopenRequest(host, path, number, actor),
      ),
    revertMergeRequest: ({ repository, number }) =>
      act(repository, async ({ host, path, actor }) =>
        (await load()).revertRequest(host, path, number, actor),
      ),
    mergeMergeRequest: (
      { repository, number },
      { commit, method = 'merge', whenGreen = false, deleteSource = false },
    ) => {
      return desk.ask(repository, requestVerbs.merge, async (asked) => {
        const { host, path, actor } = asked;
        const { getRequest, mergeRequest, mergeWhenGreen } = await load();
        const request = await getRequest(host, await host.open(path), number);
        const sets = await desk.changeSetsOf(path, request);
        const { permission } = actor;
        const [objection] = objectionsOf(sets, { permission, commit });
        if (objection !== undefined) {
          throw new SessionError('CONFLICT', `${repository}!${number}: not merged. ${objection}`);
        }
        const isBound =
          permission !== 'admin' && sets.length > 0 && (await changesRules(asked, number));
        const [onto] = isBound ? sets.flatMap(({ newest }) => newest?.base ?? []) : [];
        // What was judged is the way into this branch: it may be turned to another one meanwhile.
        const bound = { into: request.targetBranch, ...(onto !== undefined && { onto }) };
        const order = { number, commit, method, deleteSource, ...bound };
        const merge = whenGreen ? mergeWhenGreen : mergeRequest;
        return toEnd(await merge(host, path, order, actor), `${repository}!${number}`);
      });
    },
    cancelMerge: ({ repository, number }) =>
      desk.ask(repository, requestVerbs.merge, async ({ host, path, actor }) =>
        (await load()).cancelAutoMerge(host, path, number, actor),
      ),
  };
}

/** Rules may have come to the branch since that what was found out of it does not take into account. */
async function changesRules({ host, path }: HostedAsked, number: number): Promise<boolean> {
  const { listChanges } = await load();
  const { changes } = await listChanges(host, path, number, AbortSignal.timeout(30_000));
  return touchesRules(changes.map((one) => one.path));
}

/** @throws SessionError `CONFLICT`. */
function toEnd(outcome: HostedMergeOutcome, subject: string): MergeEnd {
  switch (outcome.kind) {
    case 'merged':
    case 'waiting':
      return outcome;
    case 'moved':
      throw new SessionError('CONFLICT', `${subject}: its head is another one by now`);
    case 'conflict':
      throw new SessionError('CONFLICT', `${subject}: it conflicts with its target branch`);
    case 'refused':
      throw new SessionError('CONFLICT', `${subject}: not merged. ${outcome.reason}`);
  }
}

async function toRequest(
  desk: HostedDesk,
  { source, target, description = '', reviewers, ...rest }: NewRequest,
  defaultBranch: string,
): Promise<NewHostedRequest> {
  const users = reviewers && (await desk.usersOf(reviewers));
  const branches = { sourceBranch: source, targetBranch: target ?? defaultBranch };
  return { ...rest, ...branches, body: description, ...(users && { reviewers: users }) };
}

async function toEdit(
  desk: HostedDesk,
  { target, description, reviewers, ...rest }: RequestChange,
): Promise<RequestEdit> {
  const users = reviewers && (await desk.usersOf(reviewers));
  return {
    ...rest,
    ...(target !== undefined && { targetBranch: target }),
    ...(description !== undefined && { body: description }),
    ...(users && { reviewers: users }),
  };
}

function objectionsOf(
  sets: Awaited<ReturnType<HostedDesk['changeSetsOf']>>,
  wanted: Omit<MergeWanted, 'set'>,
): readonly string[] {
  return sets.flatMap(({ newest: set }) => findMergeObjection({ ...wanted, set }) ?? []);
}

interface ViewAsked {
  readonly desk: HostedDesk;
  readonly asked: HostedAsked;
  readonly repository: string;
  readonly number: number;
}

async function viewRequest(
  { desk, asked: { host, path, actor }, repository, number }: ViewAsked,
  signal: AbortSignal,
): Promise<HostedRequestView> {
  const { approversOf, findObstacle, gatherFacts, getRequest, openThreads } = await load();
  const open = await host.open(path);
  const request = await getRequest(host, open, number);
  const { facts } = await gatherFacts(host, open, request);
  const notes = await host.shelf.notes({ repository: open.repository, number });
  const [method = 'merge'] = open.repository.mergeMethods;
  const obstacle = request.state === 'open' ? findObstacle(facts, method) : undefined;
  const reason = obstacle?.kind === 'refused' ? obstacle.reason : undefined;
  const conflict =
    obstacle?.kind === 'conflict' ? 'It conflicts with its target branch.' : undefined;
  const [objection] =
    request.state === 'open'
      ? objectionsOf(await desk.changeSetsOf(path, request), {
          permission: actor.permission,
          commit: request.sourceCommit,
        })
      : [];
  const stands = reason ?? conflict ?? objection;
  return {
    ...showRequest(request, open.git.heads),
    fit: facts.fit,
    ...(stands !== undefined && { obstacle: stands }),
    approvedBy: approversOf(facts),
    checks: facts.statuses.map(showCheck),
    openThreads: openThreads(notes).length,
    owners: await findRequestOwners({ host, path, number }, signal),
    may: verbsWithRequest({ may: (verb) => desk.may(repository, verb), actor, request }),
  };
}
