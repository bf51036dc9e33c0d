/** Who has written a branch before there is a merge request of it. */
import type { ForgeUser } from '@trueup/forge-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { systemUser } from '../model/hosted-merge-request.ts';
import { path } from '../testing/hosted-fixture.ts';
import { pushFiles } from '../testing/hosted-stage.ts';
import { MergeStage } from '../testing/merge-stage.ts';
import { editFiles } from './edit-files.ts';
import { notePush } from './follow-heads.ts';
import { closeRequest, editRequest, openRequest, reopenRequest } from './open-request.ts';

const never = new AbortController().signal;
const zero = '0'.repeat(40);
let stage: MergeStage;

beforeEach(async () => {
  stage = await MergeStage.open();
  await pushFiles(stage.host, { branch: 'main', files: { first: '1\n' } });
});
afterEach(() => stage[Symbol.asyncDispose]());

interface Pushed {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** What git does. It is not noted yet. */
async function push(branch: string, file: string, base?: string): Promise<Pushed> {
  const { git } = await stage.host.open(path);
  await git.refresh();
  const before = git.heads.get(branch) ?? zero;
  const parent = base ?? (before === zero ? await stage.headOf('main') : before);
  const at = '2026-01-01T00:00:00Z';
  const author = { name: 'Ann', email: 'ann@example.com' };
  const tree = await git.treeOf(parent);
  const after = await git.commit({ tree, parents: [parent], message: file, author, at });
  const ref = `refs/heads/${branch}`;
  await git.own.run({ arguments: ['update-ref', ref, after] }, never);
  return { ref, before, after };
}

async function pushAs(user: ForgeUser, branch: string, file: string, base?: string) {
  const pushed = await push(branch, file, base);
  await notePush(stage.host, path, user, [pushed]);
  return pushed;
}

async function remove(branch: string): Promise<void> {
  const before = await stage.headOf(branch);
  const { git } = await stage.host.open(path);
  const ref = `refs/heads/${branch}`;
  await git.own.run({ arguments: ['update-ref', '-d', ref] }, never);
  await notePush(stage.host, path, stage.ben.user, [{ ref, before, after: zero }]);
}

async function openAsAnn(sourceBranch: string, targetBranch = 'main'): Promise<number> {
  const wanted = { sourceBranch, targetBranch, title: 'It', body: '' };
  return (await openRequest(stage.host, path, wanted, stage.ann)).number;
}

async function pushersOf(number: number): Promise<readonly string[]> {
  return ((await stage.find(number)).pushers ?? []).map(({ login }) => login);
}

describe('who has written a branch', () => {
  it('has written the merge request that somebody else opens from it', async () => {
    await pushAs(stage.ben.user, 'a', '1');
    await pushAs(stage.ann.user, 'a', '2');
    expect(await pushersOf(await openAsAnn('a'))).toEqual(['ben']);
  });

  it('is known after a restart, and when they wrote in a browser', async () => {
    const files = [{ path: 'z', content: '1\n' }];
    await editFiles(stage.host, path, { branch: 'a', message: 'It', files }, stage.ben);
    await stage.restart();
    expect(await pushersOf(await openAsAnn('a'))).toEqual(['ben']);
  });

  it('is not who wrote what its target has already', async () => {
    const { after } = await pushAs(stage.ben.user, 'a', '1');
    const { git } = await stage.host.open(path);
    await git.moveBranch('main', after, await stage.headOf('main'));
    await pushAs(stage.admin.user, 'a', '2');
    expect(await pushersOf(await openAsAnn('a'))).toEqual(['root']);
  });

  it('is also who wrote the branch that it was made of', async () => {
    const { after } = await pushAs(stage.ben.user, 'a', '1');
    await pushAs(stage.ann.user, 'b', '2', after);
    await remove('a');
    expect(await pushersOf(await openAsAnn('b'))).toEqual(['ben']);
  });

  it('stays so when they put something else there', async () => {
    const { after } = await pushAs(stage.ben.user, 'a', '1');
    const ref = 'refs/heads/a';
    const main = await stage.headOf('main');
    const { git } = await stage.host.open(path);
    await git.own.run({ arguments: ['update-ref', ref, main] }, never);
    await notePush(stage.host, path, stage.ben.user, [{ ref, before: after, after: main }]);
    await pushAs(stage.ann.user, 'a', '2', after);
    expect(await pushersOf(await openAsAnn('a'))).toEqual(['ben']);
  });

  it('is asked again when the merge request goes elsewhere, and when it is opened again', async () => {
    const { after } = await pushAs(stage.ben.user, 'a', '1');
    await pushAs(stage.ann.user, 'b', '2', after);
    const number = await openAsAnn('b', 'a');
    expect(await pushersOf(number)).toEqual([]);
    const edit = { targetBranch: 'main' };
    await editRequest(stage.host, path, { number, edit }, stage.ann);
    expect(await pushersOf(number)).toEqual(['ben']);

    await closeRequest(stage.host, path, number, stage.ann);
    await pushAs(stage.admin.user, 'b', '3');
    await reopenRequest(stage.host, path, number, stage.ann);
    expect(await pushersOf(number)).toEqual(['ben', 'root']);
  });

  it('is each of two whose pushes came before either was noted', async () => {
    await pushAs(stage.ann.user, 'a', '0');
    const number = await openAsAnn('a');
    const first = await push('a', '1');
    const second = await push('a', '2');
    await notePush(stage.host, path, stage.admin.user, [second]);
    await notePush(stage.host, path, stage.ben.user, [first]);
    expect(await pushersOf(number)).toEqual(['root', 'ben']);
    const wanted = { sourceBranch: 'a', targetBranch: 'b', title: 'It', body: '' };
    await pushFiles(stage.host, { branch: 'b', files: { b: '1\n' } });
    const other = await openRequest(stage.host, path, wanted, stage.ann);
    expect(await pushersOf(other.number)).toEqual(['root', 'ben']);
  });

  it('is forgotten with the branch, also where that went unseen', async () => {
    const { repository } = await stage.host.open(path);
    await pushAs(stage.ben.user, 'a', '1');
    await pushAs(stage.ben.user, 'b', '1');
    await remove('a');
    const known = await stage.host.shelf.branches(repository);
    expect(known.map(({ branch }) => branch)).toEqual(['b']);

    const { git } = await stage.host.open(path);
    await git.own.run({ arguments: ['update-ref', '-d', 'refs/heads/b'] }, never);
    await stage.restart();
    await stage.host.open(path);
    expect(await stage.host.shelf.branches(repository)).toEqual([]);
  });

  it('is asked of git once for all branches of a push that lie at one place', async () => {
    await pushAs(stage.ann.user, 'a', '1');
    const { git } = await stage.host.open(path);
    const after = await stage.headOf('main');
    const moves = Array.from({ length: 20 }, (_one, index) => `refs/heads/n${index}`);
    for (const ref of moves) {
      await git.own.run({ arguments: ['update-ref', ref, after] }, never);
    }
    const asked: string[] = [];
    const look = git.commitsSince.bind(git);
    git.commitsSince = (from, to, most) => {
      asked.push(to);
      return look(from, to, most);
    };

    const commands = moves.map((ref) => ({ ref, before: zero, after }));
    await notePush(stage.host, path, stage.ben.user, commands);

    expect(asked).toEqual([after]);
    expect(await pushersOf(await openAsAnn('n7'))).toEqual([]);
  });

  it('is nobody where Trueup itself moved it', async () => {
    await pushAs(systemUser, 'a', '1');
    expect(await pushersOf(await openAsAnn('a'))).toEqual([]);
  });
});
