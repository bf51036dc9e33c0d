/** Merges, in one of three ways, at once or as soon as all is green. */
import { TransientError } from '@trueup/diagnostics';
import type { ForgeUser, MergeMethod, MergeOutcome, MergeRequestNumber } from '@trueup/forge-sdk';

import { findObstacle, isGreen, type MergeFacts } from '../model/decide-merge.ts';
import type { AutoMerge, HostedActor, HostedMergeRequest } from '../model/hosted-merge-request.ts';
import { protectionsOf } from '../model/match-branch.ts';
import { denied, notFound } from '../translate-errors.ts';
import { noteWriters } from './branch-writers.ts';
import { followHeads } from './follow-heads.ts';
import type { Fit } from './hosted-git.ts';
import { beginMerge, dropMerge, finishMerge, settleMerge } from './merge-step.ts';
import { putRequest } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

export interface HostedMergeOrder {
  readonly number: MergeRequestNumber;
  /** The head that may be merged, and no other. */
  readonly commit: string;
  readonly method: MergeMethod;
  /** The head of its target that it may be merged onto, and no other: what was judged there. Any if absent. */
  readonly onto?: string;
  /** The branch that it may be merged into, and no other. Whichever it goes to if absent. */
  readonly into?: string;
  /**
   * Its branch goes once it is merged. A protected one stays, and one that lies elsewhere or moved on.
   */
  readonly deleteSource?: boolean;
}

/** `waiting`: it will be merged when all is green, unless its head moves before. */
export type HostedMergeOutcome = MergeOutcome | { readonly kind: 'waiting' };

/** As `Forge.merge`. */
export async function mergeRequest(
  host: RepositoryHost,
  path: string,
  order: HostedMergeOrder,
  actor: HostedActor,
): Promise<MergeOutcome> {
  requireWriter(actor, path);
  return await host.inTurn(path, (open) => mergeInTurn(host, open, order, actor));
}

/** Merges now if all is green, else as soon as it is. */
export async function mergeWhenGreen(
  host: RepositoryHost,
  path: string,
  order: HostedMergeOrder,
  actor: HostedActor,
): Promise<HostedMergeOutcome> {
  requireWriter(actor, path);
  return await host.inTurn(path, async (open) => {
    const request = await getRequest(host, open, order.number);
    const { commit, method, onto, deleteSource = false } = order;
    if (request.sourceCommit !== commit) return { kind: 'moved' };
    if (isElsewhere(request, order)) return { kind: 'refused', reason: turned };
    if (request.state !== 'open') return await mergeInTurn(host, open, order, actor);
    if (onto !== undefined && onto !== open.git.heads.get(request.targetBranch)) {
      return { kind: 'refused', reason: movedOn };
    }
    const { user: by, email } = actor;
    const wanted = { commit, method, deleteSource, ...(onto !== undefined && { onto }) };
    const autoMerge: AutoMerge = { ...wanted, by, email, at: host.at() };
    const waiting = { ...request, autoMerge, updatedAt: autoMerge.at };
    await host.write(
      [putRequest(open.repository, waiting)],
      [{ kind: 'merge-request', repository: path, number: order.number, action: 'updated', by }],
    );
    return (await mergeIfGreen(host, open, waiting)) ?? { kind: 'waiting' };
  });
}

/** Takes back {@link mergeWhenGreen}. Harmless when nothing waits. */
export async function cancelAutoMerge(
  host: RepositoryHost,
  path: string,
  number: MergeRequestNumber,
  actor: HostedActor,
): Promise<void> {
  requireWriter(actor, path);
  await host.inTurn(path, async (open) => {
    const { autoMerge, ...request } = await getRequest(host, open, number);
    if (!autoMerge) return;
    await host.write([putRequest(open.repository, { ...request, updatedAt: host.at() })], []);
  });
}

/** In the repository's turn: to be called when something moved that a waiting merge may have waited for. */
export async function mergeIfGreen(
  host: RepositoryHost,
  open: OpenRepository,
  request: HostedMergeRequest,
): Promise<MergeOutcome | undefined> {
  const { autoMerge, number, sourceCommit } = request;
  if (!autoMerge || request.state !== 'open' || autoMerge.commit !== sourceCommit) return undefined;
  const { method, by, email, onto, deleteSource = false } = autoMerge;
  // Who may not write any more does not merge by an order from before.
  const permission = await host.client.people.permission(open.repository.path, by);
  if (permission !== 'write' && permission !== 'admin') return undefined;
  const { facts } = await gatherFacts(host, open, request);
  if (!isGreen(facts, method)) return undefined;
  const bound = onto === undefined ? {} : { onto };
  const order = { number, commit: sourceCommit, method, deleteSource, ...bound };
  return await mergeInTurn(host, open, order, { user: by, permission, email });
}

/** Those on a head, whatever they wait for. In the repository's turn. */
export async function mergeGreenOnes(
  host: RepositoryHost,
  open: OpenRepository,
  commit?: string,
): Promise<void> {
  for (const request of await host.shelf.openRequests(open.repository)) {
    const concerns = commit === undefined || request.sourceCommit === commit;
    if (concerns && request.autoMerge) await mergeIfGreen(host, open, request);
  }
}

/** A push moves the target of a merge seldom, and never three times in a row. */
const attempts = 3;

async function mergeInTurn(
  host: RepositoryHost,
  open: OpenRepository,
  order: HostedMergeOrder,
  actor: HostedActor,
): Promise<MergeOutcome> {
  const found = await getRequest(host, open, order.number);
  const request = await settleMerge(host, open, found);
  if (request.sourceCommit !== order.commit) return { kind: 'moved' };
  if (request.merged) return { kind: 'merged', commit: request.merged.commit };
  if (isElsewhere(request, order)) return { kind: 'refused', reason: turned };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const outcome = await tryMerge(host, open, { request, order, actor });
    if (outcome) return outcome;
  }
  const { path } = open.repository;
  throw new TransientError(
    'FORGE_BUSY',
    `${path}: not merged: its branch moves all the time`,
    path,
  );
}

const turned = 'It goes to another branch by now: look at it again.';

function isElsewhere(
  { targetBranch }: HostedMergeRequest,
  { into = targetBranch }: HostedMergeOrder,
): boolean {
  return targetBranch !== into;
}

interface Attempt {
  readonly request: HostedMergeRequest;
  readonly order: HostedMergeOrder;
  readonly actor: HostedActor;
}

/** `undefined` when somebody pushed to the target in between. */
async function tryMerge(
  host: RepositoryHost,
  open: OpenRepository,
  attempt: Attempt,
): Promise<MergeOutcome | undefined> {
  const { request, order, actor } = attempt;
  const { onto, deleteSource = false } = order;
  const { facts, fit, before } = await gatherFacts(host, open, request);
  if (before === undefined) return { kind: 'refused', reason: 'Its target branch is gone.' };
  if (onto !== undefined && onto !== before) return { kind: 'refused', reason: movedOn };
  const obstacle = findObstacle(facts, order.method);
  if (obstacle) return obstacle;
  const at = host.at();
  const tree = 'tree' in fit ? fit.tree : '';
  const commit = await makeCommit(open, attempt, { before, tree, at });
  const step = { commit, before, by: actor.user, at };
  const begun = await beginMerge(host, open, request, step);
  if (!(await open.git.moveBranch(request.targetBranch, commit, before))) {
    await dropMerge(host, open, begun);
    return undefined;
  }
  await finishMerge(host, open, begun, step);
  if (deleteSource) await dropSource(host, open, request, actor.user);
  // The target may be the source of another one.
  await followHeads(host, open, { by: actor.user, branches: [request.targetBranch] });
  return { kind: 'merged', commit };
}

const movedOn =
  'Its target branch has moved on since what it changes there was looked at: try again in a moment.';

/** What could not be deleted is no matter: it is merged. */
async function dropSource(
  host: RepositoryHost,
  open: OpenRepository,
  { sourceRepository, sourceBranch: branch, sourceCommit }: HostedMergeRequest,
  by: ForgeUser,
): Promise<void> {
  const { repository, git } = open;
  const { path, defaultBranch } = repository;
  const isOwn = sourceRepository === path && branch !== defaultBranch;
  if (!isOwn || protectionsOf(repository, branch).length > 0) return;
  if (!(await git.deleteBranch(branch, sourceCommit))) return;
  const gone = { branch, before: sourceCommit };
  const writes = await noteWriters(host, open, [gone], [by]);
  await host.write(writes, [{ kind: 'push', repository: path, by, ...gone }]);
}

async function makeCommit(
  { git, repository }: OpenRepository,
  { request, order: { method }, actor }: Attempt,
  { before, tree, at }: { readonly before: string; readonly tree: string; readonly at: string },
): Promise<string> {
  const { sourceCommit, sourceBranch, targetBranch, title, body, number } = request;
  if (method === 'fast-forward') return sourceCommit;
  const reference = `${repository.path}!${number}`;
  const into = `Merge branch '${sourceBranch}' into '${targetBranch}'`;
  const message =
    method === 'merge'
      ? `${into}\n\n${title}\n\nSee merge request ${reference}`
      : `${title} (!${number})\n\n${body}`;
  const parents = method === 'merge' ? [before, sourceCommit] : [before];
  const author = { name: actor.user.login, email: actor.email };
  return await git.commit({ tree, parents, message, author, at });
}

export interface Gathered {
  readonly facts: MergeFacts;
  readonly fit: Fit;
  /** Head of the target; absent when that is gone. */
  readonly before: string | undefined;
}

/** Everything that counts for merging it. */
export async function gatherFacts(
  host: RepositoryHost,
  open: OpenRepository,
  request: HostedMergeRequest,
): Promise<Gathered> {
  const { repository, git } = open;
  const { sourceCommit, targetBranch, number } = request;
  const before = git.heads.get(targetBranch);
  const fit = before === undefined ? gone : await git.fit(before, sourceCommit);
  const talk = { repository, number };
  const reviews = await host.shelf.reviews(talk);
  const asksThreads = protectionsOf(repository, targetBranch).some((one) => one.resolvedThreads);
  const facts: MergeFacts = {
    repository,
    request,
    fit: fit.kind,
    statuses: await host.shelf.statuses(repository, sourceCommit),
    reviews,
    writers: await findWriters(host, repository.path, reviews),
    notes: asksThreads ? await host.shelf.notes(talk) : [],
  };
  return { facts, fit, before };
}

const gone: Fit = { kind: 'unrelated' };

async function findWriters(
  host: RepositoryHost,
  path: string,
  reviews: MergeFacts['reviews'],
): Promise<ReadonlySet<string>> {
  const writers = new Set<string>();
  const authors = new Map(reviews.map(({ author }) => [author.id, author]));
  for (const author of authors.values()) {
    const permission = await host.client.people.permission(path, author);
    if (permission === 'write' || permission === 'admin') writers.add(author.id);
  }
  return writers;
}

/** `FORGE_NOT_FOUND` where there is none. */
export async function getRequest(
  host: RepositoryHost,
  { repository }: Pick<OpenRepository, 'repository'>,
  number: MergeRequestNumber,
): Promise<HostedMergeRequest> {
  const request = await host.shelf.request(repository, number);
  if (!request) throw notFound(`${repository.path}!${number}`);
  return request;
}

/** `FORGE_FORBIDDEN`. */
export function requireWriter({ permission }: HostedActor, path: string): void {
  if (permission !== 'write' && permission !== 'admin') throw denied(path, 'write to it');
}
