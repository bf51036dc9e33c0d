/** Lets records follow the branches: after a push, after a merge, and after a crash. */
import type { ForgeUser } from '@trueup/forge-sdk';

import type { HostedEvent, RecordWrite } from '../hosted-client.ts';
import { type HostedMergeRequest, systemUser } from '../model/hosted-merge-request.ts';
import type { PushCommand } from '../model/judge-push.ts';
import { settleMerge } from './merge-step.ts';
import { putRequest } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** What moved, and whose work it is. */
export interface Moved {
  readonly by: ForgeUser;
  /** Who wrote what came, and does not approve it: whoever moved the branch if absent. */
  readonly writers?: readonly ForgeUser[];
  /** Others are left to those who moved them. All if absent. */
  readonly branches?: readonly string[];
}

/** In the repository's turn. */
export async function followHeads(
  host: RepositoryHost,
  open: OpenRepository,
  { by, writers = [by], branches }: Moved,
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
    if (!isMeant || head === undefined || head === request.sourceCommit) continue;
    await git.keepHead(request.number, head);
    writes.push(putRequest(repository, moveHead(request, { head, at: host.at(), writers })));
    events.push(updated(repository.path, request.number, by));
  }
  if (writes.length > 0) await host.write(writes, events);
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
  const moved = await host.inTurn(path, async (open) => {
    const before = open.git.heads;
    await open.git.refresh();
    const { heads } = open.git;
    const moves = commands ? carriedOut(commands, heads) : comparePlaces(before, heads);
    const pushes = moves.map(
      (move): HostedEvent => ({ kind: 'push', repository: path, by, ...move }),
    );
    if (pushes.length > 0) await host.write([], pushes);
    const branches = commands && moves.map(({ branch }) => branch);
    await followHeads(host, open, { by, ...(branches && { branches }) });
    return moves.map(({ branch }) => branch);
  });
  if (moved.length > 0) await followForks(host, path, { by, branches: moved });
  return moved;
}

/** What git has done of it. */
function carriedOut(
  commands: readonly PushCommand[],
  heads: ReadonlyMap<string, string>,
): readonly Move[] {
  return commands.flatMap(({ ref, before: from, after: to }): readonly Move[] => {
    const [, branch] = /^refs\/heads\/(.+)$/s.exec(ref) ?? [];
    const [before, after] = [from, to].map((one) => (/^0+$/.test(one) ? undefined : one));
    if (branch === undefined || before === after || heads.get(branch) !== after) return [];
    return [{ branch, ...(before && { before }), ...(after && { after }) }];
  });
}

interface Move {
  readonly branch: string;
  readonly before?: string;
  readonly after?: string;
}

function comparePlaces(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly Move[] {
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
    await host.inTurn(target, async ({ repository, git }) => {
      const request = await host.shelf.request(repository, number);
      if (!(request && branches.includes(request.sourceBranch))) return;
      const head = source.git.heads.get(request.sourceBranch);
      if (request.state !== 'open' || head === undefined || head === request.sourceCommit) return;
      await git.bringHead(number, source.git, request.sourceBranch);
      const write = putRequest(
        repository,
        moveHead(request, { head, at: host.at(), writers: [by] }),
      );
      await host.write([write], [updated(target, number, by)]);
    });
  }
}

/** What was to be merged when all is green was another head. */
function moveHead(
  { autoMerge: _over, ...request }: HostedMergeRequest,
  {
    head,
    at,
    writers,
  }: { readonly head: string; readonly at: string; readonly writers: readonly ForgeUser[] },
): HostedMergeRequest {
  return addPushers({ ...request, sourceCommit: head, updatedAt: at }, writers);
}

/** Each once. */
export function addPushers(
  request: HostedMergeRequest,
  users: readonly ForgeUser[],
): HostedMergeRequest {
  const { pushers = [] } = request;
  const known = new Set(pushers.map(({ id }) => id));
  // Whom we found it moved by after a crash, nobody knows.
  const added = users.filter(({ id }) => id !== systemUser.id && !known.has(id));
  return added.length === 0 ? request : { ...request, pushers: [...pushers, ...added] };
}

function updated(repository: string, number: number, by: ForgeUser): HostedEvent {
  return { kind: 'merge-request', repository, number, action: 'updated', by };
}
