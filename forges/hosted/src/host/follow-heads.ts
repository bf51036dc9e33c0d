/** Lets records follow the branches: after a push, after a merge, and after a crash. */
import type { ForgeUser } from '@trueup/forge-sdk';

import type { HostedEvent, RecordWrite } from '../hosted-client.ts';
import { type HostedMergeRequest, systemUser } from '../model/hosted-merge-request.ts';
import type { PushCommand } from '../model/judge-push.ts';
import { type BranchMove, findBranchWriters, noteWriters } from './branch-writers.ts';
import { endWaits } from './end-waits.ts';
import type { HostedGit } from './hosted-git.ts';
import { settleMerge } from './merge-step.ts';
import { putRequest } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** What moved. */
export interface Moved {
  readonly by: ForgeUser;
  /** Others are left to those who moved them. All if absent. */
  readonly branches?: readonly string[];
}

/** In the repository's turn. Whose work it is, the branch's record tells, which is written before. */
export async function followHeads(
  host: RepositoryHost,
  open: OpenRepository,
  { by, branches }: Moved,
): Promise<void> {
  const writes: RecordWrite[] = [];
  const events: HostedEvent[] = [];
  const { repository, git } = open;
  for (const found of await host.shelf.openRequests(repository)) {
    const request = found.merging ? await settleMerge(host, open, found) : found;
    const { sourceBranch, sourceRepository, state } = request;
    const head = git.heads.get(sourceBranch);
    const isOwn = state === 'open' && sourceRepository === repository.path;
    const isMeant = isOwn && (branches?.includes(sourceBranch) ?? true);
    if (!isMeant || head === undefined) continue;
    const writers = await findBranchWriters(
      host,
      { repository, branch: sourceBranch },
      {
        git,
        target: git.heads.get(request.targetBranch),
      },
    );
    const next = moveHead(request, { head, at: host.at(), writers });
    if (next === request) continue;
    await git.keepHead(request.number, head);
    writes.push(putRequest(repository, next));
    events.push(updated(repository.path, request.number, by));
  }
  if (writes.length > 0) await host.write(writes, events);
  await endWaits(host, open);
}

/**
 * To be called after git received a push, whatever came of it. Answers with the branches that moved. `commands`
 * are those of the push: somebody else's may come at the same time. Whatever has moved if absent.
 */
export async function notePush(
  host: RepositoryHost,
  path: string,
  by: ForgeUser,
  commands?: readonly PushCommand[],
): Promise<readonly string[]> {
  const { moved, touched } = await host.inTurn(path, async (open) => {
    const before = open.git.heads;
    await open.git.refresh();
    const { heads } = open.git;
    const moves = commands ? carriedOut(commands, heads) : comparePlaces(before, heads);
    const overtaken = await findOvertaken(commands ?? [], open.git);
    const pushes = moves.map(
      (move): HostedEvent => ({ kind: 'push', repository: path, by, ...move }),
    );
    const writes = await noteWriters(host, open, [...moves, ...overtaken], [by]);
    if (pushes.length + writes.length > 0) await host.write(writes, pushes);
    const names = [...moves, ...overtaken].map(({ branch }) => branch);
    await followHeads(host, open, { by, ...(commands && { branches: names }) });
    return { moved: moves.map(({ branch }) => branch), touched: names };
  });
  if (touched.length > 0) await followForks(host, path, { by, branches: touched });
  return moved;
}

/** What git has done of it. */
function carriedOut(
  commands: readonly PushCommand[],
  heads: ReadonlyMap<string, string>,
): readonly BranchMove[] {
  return commands
    .flatMap(readMove)
    .filter(({ branch, before, after }) => before !== after && heads.get(branch) === after);
}

/** What git has done of it, and somebody's push has gone on from before this one was noted. */
async function findOvertaken(
  commands: readonly PushCommand[],
  git: HostedGit,
): Promise<readonly BranchMove[]> {
  const found: BranchMove[] = [];
  for (const move of commands.flatMap(readMove)) {
    const { branch, before, after } = move;
    const head = git.heads.get(branch);
    if (after === undefined || head === undefined) continue;
    if (after === before || after === head) continue;
    if (await git.isAncestor(after, head)) found.push(move);
  }
  return found;
}

function readMove({ ref, before: from, after: to }: PushCommand): readonly BranchMove[] {
  const [, branch] = /^refs\/heads\/(.+)$/s.exec(ref) ?? [];
  if (branch === undefined) return [];
  const [before, after] = [from, to].map((one) => (/^0+$/.test(one) ? undefined : one));
  return [{ branch, ...(before && { before }), ...(after && { after }) }];
}

function comparePlaces(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly BranchMove[] {
  const branches = [...new Set([...before.keys(), ...after.keys()])];
  return branches
    .filter((branch) => before.get(branch) !== after.get(branch))
    .map((branch) => {
      const [from, to] = [before.get(branch), after.get(branch)];
      return { branch, ...(from && { before: from }), ...(to && { after: to }) };
    });
}

/** Merge requests elsewhere whose branches lie here. Outside of the turn: it takes theirs. */
async function followForks(
  host: RepositoryHost,
  path: string,
  { by, branches }: Required<Pick<Moved, 'by' | 'branches'>>,
): Promise<void> {
  const source = await host.open(path);
  for (const { path: target, number } of await host.shelf.outgoing(source.repository)) {
    if (!(await host.shelf.repository(target))) continue;
    await host.inTurn(target, async (open) => {
      const request = await host.shelf.request(open.repository, number);
      if (request?.state !== 'open' || !branches.includes(request.sourceBranch)) return;
      await followFork(host, { source, open, request, by });
    });
  }
}

interface ForkMove {
  readonly source: OpenRepository;
  /** Where the merge request goes. */
  readonly open: OpenRepository;
  readonly request: HostedMergeRequest;
  readonly by: ForgeUser;
}

async function followFork(
  host: RepositoryHost,
  { source, open: { repository, git }, request, by }: ForkMove,
): Promise<void> {
  const { number, sourceBranch: branch, targetBranch } = request;
  const head = source.git.heads.get(branch);
  if (head === undefined) return;
  if (head !== request.sourceCommit) await git.bringHead(number, source.git, branch);
  const from = { repository: source.repository, branch };
  const to = { git, target: git.heads.get(targetBranch) };
  const writers = await findBranchWriters(host, from, to);
  const next = moveHead(request, { head, at: host.at(), writers });
  if (next === request) return;
  const event = updated(repository.path, number, by);
  await host.write([putRequest(repository, next)], [event]);
}

interface HeadMove {
  readonly head: string;
  readonly at: string;
  readonly writers: readonly ForgeUser[];
}

/** What was to be merged when all is green was another head. Itself where nothing is new. */
function moveHead(
  request: HostedMergeRequest,
  { head, at, writers }: HeadMove,
): HostedMergeRequest {
  const named = addPushers(request, writers);
  if (head === request.sourceCommit) return named;
  const { autoMerge: _over, ...rest } = named;
  return { ...rest, sourceCommit: head, updatedAt: at };
}

/** Each once, and not its author, who counts anyway. Itself where nobody is new. */
export function addPushers(
  request: HostedMergeRequest,
  users: readonly ForgeUser[],
): HostedMergeRequest {
  const { author, pushers = [] } = request;
  const known = new Set([author, ...pushers].map(({ id }) => id));
  // Whom we found it moved by after a crash, nobody knows.
  const added = users.filter(({ id }) => id !== systemUser.id && !known.has(id));
  return added.length === 0 ? request : { ...request, pushers: [...pushers, ...added] };
}

function updated(repository: string, number: number, by: ForgeUser): HostedEvent {
  return { kind: 'merge-request', repository, number, action: 'updated', by };
}
