/** Requests to one repository on GitHub or GitHub Enterprise: https://docs.github.com/rest */
import {
  type ApiRootOptions,
  absentWhenNotFound,
  apiRootOf,
  createRestClient,
  type ForgeCall,
  type ForgeRepository,
  notFound,
  partsOf,
  type RestAnswer,
  type RestClient,
  type RestClock,
  readToken,
  type SendRest,
  TagCache,
} from '@trueup/forge-sdk';

import { AppTokens, type Authorization } from './credential/authorize.ts';
import {
  checkRunsShape,
  commentShape,
  commentsShape,
  type GithubCheckRun,
  type GithubComment,
  type GithubMerge,
  type GithubPermission,
  type GithubPull,
  type GithubRepository,
  type GithubReview,
  type GithubStatus,
  type GithubUser,
  mergeShape,
  permissionShape,
  pullShape,
  pullsShape,
  referenceShape,
  repositoryShape,
  reviewsShape,
  statusesShape,
  statusShape,
  userShape,
  usersShape,
} from './schema.ts';
import { readGithubLimit } from './translate-errors.ts';

/** Port to the outside world. What is not there is `undefined`; lists are whole. */
export interface GithubClient {
  readonly self: () => Promise<GithubUser>;
  /** What an app may do, by GitHub's names; absent for a token. */
  readonly permissions: Readonly<Record<string, string>> | undefined;
  readonly repository: () => Promise<GithubRepository>;
  /** The one that moved last comes first. */
  readonly pulls: (state: 'open' | 'all') => AsyncIterable<GithubPull>;
  readonly pull: (number: number) => Promise<GithubPull | undefined>;
  readonly pullsOf: (commit: string) => Promise<readonly GithubPull[]>;
  readonly pullsBetween: (branch: string, base: string) => Promise<readonly GithubPull[]>;
  readonly branchHead: (branch: string) => Promise<string | undefined>;
  readonly createPull: (body: object) => Promise<RestAnswer>;
  readonly editPull: (number: number, body: object) => Promise<RestAnswer>;
  readonly mergePull: (number: number, body: object) => Promise<RestAnswer>;
  /** Moves a branch forward to a commit that is ahead of it. */
  readonly moveBranch: (branch: string, sha: string) => Promise<RestAnswer>;
  readonly reviews: (number: number) => Promise<readonly GithubReview[]>;
  readonly comments: (number: number, since?: string) => Promise<readonly GithubComment[]>;
  readonly comment: (id: string) => Promise<GithubComment | undefined>;
  readonly createComment: (number: number, body: string) => Promise<GithubComment>;
  readonly editComment: (id: string, body: string) => Promise<GithubComment | undefined>;
  /** All that were ever posted, in no order. */
  readonly statuses: (commit: string) => Promise<readonly GithubStatus[]>;
  readonly checkRuns: (commit: string) => Promise<readonly GithubCheckRun[]>;
  readonly createStatus: (commit: string, body: object) => Promise<void>;
  /** Those of teams within it are among them. */
  readonly teamMembers: (
    organisation: string,
    team: string,
  ) => Promise<readonly GithubUser[] | undefined>;
  readonly organisationMembers: (name: string) => Promise<readonly GithubUser[] | undefined>;
  readonly permission: (login: string) => Promise<GithubPermission | undefined>;
  /** What a successful answer holds. Throws what any other one means. */
  readonly readPull: (answer: RestAnswer) => Promise<GithubPull>;
  readonly readMerge: (answer: RestAnswer) => Promise<GithubMerge>;
  readonly check: (answer: RestAnswer) => void;
}

export type ConnectGithub = (repository: ForgeRepository, call: ForgeCall) => Promise<GithubClient>;

export interface GithubClientOptions {
  readonly send: SendRest;
  readonly clock: RestClock;
  readonly allowHttp?: ApiRootOptions['allowHttp'];
  /** At most 100. */
  readonly pageLength: number;
}

const ownUrl = 'https://api.github.com';

export function createGithubClients(options: GithubClientOptions): ConnectGithub {
  const cache = new TagCache();
  const tokens = new AppTokens(options.clock.now);
  return async (repository, call) => {
    const connect = (token: string | undefined): RestClient =>
      connectRest(repository, { ...options, cache, token });
    call.signal.throwIfAborted();
    const authorization = await tokens.authorize(repository, call, connect);
    const rest = connect(authorization.token);
    const place = { signal: call.signal, repository, per_page: options.pageLength };
    return createClient(rest, authorization, place);
  };
}

interface Line extends GithubClientOptions {
  readonly cache: TagCache;
  readonly token: string | undefined;
}

function connectRest(
  repository: ForgeRepository,
  { send, clock, allowHttp, cache, token }: Line,
): RestClient {
  return createRestClient({
    send,
    clock,
    cache,
    apiUrl: apiRootOf(repository, { ownUrl, ...(allowHttp && { allowHttp }) }),
    headers: {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      ...(token !== undefined && { authorization: `Bearer ${readToken(token, repository.path)}` }),
    },
    subject: repository.path,
    readLimit: readGithubLimit,
  });
}

interface Place {
  readonly signal: AbortSignal;
  readonly repository: ForgeRepository;
  readonly per_page: number;
}

function createClient(
  rest: RestClient,
  authorization: Authorization,
  { signal, repository, per_page }: Place,
): GithubClient {
  const { path } = repository;
  const parts = partsOf(path);
  const root = `/repos/${parts.join('/')}`;
  const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => Array.fromAsync(items);
  const write = (method: 'POST' | 'PATCH' | 'PUT', to: string, body: object): Promise<RestAnswer> =>
    rest.write({ method, path: to, body }, signal);
  const listPulls = (query: Readonly<Record<string, string>>): AsyncIterable<GithubPull> =>
    rest.list(pullsShape, `${root}/pulls`, { ...query, per_page }, signal);

  return {
    ...createTalk(rest, { signal, root, per_page }),
    permissions: authorization.permissions,
    check: rest.check,
    readPull: (answer) => rest.read(pullShape, answer),
    readMerge: (answer) => rest.read(mergeShape, answer),
    async self() {
      const slug = await authorization.slug?.();
      const to = slug === undefined ? '/user' : `/users/${encodeURIComponent(`${slug}[bot]`)}`;
      return found(await rest.find(userShape, to, {}, signal), path);
    },
    repository: async () => found(await rest.find(repositoryShape, root, {}, signal), path),
    pulls: (state) => listPulls({ state, sort: 'updated', direction: 'desc' }),
    pull: (number) => rest.find(pullShape, `${root}/pulls/${number}`, {}, signal),
    pullsOf: (commit) =>
      all(rest.list(pullsShape, `${root}/commits/${commit}/pulls`, { per_page }, signal)),
    pullsBetween: (branch, base) =>
      all(listPulls({ state: 'open', head: `${path.split('/')[0]}:${branch}`, base })),
    branchHead: async (branch) =>
      (await rest.find(referenceShape, `${root}/git/ref/heads/${segments(branch)}`, {}, signal))
        ?.object.sha,
    createPull: (body) => write('POST', `${root}/pulls`, body),
    editPull: (number, body) => write('PATCH', `${root}/pulls/${number}`, body),
    mergePull: (number, body) => write('PUT', `${root}/pulls/${number}/merge`, body),
    moveBranch: (branch, sha) =>
      write('PATCH', `${root}/git/refs/heads/${segments(branch)}`, { sha, force: false }),
    teamMembers: (organisation, team) => {
      const to = `/orgs/${organisation}/teams/${team}/members`;
      return absentWhenNotFound(() => all(rest.list(usersShape, to, { per_page }, signal)));
    },
    organisationMembers: (name) =>
      absentWhenNotFound(() =>
        all(rest.list(usersShape, `/orgs/${name}/members`, { per_page }, signal)),
      ),
    permission: (login) => {
      const to = `${root}/collaborators/${encodeURIComponent(login)}/permission`;
      return rest.find(permissionShape, to, {}, signal);
    },
  };
}

type Talk = Pick<
  GithubClient,
  | 'reviews'
  | 'comments'
  | 'comment'
  | 'createComment'
  | 'editComment'
  | 'statuses'
  | 'checkRuns'
  | 'createStatus'
>;

interface TalkPlace {
  readonly signal: AbortSignal;
  readonly root: string;
  readonly per_page: number;
}

/** What is said of merge requests and commits. */
function createTalk(rest: RestClient, { signal, root, per_page }: TalkPlace): Talk {
  const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => Array.fromAsync(items);
  return {
    reviews: (number) =>
      all(rest.list(reviewsShape, `${root}/pulls/${number}/reviews`, { per_page }, signal)),
    comments: (number, since) => {
      const to = `${root}/issues/${number}/comments`;
      return all(rest.list(commentsShape, to, { since, per_page }, signal));
    },
    comment: (id: string) => rest.find(commentShape, `${root}/issues/comments/${id}`, {}, signal),
    async createComment(number, body) {
      const path = `${root}/issues/${number}/comments`;
      return rest.read(
        commentShape,
        await rest.write({ method: 'POST', path, body: { body } }, signal),
      );
    },
    async editComment(id, body) {
      const path = `${root}/issues/comments/${id}`;
      const answer = await rest.write({ method: 'PATCH', path, body: { body } }, signal);
      return answer.status === 404 ? undefined : await rest.read(commentShape, answer);
    },
    statuses: (commit) =>
      all(rest.list(statusesShape, `${root}/commits/${commit}/statuses`, { per_page }, signal)),
    async checkRuns(commit) {
      const path = `${root}/commits/${commit}/check-runs`;
      const pages = await all(
        rest.pages(checkRunsShape, path, { filter: 'latest', per_page }, signal),
      );
      return pages.flatMap(({ check_runs }) => check_runs);
    },
    async createStatus(commit, body) {
      const path = `${root}/statuses/${commit}`;
      await rest.read(statusShape, await rest.write({ method: 'POST', path, body }, signal));
    },
  };
}

/** Slashes of a branch stay what they are, everything else is told from the address around it. */
function segments(branch: string): string {
  return branch.split('/').map(encodeURIComponent).join('/');
}

function found<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw notFound(path);
  return value;
}
