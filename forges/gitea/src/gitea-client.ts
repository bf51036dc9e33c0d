/** Requests to one repository on a Gitea or Forgejo: https://docs.gitea.com/api */
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
  readLimit,
  readToken,
  type SendRest,
} from '@trueup/forge-sdk';

import {
  commentShape,
  commentsShape,
  commitShape,
  type GiteaComment,
  type GiteaPermission,
  type GiteaPull,
  type GiteaRepository,
  type GiteaReview,
  type GiteaStatus,
  type GiteaTeam,
  type GiteaUser,
  permissionShape,
  pullShape,
  pullsShape,
  referencesShape,
  repositoryShape,
  reviewsShape,
  statusesShape,
  statusShape,
  teamsShape,
  userShape,
  usersShape,
} from './schema.ts';
import { translateErrors, unknownCredential } from './translate-errors.ts';

/** Port to the outside world. What is not there is `undefined`; lists are whole. */
export interface GiteaClient {
  readonly self: () => Promise<GiteaUser>;
  readonly repository: () => Promise<GiteaRepository>;
  /** The one that moved last comes first. */
  readonly pulls: (state: 'open' | 'all') => AsyncIterable<GiteaPull>;
  readonly pull: (number: number) => Promise<GiteaPull | undefined>;
  /** The head that was merged or closed, whatever became of its branch. */
  readonly pullHead: (number: number) => Promise<string | undefined>;
  readonly hasCommit: (commit: string) => Promise<boolean>;
  readonly pullOf: (commit: string) => Promise<GiteaPull | undefined>;
  readonly createPull: (body: object) => Promise<RestAnswer>;
  readonly editPull: (number: number, body: object) => Promise<RestAnswer>;
  readonly mergePull: (number: number, body: object) => Promise<RestAnswer>;
  readonly reviews: (number: number) => Promise<readonly GiteaReview[]>;
  readonly comments: (number: number, since?: string) => Promise<readonly GiteaComment[]>;
  readonly comment: (id: string) => Promise<GiteaComment | undefined>;
  readonly createComment: (number: number, body: string) => Promise<GiteaComment>;
  readonly editComment: (id: string, body: string) => Promise<GiteaComment | undefined>;
  /** All that were ever posted, in no order. */
  readonly statuses: (commit: string) => Promise<readonly GiteaStatus[]>;
  readonly createStatus: (commit: string, body: object) => Promise<void>;
  readonly teams: (organisation: string) => Promise<readonly GiteaTeam[] | undefined>;
  readonly teamMembers: (team: number) => Promise<readonly GiteaUser[]>;
  readonly organisationMembers: (name: string) => Promise<readonly GiteaUser[] | undefined>;
  readonly permission: (login: string) => Promise<GiteaPermission | undefined>;
  /** What a successful answer to `createPull` holds. Throws what any other one means. */
  readonly readPull: (answer: RestAnswer) => Promise<GiteaPull>;
  readonly check: (answer: RestAnswer) => void;
}

export type ConnectGitea = (repository: ForgeRepository, call: ForgeCall) => GiteaClient;

export interface GiteaClientOptions {
  readonly send: SendRest;
  readonly clock: RestClock;
  readonly allowHttp?: ApiRootOptions['allowHttp'];
  /** At most 50 unless the administrator allows more. */
  readonly pageLength: number;
}

/** The public installation. Forgejo's is told by the repository's `apiUrl`. */
const ownUrl = 'https://gitea.com/api/v1';

export function createGiteaClients(options: GiteaClientOptions): ConnectGitea {
  return (repository, { signal }) => {
    const rest = connectRest(repository, options);
    return createClient(rest, { signal, repository, limit: options.pageLength });
  };
}

function connectRest(
  repository: ForgeRepository,
  { send, clock, allowHttp }: GiteaClientOptions,
): RestClient {
  const { credential, path } = repository;
  return createRestClient({
    send,
    clock,
    apiUrl: apiRootOf(repository, { ownUrl, ...(allowHttp && { allowHttp }) }),
    headers: {
      accept: 'application/json',
      ...(credential && { authorization: `token ${tokenOf(repository)}` }),
    },
    subject: path,
    readLimit: (answer, nowMs) => readLimit(answer, nowMs),
    translate: translateErrors,
    counting: { parameter: 'limit', total: 'x-total-count' },
  });
}

function tokenOf({ credential, path }: ForgeRepository): string {
  if (credential?.kind === 'token') return readToken(credential.token, path);
  throw unknownCredential(path);
}

interface Place {
  readonly signal: AbortSignal;
  readonly repository: ForgeRepository;
  readonly limit: number;
}

function createClient(rest: RestClient, { signal, repository, limit }: Place): GiteaClient {
  const root = `/repos/${partsOf(repository.path).join('/')}`;
  const all = async <T>(list: AsyncIterable<T>): Promise<readonly T[]> => Array.fromAsync(list);
  const write = (method: 'POST' | 'PATCH', path: string, body: object) =>
    rest.write({ method, path, body }, signal);

  return {
    check: rest.check,
    readPull: (answer) => rest.read(pullShape, answer),
    self: async () => found(await rest.find(userShape, '/user', {}, signal), repository),
    repository: async () => found(await rest.find(repositoryShape, root, {}, signal), repository),
    pulls: (state) =>
      rest.list(pullsShape, `${root}/pulls`, { state, sort: 'recentupdate', limit }, signal),
    pull: (number) => rest.find(pullShape, `${root}/pulls/${number}`, {}, signal),
    pullHead: async (number) => {
      const ref = `refs/pull/${number}/head`;
      // All that begin so: it is a list, whatever it holds.
      const references = await rest.find(referencesShape, `${root}/git/${ref}`, {}, signal);
      return references?.find((one) => one.ref === ref)?.object.sha;
    },
    hasCommit: async (commit) =>
      (await rest.find(commitShape, `${root}/git/commits/${commit}`, {}, signal)) !== undefined,
    pullOf: (commit) => rest.find(pullShape, `${root}/commits/${commit}/pull`, {}, signal),
    createPull: (body) => write('POST', `${root}/pulls`, body),
    editPull: (number, body) => write('PATCH', `${root}/pulls/${number}`, body),
    mergePull: (number, body) => write('POST', `${root}/pulls/${number}/merge`, body),
    reviews: (number) =>
      all(rest.list(reviewsShape, `${root}/pulls/${number}/reviews`, { limit }, signal)),
    comments: (number, since) =>
      all(rest.list(commentsShape, `${root}/issues/${number}/comments`, { since }, signal)),
    comment: (id) => rest.find(commentShape, `${root}/issues/comments/${id}`, {}, signal),
    createComment: async (number, body) =>
      rest.read(commentShape, await write('POST', `${root}/issues/${number}/comments`, { body })),
    editComment: async (id, body) => {
      const answer = await write('PATCH', `${root}/issues/comments/${id}`, { body });
      return answer.status === 404 ? undefined : await rest.read(commentShape, answer);
    },
    statuses: (commit) =>
      all(rest.list(statusesShape, `${root}/commits/${commit}/statuses`, { limit }, signal)),
    createStatus: async (commit, body) => {
      await rest.read(statusShape, await write('POST', `${root}/statuses/${commit}`, body));
    },
    teams: (organisation) =>
      absentWhenNotFound(() =>
        all(rest.list(teamsShape, `/orgs/${organisation}/teams`, { limit }, signal)),
      ),
    teamMembers: (team) => all(rest.list(usersShape, `/teams/${team}/members`, { limit }, signal)),
    organisationMembers: (name) =>
      absentWhenNotFound(() =>
        all(rest.list(usersShape, `/orgs/${name}/members`, { limit }, signal)),
      ),
    permission: (login) => {
      const path = `${root}/collaborators/${encodeURIComponent(login)}/permission`;
      return rest.find(permissionShape, path, {}, signal);
    },
  };
}

function found<T>(value: T | undefined, { path }: ForgeRepository): T {
  if (value === undefined) throw notFound(path);
  return value;
}
