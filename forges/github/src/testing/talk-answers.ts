/** What GitHub answers about comments, statuses and people. */
import {
  pageOf,
  type StandInAnswer,
  type StandInRequest,
  type WorldMergeRequest,
  type WorldRepository,
  type WorldStatus,
} from '@trueup/forge-sdk/testing';

import { showComment, showRun, showStatus, showUser } from './show.ts';
import { type Answer, type Context, invalid, most, notFound } from './stand-in-context.ts';

export function listComments(
  pull: WorldMergeRequest,
  one: WorldRepository,
  { request }: Parameters<Answer>[1],
): StandInAnswer {
  const since = Date.parse(request.query.get('since') ?? '') || 0;
  const comments = pull.comments.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
  return pageOf(
    comments.map((comment) => showComment(one, pull.number, comment)),
    request,
    most,
  );
}

export function findComment(
  one: WorldRepository,
  _context: Parameters<Answer>[1],
  [id]: readonly string[],
): StandInAnswer {
  const found = one.findComment(Number(id));
  return found ? { status: 200, body: showComment(one, found.number, found.comment) } : notFound;
}

export function editComment(
  one: WorldRepository,
  { request }: Parameters<Answer>[1],
  [id]: readonly string[],
): StandInAnswer {
  const found = one.findComment(Number(id));
  if (!found) return notFound;
  const { body } = request.body as { readonly body: string };
  const comment = one.editComment(found.number, found.comment.id, body) ?? found.comment;
  return { status: 200, body: showComment(one, found.number, comment) };
}

/** CIs of this world post every other name as a check run, which is GitHub's second kind. */
export function isRun({ context }: WorldStatus): boolean {
  return !context.startsWith('trueup/') && context.length % 2 === 0;
}

export function listRuns(
  one: WorldRepository,
  { request }: Parameters<Answer>[1],
  [sha = '']: readonly string[],
): StandInAnswer {
  const runs = one.statusesOf(sha).filter(isRun).map(showRun);
  const page = pageOf(runs, request, most);
  return { ...page, body: { total_count: runs.length, check_runs: page.body } };
}

const states = new Map([
  ['pending', 'pending'],
  ['success', 'passed'],
  ['failure', 'failed'],
  ['error', 'error'],
] as const);

export function createStatus(
  one: WorldRepository,
  { world, self, request }: Parameters<Answer>[1],
  [sha = '']: readonly string[],
): StandInAnswer {
  if (!world.commits.has(sha)) return invalid(`No commit found for SHA: ${sha}`);
  const body = request.body as Readonly<Record<string, string | undefined>>;
  const state = states.get(body['state'] as 'pending');
  const { context = 'default', description = '', target_url: url } = body;
  if (!state || description.length > 140) return invalid('description is too long');
  const check = { commit: sha, name: context, state, description };
  const status = one.postStatus({ ...check, ...(url !== undefined && { url }) }, self);
  return { status: 201, body: showStatus(status) };
}

export function tellPermission(
  one: WorldRepository,
  { world, self }: Parameters<Answer>[1],
  [login = '']: readonly string[],
): StandInAnswer {
  const own = one.permissionOf(self);
  const message = 'Must have push access to view collaborator permission.';
  if (own !== 'admin' && own !== 'write') return { status: 403, body: { message } };
  const user = world.userByLogin(login);
  if (!user) return { status: 404, body: { message: `${login} is not a user` } };
  const permission = one.permissionOf(user);
  return { status: 200, body: { permission, role_name: permission, user: showUser(user) } };
}

export function listTeam(
  { world }: Context,
  request: StandInRequest,
  [org = '', team = '']: readonly string[],
): StandInAnswer {
  // A team within another one lies beside it, and its members belong to both.
  const members = world.membersOf(`${org}/${team}`);
  return members ? pageOf(members.map(showUser), request, most) : notFound;
}

export function listOrganisation(
  { world }: Context,
  request: StandInRequest,
  [org = '']: readonly string[],
): StandInAnswer {
  const teams = world.groups.filter(({ name }) => name.startsWith(`${org}/`));
  if (teams.length === 0) return notFound;
  return pageOf(
    teams.flatMap(({ members }) => members.map(showUser)),
    request,
    most,
  );
}
