/**
 * Answers as GitHub does: written from its published API description (`api.github.com.json` of
 * github/rest-api-description, version 2022-11-28: schemas `pull-request`, `pull-request-simple`,
 * `pull-request-review`, `issue-comment`, `status`, `check-run`, `git-ref`, `simple-user`,
 * `full-repository`, `repository-collaborator-permission`, `installation-token`, `integration`), and from
 * what its documentation says of rate limits, conditional requests and of merging.
 */
import { createPublicKey, verify } from 'node:crypto';

import type { MergeMethod } from '@trueup/forge-sdk';
import {
  answerBy,
  type ForgeWorld,
  pageOf,
  type Routes,
  type StandInAnswer,
  type StandInRequest,
  type WorldMergeRequest,
  type WorldRepository,
} from '@trueup/forge-sdk/testing';

import { showComment, showPull, showRepository, showReview, showStatus, showUser } from './show.ts';
import {
  type Answer,
  type Context,
  type GithubStandInOptions,
  invalid,
  most,
  notFound,
} from './stand-in-context.ts';
import {
  createStatus,
  editComment,
  findComment,
  isRun,
  listComments,
  listOrganisation,
  listRuns,
  listTeam,
  tellPermission,
} from './talk-answers.ts';

export class GithubStandIn {
  readonly #options: GithubStandInOptions;
  readonly #looked = new Set<string>();

  constructor(options: GithubStandInOptions) {
    this.#options = options;
  }

  readonly answer = (request: StandInRequest): StandInAnswer => {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
    const isApp = this.#isApp(token);
    const self = isApp ? this.#options.app?.self : this.#options.tokens.get(token);
    if (!self) return { status: 401, body: { message: 'Bad credentials' } };
    const context = { ...this.#options, self, looked: this.#looked };
    const meant = byId(context.world, request);
    return (
      redirect(context.world, meant) ??
      answerBy(isApp ? appRoutes : routes, context, meant) ??
      notFound
    );
  };

  #isApp(token: string): boolean {
    const { app } = this.#options;
    const [head = '', claims = '', signature = ''] = token.split('.');
    if (!app || signature === '') return false;
    const read = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const seconds = (app.now ?? Date.now)() / 1000;
    const isTimely = read.iat <= seconds && read.exp > seconds && read.exp - read.iat <= 600;
    const key = createPublicKey(app.publicKey);
    const text = Buffer.from(`${head}.${claims}`);
    const isSigned = verify('sha256', text, key, Buffer.from(signature, 'base64url'));
    return isSigned && isTimely && read.iss === app.appId;
  }
}

/** `/repositories/:id` stands for `/repos/:owner/:name`. */
function byId(world: ForgeWorld, request: StandInRequest): StandInRequest {
  const [first, id, ...rest] = request.parts;
  const found = first === 'repositories' && world.repositories.find((one) => String(one.id) === id);
  return found ? { ...request, parts: ['repos', ...found.path.split('/'), ...rest] } : request;
}

/** https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects */
function redirect(world: ForgeWorld, { method, parts, target }: StandInRequest) {
  const [first, owner = '', name = '', ...rest] = parts;
  const moved = first === 'repos' && world.findMoved(`${owner}/${name}`);
  if (!moved) return undefined;
  const [, query] = target.split('?');
  const path = ['repositories', String(moved.id), ...rest].map(encodeURIComponent).join('/');
  const location = `/${path}${query === undefined ? '' : `?${query}`}`;
  const status = method === 'GET' ? 301 : 307;
  return { status, headers: { location }, body: { message: 'Moved Permanently', url: location } };
}

function of(answer: Answer): Routes<Context>[number][2] {
  return (context, request, [owner = '', name = '', ...parts]) => {
    const repository = context.world.findRepository(`${owner}/${name}`);
    if (!repository || repository.permissionOf(context.self) === 'none') return notFound;
    return answer(repository, { ...context, request }, parts);
  };
}

/** Of one of its pull requests. */
function ofPull(
  answer: (
    pull: WorldMergeRequest,
    repository: WorldRepository,
    context: Parameters<Answer>[1],
  ) => StandInAnswer,
): Routes<Context>[number][2] {
  return of((one, context, [number]) => {
    const pull = one.find(Number(number));
    return pull ? answer(pull, one, context) : notFound;
  });
}

const repo = '/repos/:owner/:name';

const appRoutes: Routes<Context> = [
  ['GET', '/app', () => ({ status: 200, body: { id: 1, slug: 'trueup', name: 'Trueup' } })],
  [
    'GET',
    `${repo}/installation`,
    of(() => ({ status: 200, body: { id: 77, app_slug: 'trueup' } })),
  ],
  ['POST', '/app/installations/:id/access_tokens', grantAccess],
];

const routes: Routes<Context> = [
  ['GET', '/user', ({ self }) => ({ status: 200, body: showUser(self) })],
  [
    'GET',
    '/users/:login',
    ({ world }, _request, [login = '']) => {
      const user = world.userByLogin(login);
      return user ? { status: 200, body: showUser(user) } : notFound;
    },
  ],
  [
    'GET',
    '/app',
    () => ({ status: 401, body: { message: 'A JSON web token could not be decoded' } }),
  ],
  ['GET', repo, of((one, { self }) => ({ status: 200, body: showRepository(one, self) }))],
  ['GET', `${repo}/pulls`, of(listPulls)],
  ['POST', `${repo}/pulls`, of(openPull)],
  ['GET', `${repo}/pulls/:number`, ofPull(showAlone)],
  [
    'PATCH',
    `${repo}/pulls/:number`,
    ofPull((pull, one, context) => {
      const { state } = context.request.body as { readonly state?: string };
      if (state === 'closed' && pull.closedAt === undefined) one.close(pull.number);
      return showAlone(pull, one, context);
    }),
  ],
  ['PUT', `${repo}/pulls/:number/merge`, ofPull(mergePull)],
  [
    'GET',
    `${repo}/pulls/:number/reviews`,
    ofPull((pull, _one, { request }) => pageOf(pull.reviews.map(showReview), request, most)),
  ],
  ['GET', `${repo}/commits/:sha/pulls`, of(listPullsOf)],
  ['GET', `${repo}/git/ref/heads/*`, of(findReference)],
  ['PATCH', `${repo}/git/refs/heads/*`, of(moveReference)],
  ['GET', `${repo}/issues/:number/comments`, ofPull(listComments)],
  [
    'POST',
    `${repo}/issues/:number/comments`,
    ofPull((pull, one, { self, request }) => {
      const { body } = request.body as { readonly body: string };
      if (body.length > 65_536) return invalid('body is too long (maximum is 65536 characters)');
      const comment = one.comment(pull.number, self, body);
      return { status: 201, body: showComment(one, pull.number, comment) };
    }),
  ],
  ['GET', `${repo}/issues/comments/:id`, of(findComment)],
  ['PATCH', `${repo}/issues/comments/:id`, of(editComment)],
  [
    'GET',
    `${repo}/commits/:sha/statuses`,
    of((one, { request }, [sha = '']) => {
      const own = one.statusHistory(sha).filter((status) => !isRun(status));
      return pageOf(own.map(showStatus).reverse(), request, most);
    }),
  ],
  ['GET', `${repo}/commits/:sha/check-runs`, of(listRuns)],
  ['POST', `${repo}/statuses/:sha`, of(createStatus)],
  ['GET', `${repo}/collaborators/:login/permission`, of(tellPermission)],
  ['GET', '/orgs/:org/teams/:team/members', listTeam],
  ['GET', '/orgs/:org/members', listOrganisation],
];

function grantAccess({ tokens, self, app }: Context): StandInAnswer {
  const token = `ghs_${tokens.size}_0123456789abcdef`;
  tokens.set(token, self);
  const expires_at = new Date((app?.now ?? Date.now)() + 3_600_000).toISOString();
  const permissions = {
    pull_requests: 'write',
    contents: 'write',
    statuses: 'write',
    checks: 'read',
    members: 'read',
    metadata: 'read',
  };
  return {
    status: 201,
    body: { token, expires_at, permissions, repository_selection: 'selected' },
  };
}

/** GitHub looks for conflicts after it was first asked, and says `null` meanwhile. */
function showAlone(
  pull: WorldMergeRequest,
  repository: WorldRepository,
  { looked }: Parameters<Answer>[1],
): StandInAnswer {
  const key = `${repository.path} ${pull.number} ${pull.sourceCommit}`;
  const isKnown = looked.has(key);
  looked.add(key);
  const mergeable = isKnown && pull.closedAt === undefined ? repository.isMergeable(pull) : null;
  return { status: 200, body: showPull({ repository, pull, mergeable }) };
}

function listPulls(one: WorldRepository, { request }: Parameters<Answer>[1]): StandInAnswer {
  const { query } = request;
  const [owner, ...branch] = (query.get('head') ?? '').split(':');
  const pulls = one.mergeRequests
    .filter(({ closedAt }) => query.get('state') === 'all' || closedAt === undefined)
    .filter(
      ({ sourceRepository, sourceBranch }) =>
        !query.has('head') ||
        (sourceRepository.split('/')[0] === owner && sourceBranch === branch.join(':')),
    )
    .filter(({ targetBranch }) => !query.has('base') || targetBranch === query.get('base'))
    .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.number - a.number);
  return pageOf(
    pulls.map((pull) => showPull({ repository: one, pull })),
    request,
    most,
  );
}

function openPull(one: WorldRepository, context: Parameters<Answer>[1]): StandInAnswer {
  const { head, base, title, body, draft } = context.request.body as {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
    readonly draft: boolean;
  };
  if (!one.branches.has(head) || !one.branches.has(base)) return invalid('head is invalid');
  const isOpen = one.mergeRequests.some(
    ({ sourceBranch, targetBranch, sourceRepository, closedAt }) =>
      closedAt === undefined &&
      sourceRepository === one.path &&
      sourceBranch === head &&
      targetBranch === base,
  );
  if (isOpen) return invalid(`A pull request already exists for ${head}.`);
  const opening = {
    author: context.self,
    sourceBranch: head,
    targetBranch: base,
    title,
    body,
    draft,
  };
  return { ...showAlone(one.open(opening), one, context), status: 201 };
}

function mergePull(
  pull: WorldMergeRequest,
  one: WorldRepository,
  { self, request }: Parameters<Answer>[1],
): StandInAnswer {
  const { sha, merge_method } = request.body as {
    readonly sha?: string;
    readonly merge_method: MergeMethod;
  };
  if (pull.merged) return { status: 405, body: { message: 'Pull Request is not mergeable' } };
  const order = { by: self, method: merge_method, ...(sha !== undefined && { commit: sha }) };
  const end = one.merge(pull.number, order);
  switch (end.kind) {
    case 'merged':
      return { status: 200, body: { sha: end.commit, merged: true, message: 'Merged' } };
    case 'moved':
      return { status: 409, body: { message: 'Head branch was modified.' } };
    default:
      return { status: 405, body: { message: 'Pull Request is not mergeable' } };
  }
}

function listPullsOf(
  one: WorldRepository,
  { world, request }: Parameters<Answer>[1],
  [sha = '']: readonly string[],
): StandInAnswer {
  if (!world.commits.has(sha)) return invalid(`No commit found for SHA: ${sha}`);
  const pulls = one.mergeRequests.filter(
    ({ merged, sourceCommit }) =>
      world.commits.ancestry(sourceCommit).includes(sha) || merged?.commit === sha,
  );
  return pageOf(
    pulls.map((pull) => showPull({ repository: one, pull })),
    request,
    most,
  );
}

function findReference(
  one: WorldRepository,
  _context: Parameters<Answer>[1],
  [branch = '']: readonly string[],
): StandInAnswer {
  const sha = one.branches.get(branch);
  const ref = `refs/heads/${branch}`;
  return sha === undefined
    ? notFound
    : { status: 200, body: { ref, object: { sha, type: 'commit' } } };
}

/** Whoever moves a branch to the head of a pull request has merged it. */
function moveReference(
  one: WorldRepository,
  { world, self, request }: Parameters<Answer>[1],
  [branch = '']: readonly string[],
): StandInAnswer {
  const { sha, force } = request.body as { readonly sha: string; readonly force: boolean };
  const head = one.branches.get(branch);
  const isForward = head !== undefined && world.commits.ancestry(sha).includes(head);
  if (force || !isForward) return invalid('Update is not a fast forward');
  if (one.protectedBranches.has(branch)) return invalid('Protected branch update failed');
  for (const { number, sourceCommit, targetBranch, closedAt } of one.mergeRequests) {
    if (sourceCommit !== sha || targetBranch !== branch || closedAt !== undefined) continue;
    one.merge(number, { by: self, method: 'fast-forward' });
  }
  if (one.branches.get(branch) !== sha) one.moveBranch(branch, sha);
  return { status: 200, body: { ref: `refs/heads/${branch}`, object: { sha, type: 'commit' } } };
}
