/** Requests to one project on a GitLab: https://docs.gitlab.com/api/rest */
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
  type RestWrite,
  readLimit,
  readToken,
  type SendRest,
  TagCache,
} from '@trueup/forge-sdk';

import {
  approvalsShape,
  branchShape,
  type GitlabApprovals,
  type GitlabGroup,
  type GitlabMember,
  type GitlabMergeRequest,
  type GitlabNote,
  type GitlabProject,
  type GitlabReviewer,
  type GitlabStatus,
  type GitlabUser,
  type GitlabVersion,
  groupsShape,
  memberShape,
  membersShape,
  mergeRequestShape,
  mergeRequestsShape,
  noteShape,
  notesShape,
  projectShape,
  reviewersShape,
  statusesShape,
  statusShape,
  userShape,
  versionsShape,
} from './schema.ts';
import { translateErrors, unknownCredential } from './translate-errors.ts';

/** Port to the outside world. What is not there is `undefined`; lists are whole. */
export interface GitlabClient {
  readonly self: () => Promise<GitlabUser>;
  readonly project: () => Promise<GitlabProject>;
  /** Another one, of which we know the id: a fork. */
  readonly projectById: (id: number) => Promise<GitlabProject | undefined>;
  readonly branchHead: (branch: string) => Promise<string | undefined>;
  /** The one that moved last comes first. */
  readonly mergeRequests: (query: MergeRequestQuery) => AsyncIterable<GitlabMergeRequest>;
  readonly mergeRequest: (iid: number) => Promise<GitlabMergeRequest | undefined>;
  readonly mergeRequestsOf: (commit: string) => Promise<readonly GitlabMergeRequest[] | undefined>;
  readonly createMergeRequest: (body: object) => Promise<RestAnswer>;
  readonly editMergeRequest: (iid: number, body: object) => Promise<RestAnswer>;
  readonly merge: (iid: number, body: object) => Promise<RestAnswer>;
  readonly approvals: (iid: number) => Promise<GitlabApprovals>;
  readonly reviewers: (iid: number) => Promise<readonly GitlabReviewer[]>;
  readonly versions: (iid: number) => Promise<readonly GitlabVersion[]>;
  /** What GitLab itself writes included. */
  readonly notes: (iid: number, order: NoteOrder) => AsyncIterable<GitlabNote>;
  readonly note: (iid: number, id: string) => Promise<GitlabNote | undefined>;
  readonly createNote: (iid: number, body: string) => Promise<GitlabNote>;
  readonly editNote: (iid: number, id: string, body: string) => Promise<GitlabNote | undefined>;
  readonly statuses: (commit: string) => Promise<readonly GitlabStatus[]>;
  readonly createStatus: (commit: string, body: object) => Promise<RestAnswer>;
  readonly readStatus: (answer: RestAnswer) => Promise<GitlabStatus>;
  /** Only those who were added to the group itself. */
  readonly groupMembers: (group: string) => Promise<readonly GitlabMember[] | undefined>;
  /** All groups within it, at any depth. */
  readonly subgroups: (group: string) => Promise<readonly GitlabGroup[]>;
  /** Of the project or of a group that it lies in. */
  readonly member: (userId: string) => Promise<GitlabMember | undefined>;
  readonly user: (userId: string) => Promise<GitlabUser | undefined>;
  /** What a successful answer holds. Throws what any other one means. */
  readonly readMergeRequest: (answer: RestAnswer) => Promise<GitlabMergeRequest>;
}

export interface MergeRequestQuery {
  readonly state: 'opened' | 'all';
  readonly updatedAfter?: string | undefined;
  readonly sourceBranch?: string;
  readonly targetBranch?: string;
}

export type NoteOrder = 'oldest-first' | 'last-moved-first';

export type ConnectGitlab = (repository: ForgeRepository, call: ForgeCall) => GitlabClient;

export interface GitlabClientOptions {
  readonly send: SendRest;
  readonly clock: RestClock;
  readonly allowHttp?: ApiRootOptions['allowHttp'];
  /** At most 100. */
  readonly pageLength: number;
}

const ownUrl = 'https://gitlab.com/api/v4';

export function createGitlabClients(options: GitlabClientOptions): ConnectGitlab {
  const cache = new TagCache();
  return (repository, { signal }) => {
    const project = `/projects/${partsOf(repository.path).join('%2F')}`;
    const place = { signal, project, path: repository.path, per_page: options.pageLength };
    const rest = writeWhereItIs(connectRest(repository, options, cache), place);
    return {
      ...createProject(rest, place),
      ...createMergeRequests(rest, place),
      ...createTalk(rest, place),
      ...createPeople(rest, place),
    };
  };
}

function connectRest(
  repository: ForgeRepository,
  { send, clock, allowHttp }: GitlabClientOptions,
  cache: TagCache,
): RestClient {
  const { credential, path } = repository;
  if (credential && credential.kind !== 'token') throw unknownCredential(path);
  return createRestClient({
    send,
    clock,
    cache,
    apiUrl: apiRootOf(repository, { ownUrl, ...(allowHttp && { allowHttp }) }),
    headers: {
      accept: 'application/json',
      ...(credential && { authorization: `Bearer ${readToken(credential.token, path)}` }),
    },
    subject: path,
    readLimit: (answer, nowMs) => readLimit(answer, nowMs),
    translate: translateErrors,
  });
}

/** GitLab reads by a path that a project had before, and writes by it nothing: then it is named by its id. */
function writeWhereItIs(rest: RestClient, { project, path }: Place): RestClient {
  return {
    ...rest,
    async write(request, signal) {
      const answer = await rest.write(request, signal);
      if (answer.status !== 404 || !request.path.startsWith(`${project}/`)) return answer;
      const named = await rest.find(projectShape, project, {}, signal);
      const isMoved = named && named.path_with_namespace.toLowerCase() !== path.toLowerCase();
      if (!isMoved) return answer;
      const to = `/projects/${named.id}${request.path.slice(project.length)}`;
      return await rest.write({ ...request, path: to }, signal);
    },
  };
}

interface Place {
  readonly signal: AbortSignal;
  /** Address of the project. */
  readonly project: string;
  readonly path: string;
  readonly per_page: number;
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  return await Array.fromAsync(items);
}

type ProjectPart = Pick<
  GitlabClient,
  'self' | 'project' | 'projectById' | 'branchHead' | 'statuses' | 'createStatus' | 'readStatus'
>;

function createProject(rest: RestClient, { signal, project, path, per_page }: Place): ProjectPart {
  return {
    self: async () => found(await rest.find(userShape, '/user', {}, signal), path),
    project: async () => found(await rest.find(projectShape, project, {}, signal), path),
    projectById: (id) => rest.find(projectShape, `/projects/${id}`, {}, signal),
    async branchHead(branch) {
      const to = `${project}/repository/branches/${encodeURIComponent(branch)}`;
      return (await rest.find(branchShape, to, {}, signal))?.commit.id;
    },
    statuses: (commit) => {
      const to = `${project}/repository/commits/${commit}/statuses`;
      return all(rest.list(statusesShape, to, { per_page }, signal));
    },
    createStatus: (commit, body) =>
      rest.write({ method: 'POST', path: `${project}/statuses/${commit}`, body }, signal),
    readStatus: (answer) => rest.read(statusShape, answer),
  };
}

type MergeRequestPart = Pick<
  GitlabClient,
  | 'mergeRequests'
  | 'mergeRequest'
  | 'mergeRequestsOf'
  | 'createMergeRequest'
  | 'editMergeRequest'
  | 'merge'
  | 'approvals'
  | 'reviewers'
  | 'versions'
  | 'readMergeRequest'
>;

function createMergeRequests(rest: RestClient, place: Place): MergeRequestPart {
  const { signal, project, per_page, path } = place;
  const root = `${project}/merge_requests`;
  const write = (method: RestWrite['method'], to: string, body: object): Promise<RestAnswer> =>
    rest.write({ method, path: to, body }, signal);
  return {
    mergeRequests: ({ state, updatedAfter, sourceBranch, targetBranch }) => {
      const query = {
        state,
        order_by: 'updated_at',
        sort: 'desc',
        updated_after: updatedAfter,
        source_branch: sourceBranch,
        target_branch: targetBranch,
        per_page,
      };
      return rest.list(mergeRequestsShape, root, query, signal);
    },
    mergeRequest: (iid) => rest.find(mergeRequestShape, `${root}/${iid}`, {}, signal),
    mergeRequestsOf: (commit) => {
      const to = `${project}/repository/commits/${commit}/merge_requests`;
      return absentWhenNotFound(() => all(rest.list(mergeRequestsShape, to, { per_page }, signal)));
    },
    createMergeRequest: (body) => write('POST', root, body),
    editMergeRequest: (iid, body) => write('PUT', `${root}/${iid}`, body),
    merge: (iid, body) => write('PUT', `${root}/${iid}/merge`, body),
    approvals: async (iid) =>
      found(await rest.find(approvalsShape, `${root}/${iid}/approvals`, {}, signal), path),
    reviewers: (iid) =>
      all(rest.list(reviewersShape, `${root}/${iid}/reviewers`, { per_page }, signal)),
    versions: (iid) =>
      all(rest.list(versionsShape, `${root}/${iid}/versions`, { per_page }, signal)),
    readMergeRequest: (answer) => rest.read(mergeRequestShape, answer),
  };
}

type TalkPart = Pick<GitlabClient, 'notes' | 'note' | 'createNote' | 'editNote'>;

function createTalk(rest: RestClient, { signal, project, per_page }: Place): TalkPart {
  const rootOf = (iid: number): string => `${project}/merge_requests/${iid}/notes`;
  return {
    notes: (iid, order) => {
      const query =
        order === 'oldest-first'
          ? { order_by: 'created_at', sort: 'asc', per_page }
          : { order_by: 'updated_at', sort: 'desc', per_page };
      return rest.list(notesShape, rootOf(iid), query, signal);
    },
    note: (iid: number, id: string) => rest.find(noteShape, `${rootOf(iid)}/${id}`, {}, signal),
    async createNote(iid, body) {
      const write = { method: 'POST', path: rootOf(iid), body: { body } } as const;
      return await rest.read(noteShape, await rest.write(write, signal));
    },
    async editNote(iid: number, id: string, body: string) {
      const write = { method: 'PUT', path: `${rootOf(iid)}/${id}`, body: { body } } as const;
      const answer = await rest.write(write, signal);
      return answer.status === 404 ? undefined : await rest.read(noteShape, answer);
    },
  };
}

type PeoplePart = Pick<GitlabClient, 'groupMembers' | 'subgroups' | 'member' | 'user'>;

function createPeople(rest: RestClient, { signal, project, per_page }: Place): PeoplePart {
  return {
    groupMembers: (group: string) => {
      const to = `/groups/${encodeURIComponent(group)}/members`;
      return absentWhenNotFound(() => all(rest.list(membersShape, to, { per_page }, signal)));
    },
    subgroups: (group: string) => {
      const to = `/groups/${encodeURIComponent(group)}/descendant_groups`;
      return all(rest.list(groupsShape, to, { per_page }, signal));
    },
    member: (userId: string) =>
      rest.find(memberShape, `${project}/members/all/${userId}`, {}, signal),
    user: (userId: string) => rest.find(userShape, `/users/${userId}`, {}, signal),
  };
}

function found<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw notFound(path);
  return value;
}
