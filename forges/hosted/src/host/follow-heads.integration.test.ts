/** Who counts as having written a merge request, and so does not approve it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { path } from '../testing/hosted-fixture.ts';
import { pushFiles } from '../testing/hosted-stage.ts';
import { MergeStage } from '../testing/merge-stage.ts';
import { editFiles } from './edit-files.ts';
import { notePush } from './follow-heads.ts';
import { mergeRequest } from './merge-request.ts';
import { closeRequest, openRequest, reopenRequest } from './open-request.ts';

const never = new AbortController().signal;
let stage: MergeStage;

beforeEach(async () => {
  stage = await MergeStage.open();
  await pushFiles(stage.host, { branch: 'main', files: { first: '1\n' } });
});
afterEach(() => stage[Symbol.asyncDispose]());

async function pushersOf(number: number): Promise<readonly string[]> {
  return ((await stage.find(number)).pushers ?? []).map(({ login }) => login);
}

describe('who has written a merge request', () => {
  it('is also who wrote what was merged into its branch', async () => {
    const { number } = await stage.change('a', { a: '1\n' });
    await pushFiles(stage.host, {
      branch: 'b',
      files: { b: '2\n' },
      base: await stage.headOf('a'),
    });
    const wanted = { sourceBranch: 'b', targetBranch: 'a', title: 'More', body: '' };
    const more = await openRequest(stage.host, path, wanted, stage.ben);

    const order = {
      number: more.number,
      commit: more.sourceCommit,
      method: 'fast-forward' as const,
    };
    const end = await mergeRequest(stage.host, path, order, stage.admin);

    expect(end.kind).toBe('merged');
    expect((await stage.find(number)).sourceCommit).toBe(more.sourceCommit);
    expect(await pushersOf(number)).toEqual(['ben']);
  });

  it('is also who opens it again after its branch moved', async () => {
    const { number } = await stage.change('a', { a: '1\n' });
    await closeRequest(stage.host, path, number, stage.ben);
    await reopenRequest(stage.host, path, number, stage.ben);
    expect(await pushersOf(number)).toEqual([]);

    await closeRequest(stage.host, path, number, stage.ben);
    await pushFiles(stage.host, { branch: 'a', files: { a: '2\n' } });
    await reopenRequest(stage.host, path, number, stage.ben);

    expect(await pushersOf(number)).toEqual(['ben']);
  });

  it('is who pushed, whoever changes another branch before that is noted', async () => {
    const { number, sourceCommit: before } = await stage.change('a', { a: '1\n' });
    const { git } = await stage.host.open(path);
    const person = { name: 'Ann', email: 'ann@example.com' };
    const tree = await git.treeOf(await stage.headOf('main'));
    const at = '2026-01-01T00:00:00Z';
    const after = await git.commit({ tree, parents: [before], message: 'x', author: person, at });
    const ref = 'refs/heads/a';
    await git.own.run({ arguments: ['update-ref', ref, after, before] }, never);

    const files = [{ path: 'z', content: '1\n' }];
    await editFiles(stage.host, path, { branch: 'z', message: 'Other', files }, stage.ann);
    const moved = await notePush(stage.host, path, stage.ben.user, [{ ref, before, after }]);

    expect(moved).toEqual(['a']);
    expect((await stage.find(number)).sourceCommit).toBe(after);
    expect(await pushersOf(number)).toEqual(['ben']);
  });
});
