/** Opens, changes, closes and opens again. */
import type { ForgeUser, MergeRequestNumber, NewMergeRequest } from '@trueup/forge-sdk';

import type { HostedEvent, RecordWrite } from '../hosted-client.ts';
import type { HostedActor, HostedMergeRequest } from '../model/hosted-merge-request.ts';
import type { HostedRepository } from '../model/hosted-repository.ts';
import { conflict, denied, invalid, notFound } from '../translate-errors.ts';
import { findBranchWriters } from './branch-writers.ts';
import { checkBody, checkBranch, checkLabels, checkTitle, mostReviewers } from './check-texts.ts';
import { addPushers } from './follow-heads.ts';
import { getRequest, mergeIfGreen } from './merge-request.ts';
import { putOutgoing, putRepository, putRequest } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

export interface NewHostedRequest extends NewMergeRequest {
  readonly labels?: readonly string[];
  readonly reviewers?: readonly ForgeUser[];
  /** Path of the repository that the source branch lies in. This one if absent. */
  readonly sourceRepository?: string;
}

/** What somebody wants otherwise; the rest stays. */
export interface RequestEdit {
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  readonly reviewers?: readonly ForgeUser[];
  readonly targetBranch?: string;
}

/** The open one between the same two branches, if there is one, is the answer. */
export async function openRequest(
  host: RepositoryHost,
  path: string,
  request: NewHostedRequest,
  actor: HostedActor,
): Promise<HostedMergeRequest> {
  const { sourceRepository = path, sourceBranch, targetBranch } = request;
  await requireOpener(host, { path, sourceRepository }, actor);
  checkBranch(sourceBranch, path);
  checkBranch(targetBranch, path);
  if (sourceRepository === path && sourceBranch === targetBranch) {
    await requireBranch(host, path, sourceBranch);
    throw invalid(path, 'a branch is not merged into itself');
  }
  const source = await host.open(sourceRepository);
  return await host.inTurn(path, async (open) => {
    const commit = headOf(source, sourceBranch);
    const target = headOf(open, targetBranch);
    const known = await findTwin(host, open.repository, { ...request, sourceRepository });
    if (known) return known;
    const number = open.repository.lastNumber + 1;
    const at = host.at();
    const composed = compose(request, { number, commit, target, sourceRepository, actor, at });
    if (sourceRepository === path) await open.git.keepHead(number, commit);
    else await open.git.bringHead(number, source.git, sourceBranch);
    const made = await nameWriters(host, open, composed);
    const next = { ...open.repository, lastNumber: number };
    const writes = [putRepository(next), putRequest(next, made)];
    if (sourceRepository !== path) writes.push(putOutgoing(source.repository, { path, number }));
    await host.write(writes, [moved(path, number, 'opened', actor.user)]);
    return made;
  });
}

/** With whoever moved its branch before. */
async function nameWriters(
  host: RepositoryHost,
  { repository, git }: OpenRepository,
  request: HostedMergeRequest,
): Promise<HostedMergeRequest> {
  const { sourceRepository, sourceBranch: branch, targetBranch } = request;
  const isOwn = sourceRepository === repository.path;
  const source = isOwn ? repository : await host.shelf.repository(sourceRepository);
  if (!source) return request;
  const target = git.heads.get(targetBranch);
  const from = { repository: source, branch };
  return addPushers(request, await findBranchWriters(host, from, { git, target }));
}

async function requireOpener(
  host: RepositoryHost,
  { path, sourceRepository }: { readonly path: string; readonly sourceRepository: string },
  { permission, user }: HostedActor,
): Promise<void> {
  if (permission === 'none') throw notFound(path);
  if (sourceRepository !== path) return await requireReader(host, sourceRepository, user);
  if (permission === 'read') throw denied(path, 'open a merge request from a branch of it');
}

async function requireBranch(host: RepositoryHost, path: string, branch: string): Promise<void> {
  headOf(await host.open(path), branch);
}

/** `FORGE_NOT_FOUND` where there is no such branch. */
function headOf({ git, repository }: OpenRepository, branch: string): string {
  const head = git.heads.get(branch);
  if (head === undefined) throw notFound(`${repository.path}: branch ${branch}`);
  return head;
}

interface Composed {
  readonly number: MergeRequestNumber;
  readonly commit: string;
  readonly target: string;
  readonly sourceRepository: string;
  readonly actor: HostedActor;
  readonly at: string;
}

function compose(
  { title, body, draft = false, labels = [], reviewers = [], ...branches }: NewHostedRequest,
  { number, commit, target, sourceRepository, actor, at }: Composed,
): HostedMergeRequest {
  const subject = `!${number}`;
  return {
    number,
    title: checkTitle(title, subject),
    body: checkBody(body, subject),
    author: actor.user,
    draft,
    labels: checkLabels(labels, subject),
    reviewers: checkReviewers(reviewers, subject),
    sourceRepository,
    sourceBranch: branches.sourceBranch,
    sourceCommit: commit,
    targetBranch: branches.targetBranch,
    targetCommit: target,
    state: 'open',
    createdAt: at,
    updatedAt: at,
  };
}

async function findTwin(
  host: RepositoryHost,
  repository: HostedRepository,
  wanted: Pick<HostedMergeRequest, 'sourceRepository' | 'sourceBranch' | 'targetBranch'>,
): Promise<HostedMergeRequest | undefined> {
  const open = await host.shelf.openRequests(repository);
  return open.find(
    ({ sourceRepository, sourceBranch, targetBranch }) =>
      sourceRepository === wanted.sourceRepository &&
      sourceBranch === wanted.sourceBranch &&
      targetBranch === wanted.targetBranch,
  );
}

/** By its author, or by whoever may write. */
export async function editRequest(
  host: RepositoryHost,
  path: string,
  change: { readonly number: MergeRequestNumber; readonly edit: RequestEdit },
  actor: HostedActor,
): Promise<HostedMergeRequest> {
  const { number, edit } = change;
  return await changeRequest(host, path, number, async (open, request) => {
    requireInvolved(actor, request, path);
    const subject = `${path}!${number}`;
    const { title = request.title, body = request.body, draft = request.draft } = edit;
    const { labels = request.labels, reviewers = request.reviewers } = edit;
    const { targetBranch = request.targetBranch } = edit;
    const edited = {
      ...(targetBranch === request.targetBranch
        ? request
        : await nameWriters(host, open, retarget(open, request, targetBranch))),
      title: checkTitle(title, subject),
      body: checkBody(body, subject),
      draft,
      labels: checkLabels(labels, subject),
      reviewers: checkReviewers(reviewers, subject),
    };
    return { request: edited, action: 'updated', by: actor.user };
  });
}

/** What people said of it was about another branch: to bring it there. */
function retarget(
  { git, repository }: OpenRepository,
  { autoMerge: _over, ...request }: HostedMergeRequest,
  targetBranch: string,
): HostedMergeRequest {
  if (!git.heads.has(targetBranch)) throw notFound(`${repository.path}: branch ${targetBranch}`);
  return { ...request, targetBranch, reviewsAfter: repository.lastId };
}

/** Closing a closed one is harmless; a merged one stays merged. */
export async function closeRequest(
  host: RepositoryHost,
  path: string,
  number: MergeRequestNumber,
  actor: HostedActor,
): Promise<HostedMergeRequest> {
  return await changeRequest(host, path, number, async ({ git }, request) => {
    requireInvolved(actor, request, path);
    if (request.state !== 'open') return undefined;
    const { autoMerge: _over, ...rest } = request;
    const targetCommit = git.heads.get(request.targetBranch) ?? request.targetCommit;
    const closed = { ...rest, state: 'closed', targetCommit } as const;
    return { request: closed, action: 'closed', by: actor.user };
  });
}

/** `FORGE_CONFLICT` for one that is merged, or whose branch is gone. */
export async function reopenRequest(
  host: RepositoryHost,
  path: string,
  number: MergeRequestNumber,
  actor: HostedActor,
): Promise<HostedMergeRequest> {
  return await changeRequest(host, path, number, async (open, request) => {
    const { git, repository } = open;
    requireInvolved(actor, request, path);
    if (request.state === 'open') return undefined;
    const subject = `${path}!${number}`;
    if (request.state === 'merged') throw conflict(subject, 'it is merged');
    const isOwn = request.sourceRepository === path;
    const head = isOwn ? git.heads.get(request.sourceBranch) : request.sourceCommit;
    if (head === undefined) throw conflict(subject, 'its branch is gone');
    if (await findTwin(host, repository, request)) throw conflict(subject, 'another one is open');
    if (isOwn) await git.keepHead(number, head);
    const by = actor.user;
    const again = await nameWriters(host, open, openAgain(request, head, by));
    return { request: again, action: 'reopened', by };
  });
}

/** What came while it was closed is answered for by whoever brings it back. */
function openAgain(request: HostedMergeRequest, head: string, by: ForgeUser): HostedMergeRequest {
  const reopened = { ...request, state: 'open', sourceCommit: head } as const;
  return head === request.sourceCommit ? reopened : addPushers(reopened, [by]);
}

interface Changed {
  readonly request: HostedMergeRequest;
  readonly action: Extract<HostedEvent, { readonly kind: 'merge-request' }>['action'];
  readonly by: ForgeUser;
}

type Change = (open: OpenRepository, request: HostedMergeRequest) => Promise<Changed | undefined>;

async function changeRequest(
  host: RepositoryHost,
  path: string,
  number: MergeRequestNumber,
  change: Change,
): Promise<HostedMergeRequest> {
  return await host.inTurn(path, async (open) => {
    const before = await getRequest(host, open, number);
    const changed = await change(open, before);
    if (!changed) return before;
    const request = { ...changed.request, updatedAt: host.at() };
    const event = moved(path, number, changed.action, changed.by);
    await host.write([putRequest(open.repository, request)], [event]);
    await mergeIfGreen(host, open, request);
    return await getRequest(host, open, number);
  });
}

/** Moves `updatedAt`, for what people say of it. */
export function touch(
  { repository }: OpenRepository,
  request: HostedMergeRequest,
  updatedAt: string,
): RecordWrite {
  return putRequest(repository, { ...request, updatedAt });
}

function moved(
  repository: string,
  number: MergeRequestNumber,
  action: Changed['action'],
  by: ForgeUser,
): HostedEvent {
  return { kind: 'merge-request', repository, number, action, by };
}

function checkReviewers(reviewers: readonly ForgeUser[], subject: string): readonly ForgeUser[] {
  if (reviewers.length > mostReviewers) throw invalid(subject, `over ${mostReviewers} reviewers`);
  return [...new Map(reviewers.map((user) => [user.id, user])).values()];
}

function requireInvolved(
  { user, permission }: HostedActor,
  { author }: HostedMergeRequest,
  path: string,
): void {
  const mayWrite = permission === 'write' || permission === 'admin';
  const isAuthor = permission === 'read' && user.id === author.id;
  if (!mayWrite && !isAuthor) throw denied(path, 'change this merge request');
}

async function requireReader(host: RepositoryHost, path: string, user: ForgeUser): Promise<void> {
  const permission = await host.client.people.permission(path, user);
  if (permission === 'none') throw notFound(path);
}
