import type { HostedActor, HostedMergeRequest, MergeStep } from '../model/hosted-merge-request.ts';
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
    if (!found.merged) throw conflict(`${path}!${number}`, 'it is not merged');
    return {
      request: found,
      branch: await makeBranch(host, open, { ...found, merged: found.merged }, actor),
    };
  });
  const title = `Revert "${request.title}"`.slice(0, 500);
  const body = `Takes back !${number}, merged as ${request.merged?.commit}.`;
  const targetBranch = request.targetBranch;
  return await openRequest(host, path, { title, body, sourceBranch: branch, targetBranch }, actor);
}

async function makeBranch(
  host: RepositoryHost,
  open: OpenRepository,
  request: HostedMergeRequest & { readonly merged: MergeStep },
  actor: HostedActor,
): Promise<string> {
  const { git, repository } = open;
  const { number, targetBranch, merged, title } = request;
  const subject = `${repository.path}!${number}`;
  const head = git.heads.get(targetBranch);
  if (head === undefined) throw conflict(subject, 'its target branch is gone');
  const author = { name: actor.user.login, email: actor.email };
  const at = host.at();
  // What stood there before, as a change of what the merge brought: merged into what came since, it takes
  // back that and nothing else.
  const before = await git.treeOf(merged.before);
  const inverse = { tree: before, parents: [merged.commit], message: 'Before', author, at };
  const fit = await git.fit(head, await git.commit(inverse));
  if (!('tree' in fit))
    throw conflict(subject, 'later changes stand in the way: revert it by hand');
  if (fit.tree === (await git.treeOf(head))) throw conflict(subject, 'nothing of it is left');
  const message = `Revert "${title}"\n\nThis takes back ${merged.commit} (!${number}).`;
  const commit = await git.commit({ tree: fit.tree, parents: [head], message, author, at });
  const branch = freeName(`revert-${number}`, git.heads);
  await moveTo(host, open, { branch, commit, head: undefined }, actor.user);
  return branch;
}

function freeName(wanted: string, taken: ReadonlyMap<string, string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  return name;
}
