import { setTimeout as delay } from 'node:timers/promises';

import type { ForgeUser, MergeRequestNumber } from '@trueup/forge-sdk';
import type { ForgeStage } from '@trueup/forge-sdk/testing';
import { commitFiles } from '@trueup/repository';

import { addNote, addReview, deleteNote, dismissReview, editNote } from '../host/discuss.ts';
import { notePush } from '../host/follow-heads.ts';
import { getRequest, mergeRequest } from '../host/merge-request.ts';
import { closeRequest, editRequest, openRequest, reopenRequest } from '../host/open-request.ts';
import { postStatus } from '../host/post-status.ts';
import { changeSettings } from '../host/protect-branches.ts';
import type { RepositoryHost } from '../host/repository-host.ts';
import { type HostedActor, systemUser } from '../model/hosted-merge-request.ts';
import type { FakeHostedClient } from './fake-hosted-client.ts';

const never = new AbortController().signal;
const path = 'shop/gitops';
const system = actorOf(systemUser, 'admin');
const person = { name: 'Dev', email: 'dev@example.com' };

export interface TestPush {
  readonly path?: string;
  readonly branch: string;
  readonly files: Readonly<Record<string, string | undefined>>;
  /** The branch's head if absent, or that of `main`. */
  readonly base?: string;
}

/** What git does when somebody pushes one commit, and what the server does after it. */
export async function pushFiles(
  host: RepositoryHost,
  { path: to = path, branch, files, base }: TestPush,
): Promise<string> {
  const { git } = await host.open(to);
  const head = git.heads.get(branch);
  const from = base ?? head ?? git.heads.get('main');
  const commit = await commitFiles(
    git.own,
    {
      ...(from !== undefined && { base: from }),
      changes: Object.entries(files).map(([file, content]) => ({ path: file, content })),
      message: `Change ${branch}`,
      author: person,
      committer: person,
      at: new Date().toISOString(),
    },
    never,
  );
  if (commit === undefined) throw new Error('Nothing was changed.');
  // As a push that is not forced: somebody else's commit is not lost.
  const before = base === undefined ? [head ?? '0'.repeat(commit.length)] : [];
  const update = ['update-ref', `refs/heads/${branch}`, commit, ...before];
  await git.own.run({ arguments: update }, never);
  await notePush(host, to, systemUser);
  return commit;
}

export function actorOf(user: ForgeUser, permission: HostedActor['permission']): HostedActor {
  return { user, permission, email: `${user.login}@example.com` };
}

export function createHostedStage(host: RepositoryHost, client: FakeHostedClient): ForgeStage {
  const { people } = client;
  const ci = people.create('ci');
  let count = 0;
  const write = (user: ForgeUser) => actorOf(user, 'write');
  return {
    ...talk(host),
    user: async (login) => {
      count += 1;
      return people.create(`${login}-${count}`);
    },
    // Members cannot be renamed; one who is removed leaves a name that somebody else may get.
    swapLogin: async (user) => people.create(user.login),
    grant: async (user, permission) => people.grant(path, user, permission),
    commit: async ({ branch, path: file = `${branch}.txt`, content }, fork) => {
      count += 1;
      const files = { [file]: content ?? `${count}\n` };
      return await pushFiles(host, { branch, files, ...(fork !== undefined && { path: fork }) });
    },
    rewrite: async (branch) => {
      count += 1;
      const { git } = await host.open(path);
      const base = git.heads.get('main') ?? '';
      return await pushFiles(host, {
        branch,
        base,
        files: { [`${branch}.txt`]: `again ${count}\n` },
      });
    },
    deleteBranch: async (branch) => {
      const { git } = await host.open(path);
      await git.own.run({ arguments: ['update-ref', '-d', `refs/heads/${branch}`] }, never);
      await notePush(host, path, systemUser);
    },
    fork: async (user) => {
      const fork = `${user.login}/gitops`;
      await host.create({ path: fork });
      people.grant(fork, user, 'admin');
      const [from, to] = [await host.open(path), await host.open(fork)];
      const refspec = 'refs/heads/*:refs/heads/*';
      const call = {
        arguments: ['fetch', '--quiet', from.git.own.path, refspec],
        environment: { GIT_ALLOW_PROTOCOL: 'file' },
      };
      await to.git.own.run(call, never);
      await notePush(host, fork, user);
      return fork;
    },
    open: async ({ author, source, target = 'main', fork, title, body = '', ...rest }) => {
      const request = {
        ...rest,
        title: title ?? `Change ${source}`,
        body,
        sourceBranch: source,
        targetBranch: target,
        ...(fork !== undefined && { sourceRepository: fork }),
      };
      return (await openRequest(host, path, request, write(author))).number;
    },
    editTitle: async (number, title) =>
      void (await editRequest(host, path, { number, edit: { title } }, system)),
    close: async (number) => void (await closeRequest(host, path, number, system)),
    reopen: async (number) => void (await reopenRequest(host, path, number, system)),
    merge: async ({ number, by }, method) => {
      const commit = await headOf(host, number);
      const end = await mergeRequest(host, path, { number, commit, method }, write(by));
      if (end.kind !== 'merged') throw new Error(`Not merged: ${end.kind}.`);
      return end.commit;
    },
    statusOf: async (commit, context) => {
      const { repository } = await host.open(path);
      const statuses = await host.shelf.statuses(repository, commit);
      return statuses.find((status) => status.context === context);
    },
    check: async ({ commit, name: context, description = '', ...rest }) => {
      const status = { context, description, ...rest };
      await postStatus(host, path, { commit, status }, write(ci));
    },
    group: async ({ name, members, within = 'shop' }) => {
      const whole = `${within}/${name}`;
      people.groups.set(whole, { name: whole, members });
      return whole;
    },
    protect: async (branch) => {
      const closed = { pattern: branch, checks: ['never'], approvals: 0, resolvedThreads: false };
      await changeSettings(host, path, { protections: [closed] }, system);
    },
    tick: async () => void (await delay(2)),
  };
}

type Talk = 'review' | 'dismiss' | 'comment' | 'editComment' | 'deleteComment';

function talk(host: RepositoryHost): Pick<ForgeStage, Talk> {
  return {
    review: async ({ number, author, verdict }) => {
      const { id } = await addReview(host, path, { number, verdict }, actorOf(author, 'write'));
      return { number, id };
    },
    dismiss: async (place) => await dismissReview(host, path, place, system),
    comment: async ({ number, author, body }) => {
      const note = { number, note: { body } };
      const { id } = await addNote(host, path, note, actorOf(author, 'read'));
      return { number, id };
    },
    editComment: async ({ number, id }, body) => {
      const { repository } = await host.open(path);
      const note = await host.shelf.note({ repository, number }, id);
      const author = actorOf(note?.author ?? systemUser, 'read');
      await editNote(host, path, { number, id, body }, author);
    },
    deleteComment: async (place) => await deleteNote(host, path, place, system),
  };
}

async function headOf(host: RepositoryHost, number: MergeRequestNumber): Promise<string> {
  return (await getRequest(host, await host.open(path), number)).sourceCommit;
}
