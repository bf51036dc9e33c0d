/**
 * Opens the merge request that takes back a rollout: on the built-in forge as the member who asks, on
 * others by a commit that bears that member's address, so that rules know whose it is.
 */
import { pagePaths, pageUrl, type RepositoryRecord } from '@trueup/engine';
import { SessionError } from '../../access/session-error.ts';
import type { ForgePlace } from '../../forges/forge-place.ts';
import { hostedKind } from '../../hosting/hosted-people.ts';
import type { Desk } from '../desk.ts';
import { HostedDesk } from '../hosted/hosted-desk.ts';
import type { OpenedRollback } from './rollback-session.ts';

export interface Revert {
  readonly repository: RepositoryRecord & { readonly head: string };
  readonly before: string;
  readonly after: string;
  readonly title: string;
  readonly body: string;
  /** Of the commit. */
  readonly message: string;
}

/** @throws SessionError `CONFLICT`. */
export async function openRevert(
  revert: Revert,
  desk: Desk,
  signal: AbortSignal,
): Promise<OpenedRollback> {
  const { repository } = revert;
  if (repository.forge?.kind === hostedKind) return await openHosted(revert, desk);
  const place = await desk.ports.connect(repository);
  if (!place) throw new SessionError('CONFLICT', `${repository.name}: ${obstacleOf(repository)}`);
  return await openElsewhere(revert, { desk, place, signal });
}

/** Why there can be no merge request; `undefined` where there can. */
export function obstacleOf({ forge, branch }: RepositoryRecord): string | undefined {
  if (forge) return undefined;
  return `It has no forge that a merge request could be opened on: revert it in a clone, and push that to ${branch}.`;
}

function branchOf({ after }: Revert): string {
  return `rollback-${after.slice(0, 12)}`;
}

async function openHosted(revert: Revert, desk: Desk): Promise<OpenedRollback> {
  const { repository, ...rest } = revert;
  const { name, branch: targetBranch } = repository;
  const order = { ...rest, branch: branchOf(revert), targetBranch };
  return await new HostedDesk(desk).ask(name, 'plan', async ({ host, path, actor }) => {
    const { revertRange } = await import('@trueup/forge-hosted');
    const { number, sourceBranch } = await revertRange(host, path, order, actor);
    const url = pageUrl(host.publicUrl, pagePaths.mergeRequest(name, number));
    return { repository: name, number, branch: sourceBranch, url };
  });
}

interface Elsewhere {
  readonly desk: Desk;
  readonly place: ForgePlace;
  readonly signal: AbortSignal;
}

/** More branches for one rollout than anybody needs. */
const mostBranches = 20;

async function openElsewhere(
  revert: Revert,
  { desk, place, signal }: Elsewhere,
): Promise<OpenedRollback> {
  const { repository, before, after, message, title, body } = revert;
  const { name, branch: targetBranch, head } = repository;
  const git = desk.ports.following.git(name);
  const author = await authorOf(desk);
  const taking = { before, after, onto: head, message, author, at: desk.at() };
  const taken = await git.takeBack(taking, signal);
  if (taken.kind === 'nothing') throw conflict(name, 'nothing of it is left');
  if (taken.kind === 'conflicts') {
    const where = taken.files.slice(0, 5).join(', ');
    throw conflict(name, `later changes stand in the way (${where}): revert it by hand`);
  }
  const { revision } = taken;
  for (let count = 1; count <= mostBranches; count += 1) {
    const branch = count === 1 ? branchOf(revert) : `${branchOf(revert)}-${count}`;
    if (!(await git.pushBranch({ branch, revision }, signal))) continue;
    const wanted = { sourceBranch: branch, targetBranch, title, body };
    const { number, url } = await place.forge.openMergeRequest(place.repository, wanted, {
      signal,
    });
    return { repository: name, number, url, branch };
  }
  throw conflict(name, `there are ${mostBranches} branches that take it back already`);
}

function conflict(name: string, why: string): SessionError {
  return new SessionError('CONFLICT', `${name}: not taken back: ${why}`);
}

/** Whoever asks is its author to the rules, and must be known by an address for that. */
export async function authorOf({ actor, ports }: Desk): Promise<{ name: string; email: string }> {
  const member = actor.kind === 'member' ? await ports.store.member(actor.name) : undefined;
  const email = member?.emails[0];
  if (!member || email === undefined) {
    const who = actor.kind === 'member' ? actor.name : actor.kind;
    const advice = `trueup member set ${who} --email ADDRESS`;
    throw new SessionError('CONFLICT', `${who}: commits bear an address, say yours: ${advice}`);
  }
  return { name: member.name, email };
}
