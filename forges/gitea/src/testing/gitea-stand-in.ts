/**
 * Answers as Gitea does: written from the API description that Gitea 1.26 serves at `/swagger.v1.json`
 * (definitions PullRequest, PullReview, Comment, CommitStatus, Team, User, Repository,
 * RepoCollaboratorPermission, Reference), and compared with a real one by the integration test, which
 * asks both the same.
 */
import type { ForgeUser, MergeMethod } from '@trueup/forge-sdk';
import {
  answerBy,
  type ForgeWorld,
  pageOf,
  type Routes,
  type StandInAnswer,
  type StandInRequest,
  type WorldRepository,
} from '@trueup/forge-sdk/testing';

import { showComment, showPull, showRepository, showReview, showStatus, showUser } from './show.ts';

export interface GiteaStandInOptions {
  readonly world: ForgeWorld;
  /** Who bears which token. */
  readonly tokens: ReadonlyMap<string, ForgeUser>;
}

/** What a route knows besides the request. */
interface Context {
  readonly world: ForgeWorld;
  readonly self: ForgeUser;
}

const prefix = ['api', 'v1'];
const most = { name: 'limit', most: 50 };

export function answerAsGitea(
  { world, tokens }: GiteaStandInOptions,
  request: StandInRequest,
): StandInAnswer {
  const [, token = ''] = /^token (.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  const self = tokens.get(token);
  if (!self) return { status: 401, body: { message: 'invalid username, password or token' } };
  const isOurs = prefix.every((part, index) => request.parts[index] === part);
  const parts = request.parts.slice(prefix.length);
  const answer = isOurs && answerBy(routes, { world, self }, { ...request, parts });
  return answer || notFound;
}

const notFound: StandInAnswer = { status: 404, body: { message: 'not found', errors: [] } };

type Answer = (
  repository: WorldRepository,
  context: Context & { readonly request: StandInRequest },
  parts: readonly string[],
) => StandInAnswer;

/** Of a repository that the user may read. */
function of(answer: Answer): Routes<Context>[number][2] {
  return (context, request, [owner = '', name = '', ...parts]) => {
    const repository = context.world.findRepository(`${owner}/${name}`);
    const moved = context.world.findMoved(`${owner}/${name}`);
    if (moved) return redirect(moved, request);
    if (!repository || repository.permissionOf(context.self) === 'none') return notFound;
    return answer(repository, { ...context, request }, parts);
  };
}

/** To the same of the repository that it is by now. */
function redirect({ path }: WorldRepository, { target }: StandInRequest): StandInAnswer {
  const location = target.replace(/\/repos\/[^/?]+\/[^/?]+/, `/repos/${path}`);
  return { status: 301, headers: { location } };
}

const repo = '/repos/:owner/:name';

const routes: Routes<Context> = [
  ['GET', '/user', ({ self }) => ({ status: 200, body: showUser(self) })],
  ['GET', repo, of((one, { self }) => ({ status: 200, body: showRepository(one, self) }))],
  ['GET', `${repo}/pulls`, of(listPulls)],
  ['POST', `${repo}/pulls`, of(openPull)],
  [
    'GET',
    `${repo}/pulls/:index`,
    of((one, { world }, [index]) => {
      const pull = one.find(Number(index));
      return pull ? { status: 200, body: showPull(world, one, pull) } : notFound;
    }),
  ],
  ['PATCH', `${repo}/pulls/:index`, of(editPull)],
  ['POST', `${repo}/pulls/:index/merge`, of(mergePull)],
  [
    'GET',
    `${repo}/pulls/:index/reviews`,
    of((one, { request }, [index]) => {
      const pull = one.find(Number(index));
      return pull ? countedPageOf(pull.reviews.map(showReview), request) : notFound;
    }),
  ],
  [
    'GET',
    `${repo}/git/refs/pull/:index/head`,
    of((one, _context, [index]) => {
      const sha = one.find(Number(index))?.sourceCommit;
      const ref = `refs/pull/${index}/head`;
      return sha === undefined ? notFound : { status: 200, body: [{ ref, object: { sha } }] };
    }),
  ],
  [
    'GET',
    `${repo}/git/commits/:sha`,
    of((_one, { world }, [sha = '']) =>
      world.commits.has(sha) ? { status: 200, body: { sha } } : notFound,
    ),
  ],
  [
    'GET',
    `${repo}/commits/:sha/pull`,
    of((one, { world }, [sha]) => {
      const pull = one.mergeRequests.find(({ merged }) => merged?.commit === sha);
      return pull ? { status: 200, body: showPull(world, one, pull) } : notFound;
    }),
  ],
  ['GET', `${repo}/issues/:index/comments`, of(listComments)],
  ['POST', `${repo}/issues/:index/comments`, of(createComment)],
  ['GET', `${repo}/issues/comments/:id`, of(findComment)],
  ['PATCH', `${repo}/issues/comments/:id`, of(editComment)],
  [
    'GET',
    `${repo}/commits/:sha/statuses`,
    of((one, { request }, [sha = '']) =>
      pageOf(one.statusHistory(sha).map(showStatus).reverse(), request, most),
    ),
  ],
  ['POST', `${repo}/statuses/:sha`, of(createStatus)],
  ['GET', `${repo}/collaborators/:login/permission`, of(tellPermission)],
  ['GET', '/orgs/:org/teams', listTeams],
  ['GET', '/orgs/:org/members', listOrganisation],
  ['GET', '/teams/:id/members', listTeam],
];

/** Some lists name no next page, and say only how many items there are. */
function countedPageOf(items: readonly unknown[], request: StandInRequest): StandInAnswer {
  const page = pageOf(items, request, most);
  return { ...page, headers: { 'x-total-count': String(items.length) } };
}

function listPulls(one: WorldRepository, { world, request }: Parameters<Answer>[1]): StandInAnswer {
  const isWanted = request.query.get('state') === 'open';
  const pulls = one.mergeRequests
    .filter(({ closedAt }) => !isWanted || closedAt === undefined)
    .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.number - a.number);
  // In a list Gitea names the head that the pull request had, in a single answer that of its branch.
  return pageOf(
    pulls.map((pull) => showPull(world, one, pull, { inList: true })),
    request,
    most,
  );
}

function openPull(
  one: WorldRepository,
  { world, self, request }: Parameters<Answer>[1],
): StandInAnswer {
  const { head, base, title, body } = request.body as Readonly<Record<string, string>>;
  if (!head || !base || !title) return { status: 422, body: { message: 'Required' } };
  if (!one.branches.has(head) || !one.branches.has(base)) return notFound;
  const isOpen = one.mergeRequests.some(
    ({ sourceBranch, targetBranch, sourceRepository, closedAt }) =>
      closedAt === undefined &&
      sourceRepository === one.path &&
      sourceBranch === head &&
      targetBranch === base,
  );
  if (isOpen) return { status: 409, body: { message: 'pull request already exists' } };
  const pull = one.open({
    author: self,
    sourceBranch: head,
    targetBranch: base,
    title,
    body: body ?? '',
    draft: title.startsWith('WIP:'),
  });
  return { status: 201, body: showPull(world, one, pull) };
}

function editPull(
  one: WorldRepository,
  { world, request }: Parameters<Answer>[1],
  [index]: readonly string[],
): StandInAnswer {
  const pull = one.find(Number(index));
  if (!pull) return notFound;
  const { state } = request.body as { readonly state?: string };
  if (pull.merged) return { status: 412, body: { message: 'cannot change state of this pull' } };
  if (state === 'closed') one.close(pull.number);
  return { status: 201, body: showPull(world, one, pull) };
}

const styles: Readonly<Record<string, MergeMethod>> = {
  merge: 'merge',
  squash: 'squash',
  'fast-forward-only': 'fast-forward',
};

function mergePull(
  one: WorldRepository,
  { self, request }: Parameters<Answer>[1],
  [index]: readonly string[],
): StandInAnswer {
  const pull = one.find(Number(index));
  if (!pull) return notFound;
  const { Do, head_commit_id: commit } = request.body as Readonly<Record<string, string>>;
  const method = styles[Do ?? ''];
  if (!method) return { status: 422, body: { message: 'Invalid Do' } };
  if (pull.merged) return { status: 405, body: { message: 'The PR is already merged' } };
  const end = one.merge(pull.number, { by: self, method, ...(commit && { commit }) });
  switch (end.kind) {
    case 'merged':
      return { status: 200 };
    case 'closed':
      return notFound;
    case 'moved':
      return { status: 409, body: { message: 'head out of date' } };
    case 'diverged':
      return { status: 500, body: { message: 'diverging' } };
    case 'conflict':
      return { status: 405, body: { message: 'Please try again later' } };
    default:
      return { status: 405, body: { message: 'not ready to be merged' } };
  }
}

function listComments(
  one: WorldRepository,
  { request }: Parameters<Answer>[1],
  [index]: readonly string[],
): StandInAnswer {
  const pull = one.find(Number(index));
  // A real one fails here, and says why.
  if (!pull) return { status: 500, body: { message: 'issue does not exist' } };
  const since = Date.parse(request.query.get('since') ?? '') || 0;
  const comments = pull.comments.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
  return { status: 200, body: comments.map((comment) => showComment(one, pull.number, comment)) };
}

function createComment(
  one: WorldRepository,
  { self, request }: Parameters<Answer>[1],
  [index]: readonly string[],
): StandInAnswer {
  const number = Number(index);
  const { body } = request.body as { readonly body: string };
  if (!one.find(number)) return notFound;
  return { status: 201, body: showComment(one, number, one.comment(number, self, body)) };
}

function findComment(
  one: WorldRepository,
  _context: Parameters<Answer>[1],
  [id]: readonly string[],
): StandInAnswer {
  const found = one.findComment(Number(id));
  return found ? { status: 200, body: showComment(one, found.number, found.comment) } : notFound;
}

function editComment(
  one: WorldRepository,
  { self, request }: Parameters<Answer>[1],
  [id]: readonly string[],
): StandInAnswer {
  const found = one.findComment(Number(id));
  if (!found) return notFound;
  if (found.comment.author.id !== self.id) return { status: 403, body: { message: 'forbidden' } };
  const { body } = request.body as { readonly body: string };
  const comment = one.editComment(found.number, found.comment.id, body) ?? found.comment;
  return { status: 200, body: showComment(one, found.number, comment) };
}

const states = new Map([
  ['pending', 'pending'],
  ['success', 'passed'],
  ['failure', 'failed'],
  ['error', 'error'],
] as const);

function createStatus(
  one: WorldRepository,
  { world, self, request }: Parameters<Answer>[1],
  [sha = '']: readonly string[],
): StandInAnswer {
  if (!world.commits.has(sha)) return { status: 500, body: { message: 'object does not exist' } };
  const body = request.body as Readonly<Record<string, string | undefined>>;
  const state = states.get(body['state'] as 'pending');
  if (!state) return { status: 422, body: { message: 'Invalid State' } };
  const status = one.postStatus(
    {
      commit: sha,
      name: body['context'] ?? 'default',
      state,
      ...(body['description'] !== undefined && { description: body['description'] }),
      ...(body['target_url'] !== undefined && { url: body['target_url'] }),
    },
    self,
  );
  return { status: 201, body: showStatus(status) };
}

function tellPermission(
  one: WorldRepository,
  { world, self }: Parameters<Answer>[1],
  [login = '']: readonly string[],
): StandInAnswer {
  if (one.permissionOf(self) !== 'admin') return { status: 403, body: { message: 'only admins' } };
  const user = world.userByLogin(login);
  if (!user) return { status: 404, body: { message: 'user does not exist' } };
  const permission = one.permissionOf(user);
  return { status: 200, body: { permission, role_name: permission, user: showUser(user) } };
}

function listTeams(
  { world }: Context,
  request: StandInRequest,
  [org = '']: readonly string[],
): StandInAnswer {
  const teams = world.groups.filter(({ name }) => name.startsWith(`${org}/`));
  if (teams.length === 0) return notFound;
  return pageOf(
    teams.map(({ id, name }) => ({ id, name: name.slice(org.length + 1) })),
    request,
    most,
  );
}

function listOrganisation(
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

function listTeam(
  { world }: Context,
  request: StandInRequest,
  [id]: readonly string[],
): StandInAnswer {
  const team = world.groups.find((one) => one.id === Number(id));
  return team ? pageOf(team.members.map(showUser), request, most) : notFound;
}
