import { commitsBetween } from '@trueup/repository';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { path } from '../testing/hosted-fixture.ts';
import { pushFiles } from '../testing/hosted-stage.ts';
import { MergeStage } from '../testing/merge-stage.ts';
import { addNote, addReview, resolveThread } from './discuss.ts';
import { mergeRequest, mergeWhenGreen } from './merge-request.ts';
import { editRequest } from './open-request.ts';
import { postCheck } from './post-status.ts';

const never = new AbortController().signal;
let stage: MergeStage;

beforeEach(async () => {
  stage = await MergeStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('a merge', () => {
  it.each(['merge', 'squash', 'fast-forward'] as const)(
    'by %s brings the change',
    async (method) => {
      const request = await stage.change('a', { a: '1\n' });

      const end = await stage.merge(request, method);

      expect(end.kind).toBe('merged');
      expect(await stage.show('main', 'a')).toBe('1');
      const log = await commitsBetween(
        (await stage.host.open(path)).git.own,
        { to: await stage.headOf('main'), limit: 1 },
        never,
      );
      const parents = { merge: 2, squash: 1, 'fast-forward': 1 }[method];
      expect(log.commits[0]?.parents.length).toBe(parents);
    },
  );

  it('takes its branch along when asked to, and no other', async () => {
    const own = await stage.change('a', { a: '1\n' });
    await stage.protect({ pattern: 'kept' });
    const kept = await stage.change('kept', { b: '2\n' });
    const delivered = [own, kept].map(({ number, sourceCommit: commit }) =>
      mergeRequest(
        stage.host,
        path,
        { number, commit, method: 'squash', deleteSource: true },
        stage.ben,
      ),
    );

    expect((await Promise.all(delivered)).map(({ kind }) => kind)).toEqual(['merged', 'merged']);
    expect([await stage.headOf('a'), await stage.headOf('kept')]).toEqual(['', kept.sourceCommit]);
    expect((await stage.find(own.number)).sourceCommit).toBe(own.sourceCommit);
  });

  it('onto what it was judged for is none onto anything else', async () => {
    const onto = await stage.headOf('main');
    const [first, second] = [
      await stage.change('a', { a: '1\n' }),
      await stage.change('b', { b: '2\n' }),
    ];
    const orders = [first, second].map(({ number, sourceCommit: commit }) => ({
      number,
      commit,
      method: 'merge' as const,
      onto,
    }));

    const ends: unknown[] = [];
    for (const order of orders) ends.push(await mergeRequest(stage.host, path, order, stage.ben));

    expect(ends).toMatchObject([
      { kind: 'merged' },
      { kind: 'refused', reason: expect.stringContaining('moved on') },
    ]);
    expect((await stage.find(second.number)).state).toBe('open');
    expect(await stage.headOf('main')).not.toBe(onto);
  });

  it('that waits for what it was judged for ends its wait when that moves, and says so', async () => {
    await stage.protect({ pattern: 'main', checks: ['ci'] });
    const onto = await stage.headOf('main');
    const { number, sourceCommit: commit } = await stage.change('a', { a: '1\n' });
    const order = { number, commit, method: 'merge', onto } as const;
    expect(await mergeWhenGreen(stage.host, path, order, stage.ben)).toEqual({ kind: 'waiting' });

    const other = await stage.change('b', { b: '2\n' });
    await pass(other.sourceCommit);
    expect(await stage.merge(other, 'merge')).toMatchObject({ kind: 'merged' });
    await pass(commit);

    const { state, autoMerge } = await stage.find(number);
    expect({ state, autoMerge }).toEqual({ state: 'open', autoMerge: undefined });
    const { repository } = await stage.host.open(path);
    const notes = await stage.host.shelf.notes({ repository, number });
    expect(notes).toMatchObject([
      { author: { id: 'trueup' }, body: expect.stringContaining('merged by itself no more') },
    ]);
    const late = await mergeWhenGreen(stage.host, path, order, stage.ben);
    expect(late).toMatchObject({ kind: 'refused', reason: expect.stringContaining('moved on') });
    expect((await stage.find(number)).autoMerge).toBeUndefined();
  });

  it('into the branch that it was judged for is none into another one', async () => {
    await pushFiles(stage.host, { branch: 'free', files: { a: '0\n' } });
    const request = await stage.change('a', { a: '1\n' });
    const { number, sourceCommit: commit } = request;
    const order = { number, commit, method: 'merge', into: 'free' } as const;

    const now = await mergeRequest(stage.host, path, order, stage.ben);
    const later = await mergeWhenGreen(stage.host, path, order, stage.ben);

    const refused = { kind: 'refused', reason: expect.stringContaining('another branch') };
    expect([now, later]).toEqual([refused, refused]);
    expect((await stage.find(number)).autoMerge).toBeUndefined();
  });

  it('of two that touch different files, at once, brings both', async () => {
    const requests = [await stage.change('a', { a: '1\n' }), await stage.change('b', { b: '2\n' })];

    const ends = await Promise.all(requests.map((request) => stage.merge(request, 'merge')));

    expect(ends.map(({ kind }) => kind)).toEqual(['merged', 'merged']);
    expect([await stage.show('main', 'a'), await stage.show('main', 'b')]).toEqual(['1', '2']);
  });

  it('of two that conflict, at once, brings one', async () => {
    const requests = [await stage.change('a', { x: '1\n' }), await stage.change('b', { x: '2\n' })];

    const ends = await Promise.all(requests.map((request) => stage.merge(request, 'squash')));

    expect(ends.map(({ kind }) => kind).sort()).toEqual(['conflict', 'merged']);
  });

  it('beside pushes to the same branch loses neither', async () => {
    await stage.unprotect();
    const request = await stage.change('a', { a: '1\n' });

    const [end] = await Promise.all([
      stage.merge(request, 'merge'),
      pushFiles(stage.host, { branch: 'main', files: { pushed: 'p\n' } }).catch(() => undefined),
    ]);

    expect(end.kind).toBe('merged');
    expect(await stage.show('main', 'a')).toBe('1');
  });

  it('that was killed before the branch moved has not happened', async () => {
    const request = await stage.change('a', { a: '1\n' });
    await expect(stage.kill(() => stage.merge(request, 'merge'))).rejects.toThrow('killed');

    await stage.restart();
    const after = await stage.find(request.number);
    expect([after.state, after.merging]).toEqual(['open', undefined]);
    expect((await stage.merge(request, 'merge')).kind).toBe('merged');
  });

  it('that was killed after the branch moved has happened', async () => {
    const request = await stage.change('a', { a: '1\n' });
    const { git } = await stage.host.open(path);
    const target = await stage.headOf('main');
    await expect(stage.kill(() => stage.merge(request, 'merge'))).rejects.toThrow('killed');
    const step = (
      await stage.host.shelf.request((await stage.host.open(path)).repository, request.number)
    )?.merging;
    await git.own.run(
      { arguments: ['update-ref', 'refs/heads/main', step?.commit ?? '', target] },
      never,
    );

    await stage.restart();
    const after = await stage.find(request.number);

    expect(after.state).toBe('merged');
    expect(after.merged?.commit).toBe(step?.commit);
    expect(stage.client.events).toContainEqual(expect.objectContaining({ action: 'merged' }));
  });

  it('finds what was pushed while nobody listened', async () => {
    const request = await stage.change('a', { a: '1\n' });
    const { git } = await stage.host.open(path);
    const main = await stage.headOf('main');
    await git.own.run({ arguments: ['update-ref', 'refs/heads/a', main] }, never);

    await stage.restart();

    expect((await stage.find(request.number)).sourceCommit).toBe(main);
  });
});

describe('a merge when all is green', () => {
  it('waits for the check, the approval and the thread', async () => {
    await stage.protect({ checks: ['ci'], approvals: 1, resolvedThreads: true });
    const request = await stage.change('a', { a: '1\n' });
    const { number, sourceCommit: commit } = request;
    const thread = await addNote(
      stage.host,
      path,
      { number, note: { body: 'Why?', discussion: true } },
      stage.ben,
    );
    const order = { number, commit, method: 'squash' } as const;

    expect(await mergeWhenGreen(stage.host, path, order, stage.ann)).toEqual({ kind: 'waiting' });
    await postCheck(
      stage.host,
      path,
      { commit, status: { context: 'ci', state: 'pending', description: '' } },
      stage.ben,
    );
    await postCheck(
      stage.host,
      path,
      { commit, status: { context: 'ci', state: 'passed', description: '' } },
      stage.ben,
    );
    await addReview(stage.host, path, { number, verdict: 'approved' }, stage.ben);
    expect((await stage.find(number)).state).toBe('open');
    await resolveThread(stage.host, path, { number, id: thread.id, resolved: true }, stage.ben);

    const after = await stage.find(number);
    expect(after.state).toBe('merged');
    expect(after.merged?.by).toEqual(stage.ann.user);
  });

  it('ends when it is to go elsewhere, and what was approved for there does not count here', async () => {
    await stage.protect({ approvals: 1 });
    await pushFiles(stage.host, { branch: 'trial', files: { t: '1\n' } });
    const { number, sourceCommit: commit } = await stage.change('a', { a: '1\n' });
    const retarget = (targetBranch: string) =>
      editRequest(stage.host, path, { number, edit: { targetBranch } }, stage.ann);
    await retarget('trial');
    const pending = { context: 'ci', state: 'pending', description: '' } as const;
    await postCheck(stage.host, path, { commit, status: pending }, stage.ben);
    const order = { number, commit, method: 'squash' } as const;
    expect(await mergeWhenGreen(stage.host, path, order, stage.ben)).toEqual({ kind: 'waiting' });
    await addReview(stage.host, path, { number, verdict: 'approved' }, stage.ben);

    await retarget('main');

    expect((await stage.find(number)).autoMerge).toBeUndefined();
    expect(await mergeRequest(stage.host, path, order, stage.ben)).toEqual({
      kind: 'refused',
      reason: 'It has 0 of 1 approvals.',
    });
    await addReview(stage.host, path, { number, verdict: 'approved' }, stage.ben);
    expect((await mergeRequest(stage.host, path, order, stage.ben)).kind).toBe('merged');
  });

  it('ends when the head moves', async () => {
    await stage.protect({ checks: ['ci'] });
    const { number, sourceCommit: commit } = await stage.change('a', { a: '1\n' });
    await mergeWhenGreen(stage.host, path, { number, commit, method: 'merge' }, stage.ann);

    const head = await pushFiles(stage.host, { branch: 'a', files: { a: 'slipped in\n' } });
    for (const one of [commit, head]) {
      await postCheck(
        stage.host,
        path,
        { commit: one, status: { context: 'ci', state: 'passed', description: '' } },
        stage.ben,
      );
    }

    const after = await stage.find(number);
    expect([after.state, after.autoMerge]).toEqual(['open', undefined]);
  });

  it('is not done in the name of somebody who may not write any more', async () => {
    await stage.protect({ checks: ['ci'] });
    const { number, sourceCommit: commit } = await stage.change('a', { a: '1\n' });
    await mergeWhenGreen(stage.host, path, { number, commit, method: 'merge' }, stage.ann);
    stage.client.people.grant(path, stage.ann.user, 'read');

    await postCheck(
      stage.host,
      path,
      { commit, status: { context: 'ci', state: 'passed', description: '' } },
      stage.ben,
    );

    expect((await stage.find(number)).state).toBe('open');
  });
});

/** The check `ci`, by Ben. */
async function pass(commit: string): Promise<void> {
  const status = { context: 'ci', state: 'passed', description: '' } as const;
  await postCheck(stage.host, path, { commit, status }, stage.ben);
}
