/**
 * Answers as GitLab does: written from its published API description (`openapi_v3.yaml` and the pages of
 * https://docs.gitlab.com/api: entities MergeRequest, Note, MergeRequestApprovals, MergeRequestReviewer,
 * MergeRequestDiff (versions), CommitStatus, Member, Group, Branch, Project), and from what is known of
 * how it refuses: what is pending does not become pending again, orders in notes are carried out.
 */
import type { ForgeUser, MergeMethod } from '@trueup/forge-sdk';
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

import {
  showApprovals,
  showMergeRequest,
  showNote,
  showProject,
  showReviewers,
  showStatus,
  showSystemNote,
  showUser,
  showVersions,
} from './show.ts';

export interface GitlabStandInOptions {
  readonly world: ForgeWorld;
  /** Who bears which token. */
  readonly tokens: ReadonlyMap<string, ForgeUser>;
}

interface Context {
  readonly world: ForgeWorld;
  readonly self: ForgeUser;
}

const prefix = ['api', 'v4'];
const most = { name: 'per_page', most: 100 };

export function answerAsGitlab(
  { world, tokens }: GitlabStandInOptions,
  request: StandInRequest,
): StandInAnswer {
  const [, token = ''] = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  const self = tokens.get(token);
  if (!self) return { status: 401, body: { message: '401 Unauthorized' } };
  const isOurs = prefix.every((part, index) => request.parts[index] === part);
  const parts = request.parts.slice(prefix.length);
  const answer = isOurs && answerBy(routes, { world, self }, { ...request, parts });
  return answer || notFound;
}

const notFound: StandInAnswer = { status: 404, body: { message: '404 Not found' } };

type Answer = (
  project: WorldRepository,
  context: Context & { readonly request: StandInRequest },
  parts: readonly string[],
) => StandInAnswer;

/** Of a project that the user may read, by its path or its id. */
function of(answer: Answer): Routes<Context>[number][2] {
  return (context, request, [name = '', ...parts]) => {
    const { world } = context;
    const found = world.repositories.find(
      ({ id, path }) => String(id) === name || path.toLowerCase() === name.toLowerCase(),
    );
    // Nothing is written by a former path (`follow_redirects: request.get? || request.head?`).
    const project = found ?? (request.method === 'GET' ? world.findMoved(name) : undefined);
    if (!project || project.permissionOf(context.self) === 'none') return notFound;
    return answer(project, { ...context, request }, parts);
  };
}

/** Of one of its merge requests. */
function ofRequest(
  answer: (
    request: WorldMergeRequest,
    project: WorldRepository,
    context: Parameters<Answer>[1],
    parts: readonly string[],
  ) => StandInAnswer,
): Routes<Context>[number][2] {
  return of((one, context, [iid, ...parts]) => {
    const found = one.find(Number(iid));
    return found ? answer(found, one, context, parts) : notFound;
  });
}

const requests = '/projects/:id/merge_requests';
const single = `${requests}/:iid`;

const routes: Routes<Context> = [
  ['GET', '/user', ({ self }) => ({ status: 200, body: showUser(self) })],
  [
    'GET',
    '/users/:id',
    ({ world }, _request, [id = '']) => {
      const user = world.userById(id);
      return user ? { status: 200, body: showUser(user) } : notFound;
    },
  ],
  ['GET', '/projects/:id', of((one) => ({ status: 200, body: showProject(one) }))],
  [
    'GET',
    '/projects/:id/repository/branches/:branch',
    of((one, _context, [branch = '']) => {
      const id = one.branches.get(branch);
      return id === undefined ? notFound : { status: 200, body: { name: branch, commit: { id } } };
    }),
  ],
  ['GET', '/projects/:id/members/all/:user', of(findMember)],
  ['GET', requests, of(listRequests)],
  ['POST', requests, of(openRequest)],
  [
    'GET',
    single,
    ofRequest((request, one, { world }) => ({
      status: 200,
      body: showMergeRequest(world, one, request),
    })),
  ],
  ['PUT', single, ofRequest(editRequest)],
  ['PUT', `${single}/merge`, ofRequest(mergeRequest)],
  ['GET', `${single}/approvals`, ofRequest((one) => ({ status: 200, body: showApprovals(one) }))],
  [
    'GET',
    `${single}/reviewers`,
    ofRequest((one, _project, { request }) => pageOf(showReviewers(one), request, most)),
  ],
  [
    'GET',
    `${single}/versions`,
    ofRequest((one, _project, { request }) => pageOf(showVersions(one), request, most)),
  ],
  ['GET', `${single}/notes`, ofRequest(listNotes)],
  ['POST', `${single}/notes`, ofRequest(createNote)],
  ['GET', `${single}/notes/:note`, ofRequest(findNote)],
  ['PUT', `${single}/notes/:note`, ofRequest(editNote)],
  ['GET', '/projects/:id/repository/commits/:sha/merge_requests', of(listRequestsOf)],
  [
    'GET',
    '/projects/:id/repository/commits/:sha/statuses',
    of((one, { request }, [sha = '']) =>
      pageOf(one.statusesOf(sha).map(showStatus), request, most),
    ),
  ],
  ['POST', '/projects/:id/statuses/:sha', of(createStatus)],
  ['GET', '/groups/:id/members', listMembers],
  ['GET', '/groups/:id/descendant_groups', listSubgroups],
];

function listRequests(
  one: WorldRepository,
  { world, request }: Parameters<Answer>[1],
): StandInAnswer {
  const { query } = request;
  const since = Date.parse(query.get('updated_after') ?? '') || 0;
  const [source, target] = [query.get('source_branch'), query.get('target_branch')];
  const found = one.mergeRequests
    .filter(({ closedAt }) => query.get('state') !== 'opened' || closedAt === undefined)
    .filter(({ updatedAt }) => Date.parse(updatedAt) >= since)
    .filter(({ sourceBranch }) => source === null || sourceBranch === source)
    .filter(({ targetBranch }) => target === null || targetBranch === target)
    .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.number - a.number);
  return pageOf(
    found.map((each) => showMergeRequest(world, one, each)),
    request,
    most,
  );
}

function openRequest(
  one: WorldRepository,
  { world, self, request }: Parameters<Answer>[1],
): StandInAnswer {
  const body = request.body as Readonly<Record<string, string>>;
  const { source_branch: source = '', target_branch: target = '', title = '', description } = body;
  const isOpen = one.mergeRequests.some(
    ({ sourceBranch, targetBranch, sourceRepository, closedAt }) =>
      closedAt === undefined &&
      sourceRepository === one.path &&
      sourceBranch === source &&
      targetBranch === target,
  );
  const message = ['Another open merge request already exists for this source branch: !1'];
  if (isOpen) return { status: 409, body: { message } };
  const opened = one.open({
    author: self,
    sourceBranch: source,
    targetBranch: target,
    title,
    body: description ?? '',
    draft: title.startsWith('Draft:'),
  });
  return { status: 201, body: showMergeRequest(world, one, opened) };
}

function editRequest(
  request: WorldMergeRequest,
  one: WorldRepository,
  context: Parameters<Answer>[1],
): StandInAnswer {
  const { state_event } = context.request.body as { readonly state_event?: string };
  if (state_event === 'close') one.close(request.number);
  return { status: 200, body: showMergeRequest(context.world, one, request) };
}

function mergeRequest(
  one: WorldMergeRequest,
  project: WorldRepository,
  { world, self, request }: Parameters<Answer>[1],
): StandInAnswer {
  const { sha, squash } = request.body as { readonly sha?: string; readonly squash: boolean };
  const plain: MergeMethod = project.mergeMethods.has('merge') ? 'merge' : 'fast-forward';
  if (one.merged || one.closedAt !== undefined) return notAllowed;
  const method = squash ? 'squash' : plain;
  const end = project.merge(one.number, { by: self, method, ...(sha && { commit: sha }) });
  switch (end.kind) {
    case 'merged':
      return { status: 200, body: showMergeRequest(world, project, one) };
    case 'moved':
      return { status: 409, body: { message: 'SHA does not match HEAD of source branch' } };
    case 'conflict':
      return { status: 422, body: { message: 'Branch cannot be merged' } };
    default:
      return notAllowed;
  }
}

const notAllowed: StandInAnswer = { status: 405, body: { message: '405 Method Not Allowed' } };

function listNotes(
  { comments, notes }: WorldMergeRequest,
  _project: WorldRepository,
  { request }: Parameters<Answer>[1],
): StandInAnswer {
  const isByMove = request.query.get('order_by') === 'updated_at';
  const all = [
    ...comments.map((comment) => ({ at: comment, shown: showNote(comment) })),
    ...notes.map((note) => ({
      at: { id: note.id, createdAt: note.at, updatedAt: note.at },
      shown: showSystemNote(note),
    })),
  ].sort((one, other) => {
    const times = [one, other].map(({ at }) => Date.parse(isByMove ? at.updatedAt : at.createdAt));
    return (times[0] ?? 0) - (times[1] ?? 0) || one.at.id - other.at.id;
  });
  const inOrder = request.query.get('sort') === 'desc' ? all.reverse() : all;
  return pageOf(
    inOrder.map(({ shown }) => shown),
    request,
    most,
  );
}

const order = /^\/(?:approve|assign|close|draft|label|lock|merge|rebase|reopen|title|unapprove)\b/m;

/** A real one carries orders out; this one tells who lets them through. */
function createNote(
  one: WorldMergeRequest,
  project: WorldRepository,
  { self, request }: Parameters<Answer>[1],
): StandInAnswer {
  const { body } = request.body as { readonly body: string };
  if (body.length > 1_000_000) return { status: 400, body: { message: { note: ['is too long'] } } };
  if (order.test(body)) project.close(one.number);
  return { status: 201, body: showNote(project.comment(one.number, self, body)) };
}

function findNote(
  { comments }: WorldMergeRequest,
  _project: WorldRepository,
  _context: Parameters<Answer>[1],
  [id]: readonly string[],
): StandInAnswer {
  const comment = comments.find((one) => one.id === Number(id));
  return comment ? { status: 200, body: showNote(comment) } : notFound;
}

function editNote(
  { number }: WorldMergeRequest,
  project: WorldRepository,
  { request }: Parameters<Answer>[1],
  [id]: readonly string[],
): StandInAnswer {
  const { body } = request.body as { readonly body: string };
  const comment = project.editComment(number, Number(id), body);
  return comment ? { status: 200, body: showNote(comment) } : notFound;
}

function listRequestsOf(
  one: WorldRepository,
  { world, request }: Parameters<Answer>[1],
  [sha = '']: readonly string[],
): StandInAnswer {
  if (!world.commits.has(sha)) return { status: 404, body: { message: '404 Commit Not Found' } };
  const found = one.mergeRequests.filter(
    ({ merged, sourceCommit }) =>
      world.commits.ancestry(sourceCommit).includes(sha) || merged?.commit === sha,
  );
  return pageOf(
    found.map((each) => showMergeRequest(world, one, each)),
    request,
    most,
  );
}

const states = new Map([
  ['pending', 'pending'],
  ['success', 'passed'],
  ['failed', 'failed'],
  ['canceled', 'error'],
] as const);

function createStatus(
  one: WorldRepository,
  { world, self, request }: Parameters<Answer>[1],
  [sha = '']: readonly string[],
): StandInAnswer {
  if (!world.commits.has(sha)) return { status: 404, body: { message: '404 Commit Not Found' } };
  const body = request.body as Readonly<Record<string, string | undefined>>;
  const { name = 'default', description = '', target_url: url } = body;
  const state = states.get(body['state'] as 'pending');
  if (!state || description.length > 255) return { status: 400, body: { message: 'is invalid' } };
  const known = one.statusesOf(sha).find(({ context }) => context === name);
  if (known?.state === 'pending' && state === 'pending') {
    const message = 'Cannot transition status via :enqueue from :pending';
    return { status: 400, body: { message } };
  }
  const check = { commit: sha, name, state, description };
  const status = one.postStatus({ ...check, ...(url !== undefined && { url }) }, self);
  return { status: 201, body: showStatus(status) };
}

const levels = { none: 0, read: 20, write: 30, admin: 40 } as const;

function findMember(
  one: WorldRepository,
  { world }: Parameters<Answer>[1],
  [id = '']: readonly string[],
): StandInAnswer {
  const user = world.userById(id);
  const permission = user && one.permissions.get(id);
  if (!user || !permission) return notFound;
  return { status: 200, body: { ...showUser(user), access_level: levels[permission] } };
}

function groupOf(world: ForgeWorld, key: string) {
  return world.groups.find(({ id, name }) => String(id) === key || name === key);
}

function listMembers(
  { world }: Context,
  request: StandInRequest,
  [key = '']: readonly string[],
): StandInAnswer {
  const group = groupOf(world, key);
  if (!group) return notFound;
  const members = group.members.map((user) => ({ ...showUser(user), access_level: 30 }));
  return pageOf(members, request, most);
}

function listSubgroups(
  { world }: Context,
  request: StandInRequest,
  [key = '']: readonly string[],
): StandInAnswer {
  const group = groupOf(world, key);
  if (!group) return notFound;
  const within = world.groups.filter(({ name }) => name.startsWith(`${group.name}/`));
  return pageOf(
    within.map(({ id, name }) => ({ id, full_path: name })),
    request,
    most,
  );
}
