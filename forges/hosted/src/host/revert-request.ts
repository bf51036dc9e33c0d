import type { HostedActor, HostedMergeRequest } from '../model/hosted-merge-request.ts';
import { conflict } from '../translate-errors.ts';
import { moveTo } from './edit-files.ts';
import { getRequest, requireWriter } from './merge-request.ts';
import { openRequest } from './open-request.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/**
 * Opens a merge request that takes back what another one brought, on top of what came since.
 * `FORGE_CONFLICT` where that one is not merged, or later changes stand in the way.
 */
export async function revertRequest(
  host: RepositoryHost,
  path: string,
  number: number,
  actor: HostedActor,
): Promise<HostedMergeRequest> {
  requireWriter(actor, path);
  const { request, branch } = await host.inTurn(path, async (open) => {
    const found = await getRequest(host, open, number);
    const { merged, title, targetBranch } = found;
    if (!merged) throw conflict(`${path}!${number}`, 'it is not merged');
    const message = `Revert "${title}"\n\nThis takes back ${merged.commit} (!${number}).`;
    const range = { before: merged.before, after: merged.commit, branch: `revert-${number}` };
    const subject = `${path}!${number}`;
    const wanted = { ...range, targetBranch, message, subject };
    return { request: found, branch: await makeBranch(host, open, wanted, actor) };
  });
  const title = `Revert "${request.title}"`.slice(0, 500);
  const body = `Takes back !${number}, merged as ${request.merged?.commit}.`;
  const targetBranch = request.targetBranch;
  return await openRequest(host, path, { title, body, sourceBranch: branch, targetBranch }, actor);
}

export interface RevertOrder {
  /** What stood there before. */
  readonly before: string;
  /** What is taken back: how this one differs from `before`. */
  readonly after: string;
  /** Of the branch that is made; a number is added where there is one of this name. */
  readonly branch: string;
  readonly targetBranch: string;
  readonly title: string;
  readonly body: string;
  readonly message: string;
}

/**
 * Opens a merge request that takes back what one commit brought on top of another, whatever lies between.
 * `FORGE_CONFLICT` where later changes stand in the way, or nothing of it is left.
 */
export async function revertRange(
  host: RepositoryHost,
  path: string,
  { title, body, ...order }: RevertOrder,
  actor: HostedActor,
): Promise<HostedMergeRequest> {
  requireWriter(actor, path);
  const { targetBranch } = order;
  const sourceBranch = await host.inTurn(path, (open) =>
    makeBranch(host, open, { ...order, subject: path }, actor),
  );
  return await openRequest(host, path, { title, body, sourceBranch, targetBranch }, actor);
}

type BranchOrder = Omit<RevertOrder, 'title' | 'body'> & { readonly subject: string };

async function makeBranch(
  host: RepositoryHost,
  open: OpenRepository,
  { before, after, targetBranch, message, subject, branch: wanted }: BranchOrder,
  actor: HostedActor,
): Promise<string> {
  const { git } = open;
  const head = git.heads.get(targetBranch);
  if (head === undefined) throw conflict(subject, 'its target branch is gone');
  const author = { name: actor.user.login, email: actor.email };
  const at = host.at();
  // What stood there before, as a change of what came: merged into what came since, it takes back that and
  // nothing else.
  const old = await git.treeOf(before);
  const inverse = { tree: old, parents: [after], message: 'Before', author, at };
  const fit = await git.fit(head, await git.commit(inverse));
  if (!('tree' in fit))
    throw conflict(subject, 'later changes stand in the way: revert it by hand');
  if (fit.tree === (await git.treeOf(head))) throw conflict(subject, 'nothing of it is left');
  const commit = await git.commit({ tree: fit.tree, parents: [head], message, author, at });
  const branch = freeName(wanted, git.heads);
  await moveTo(host, open, { branch, commit, head: undefined }, actor.user);
  return branch;
}

function freeName(wanted: string, taken: ReadonlyMap<string, string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  return name;
}
