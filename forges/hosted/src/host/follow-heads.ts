/** Lets records follow the branches: after a push, after a merge, and after a crash. */
import type { ForgeUser } from '@trueup/forge-sdk';

import type { HostedEvent, RecordWrite } from '../hosted-client.ts';
import { type HostedMergeRequest, systemUser } from '../model/hosted-merge-request.ts';
import { settleMerge } from './merge-step.ts';
import { putRequest } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** In the repository's turn. `merges`: a branch was moved by a merge, which nobody wrote by doing it. */
export async function followHeads(
  host: RepositoryHost,
  open: OpenRepository,
  by: ForgeUser,
  { merges = false }: { readonly merges?: boolean } = {},
): Promise<void> {
  const writes: RecordWrite[] = [];
  const events: HostedEvent[] = [];
  const { repository, git } = open;
  for (const found of await host.shelf.openRequests(repository)) {
    const request = found.merging ? await settleMerge(host, open, found) : found;
    const head = git.heads.get(request.sourceBranch);
    const isOwn = request.state === 'open' && request.sourceRepository === repository.path;
    if (!isOwn || head === undefined || head === request.sourceCommit) continue;
    await git.keepHead(request.number, head);
    const move = { head, at: host.at(), ...(!merges && { by }) };
    writes.push(putRequest(repository, moveHead(request, move)));
    events.push(updated(repository.path, request.number, by));
  }
  if (writes.length > 0) await host.write(writes, events);
}

/**
 * To be called after git received a push, whatever came of it. Answers with the branches that moved.
 */
export async function notePush(
  host: RepositoryHost,
  path: string,
  by: ForgeUser,
): Promise<readonly string[]> {
  const moved = await host.inTurn(path, async (open) => {
    const before = open.git.heads;
    await open.git.refresh();
    const pushes = comparePlaces(before, open.git.heads).map(
      (move): HostedEvent => ({ kind: 'push', repository: path, by, ...move }),
    );
    if (pushes.length > 0) await host.write([], pushes);
    await followHeads(host, open, by);
    return pushes.flatMap((push) => (push.kind === 'push' ? [push.branch] : []));
  });
  if (moved.length > 0) await followForks(host, path, by);
  return moved;
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
async function followForks(host: RepositoryHost, path: string, by: ForgeUser): Promise<void> {
  const source = await host.open(path);
  for (const { path: target, number } of await host.shelf.outgoing(source.repository)) {
    if (!(await host.shelf.repository(target))) continue;
    await host.inTurn(target, async ({ repository, git }) => {
      const request = await host.shelf.request(repository, number);
      const head = request && source.git.heads.get(request.sourceBranch);
      if (request?.state !== 'open' || head === undefined || head === request.sourceCommit) return;
      await git.bringHead(number, source.git, request.sourceBranch);
      const write = putRequest(repository, moveHead(request, { head, at: host.at(), by }));
      await host.write([write], [updated(target, number, by)]);
    });
  }
}

/** What was to be merged when all is green was another head. */
function moveHead(
  { autoMerge: _over, ...request }: HostedMergeRequest,
  { head, at, by }: { readonly head: string; readonly at: string; readonly by?: ForgeUser },
): HostedMergeRequest {
  const moved = { ...request, sourceCommit: head, updatedAt: at };
  const { pushers = [] } = request;
  // Whom we found it moved by after a crash, nobody knows.
  const isKnown = !by || by.id === systemUser.id || pushers.some(({ id }) => id === by.id);
  return isKnown ? moved : { ...moved, pushers: [...pushers, by] };
}

function updated(repository: string, number: number, by: ForgeUser): HostedEvent {
  return { kind: 'merge-request', repository, number, action: 'updated', by };
}
