import type { ForgeUser } from '../forge-user.ts';
import type { ForgeStage } from './forge-stage.ts';
import type { ForgeWorld } from './forge-world.ts';

/** The stage of a world in memory. */
export function createWorldStage(world: ForgeWorld, path: string): ForgeStage {
  const repository = world.repository(path);
  const ci = world.createUser('ci');
  return {
    user: async (login) => ({ ...world.createUser(`${login}-${world.users.length}`) }),
    swapLogin: async (user) => swapLogin(world, user),
    grant: async (user, permission) => void repository.permissions.set(user.id, permission),
    commit: async (commit, fork) =>
      (fork === undefined ? repository : world.repository(fork)).commit(commit),
    rewrite: async (branch) => {
      const parents = [repository.branchHead(repository.defaultBranch)];
      const files = new Map([[`${branch}.txt`, `rewritten ${world.tick()}\n`]]);
      const { id } = world.commits.add({ parents, files, message: 'Rewrite' });
      repository.moveBranch(branch, id);
      return id;
    },
    deleteBranch: async (branch) => void repository.branches.delete(branch),
    fork: async (user) => {
      const { path: fork } = world.fork(path, `${user.login}/${path.split('/').at(-1)}`);
      world.repository(fork).permissions.set(user.id, 'admin');
      return fork;
    },
    open: async ({ source, target = repository.defaultBranch, fork, ...rest }) =>
      repository.open({
        title: `Change ${source}`,
        body: '',
        ...rest,
        sourceBranch: source,
        targetBranch: target,
        ...(fork !== undefined && { sourceRepository: fork }),
      }).number,
    editTitle: async (number, title) => repository.edit(number, { title }),
    close: async (number) => repository.close(number),
    reopen: async (number) => repository.reopen(number),
    merge: async ({ number, by }, method) => {
      const end = repository.merge(number, { by, method });
      if (end.kind !== 'merged') throw new Error(`Not merged: ${end.kind}.`);
      return end.commit;
    },
    review: async ({ number, author, verdict }) => ({
      number,
      id: String(repository.review(number, author, verdict).id),
    }),
    dismiss: async ({ number, id }) => repository.dismiss(number, Number(id)),
    comment: async ({ number, author, body }) => ({
      number,
      id: String(repository.comment(number, author, body).id),
    }),
    editComment: async ({ number, id }, body) =>
      void repository.editComment(number, Number(id), body),
    deleteComment: async ({ number, id }) => repository.deleteComment(number, Number(id)),
    statusOf: async (commit, context) =>
      repository.statusesOf(commit).find((status) => status.context === context),
    check: async (check) => void repository.postStatus(check, ci),
    group: async ({ name, members, within = 'shop' }) =>
      world.createGroup(`${within}/${name}`, members).name,
    rename: async () => {
      const to = `${repository.path}-renamed`;
      world.rename(repository.path, to);
      return to;
    },
    removeFork: async (fork) => world.remove(fork),
    protect: async (branch) => void repository.protectedBranches.add(branch),
    tick: async () => void world.tick(),
  };
}

function swapLogin(world: ForgeWorld, { id }: ForgeUser): ForgeUser {
  const user = world.userById(id);
  if (!user) throw new Error(`There is no user ${id}.`);
  const { login } = user;
  user.login = `${login}-renamed`;
  return { ...world.createUser(login) };
}
