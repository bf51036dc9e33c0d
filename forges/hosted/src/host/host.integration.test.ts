import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { commitsBetween } from '@trueup/repository';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { HostedActor, HostedMergeRequest } from '../model/hosted-merge-request.ts';
import { openAnotherHost, openTestHost, path, type TestHost } from '../testing/hosted-fixture.ts';
import { actorOf, pushFiles } from '../testing/hosted-stage.ts';
import { addNote, addReview, resolveThread } from './discuss.ts';
import { editFiles } from './edit-files.ts';
import { getRequest, mergeRequest, mergeWhenGreen } from './merge-request.ts';
import { editRequest, openRequest } from './open-request.ts';
import { postCheck } from './post-status.ts';
import { changeSettings } from './protect-branches.ts';
import { readConflicts } from './read-conflicts.ts';
import { readDiff } from './read-diff.ts';
import type { RepositoryHost } from './repository-host.ts';
import { revertRequest } from './revert-request.ts';
import { takeSuggestion } from './take-suggestion.ts';

const never = new AbortController().signal;
const run = promisify(execFile);
let opened: TestHost;
let host: RepositoryHost;
let ann: HostedActor;
let ben: HostedActor;
let admin: HostedActor;

beforeEach(async () => {
  opened = await openTestHost();
  host = opened.host;
  [ann, ben, admin] = (['write', 'write', 'admin'] as const).map((permission, index) => {
    const user = opened.client.people.create(['ann', 'ben', 'root'][index] ?? '');
    opened.client.people.grant(path, user, permission);
    return actorOf(user, permission);
  }) as [HostedActor, HostedActor, HostedActor];
});
afterEach(() => opened[Symbol.asyncDispose]());

describe('a merge', () => {
  it.each(['merge', 'squash', 'fast-forward'] as const)(
    'by %s brings the change',
    async (method) => {
      const request = await change('a', { a: '1\n' });

      const end = await merge(request, method);

      expect(end.kind).toBe('merged');
      expect(await show('main', 'a')).toBe('1');
      const log = await commitsBetween(
        (await host.open(path)).git.own,
        { to: await headOf('main'), limit: 1 },
        never,
      );
      const parents = { merge: 2, squash: 1, 'fast-forward': 1 }[method];
      expect(log.commits[0]?.parents.length).toBe(parents);
    },
  );

  it('of two that touch different files, at once, brings both', async () => {
    const requests = [await change('a', { a: '1\n' }), await change('b', { b: '2\n' })];

    const ends = await Promise.all(requests.map((request) => merge(request, 'merge')));

    expect(ends.map(({ kind }) => kind)).toEqual(['merged', 'merged']);
    expect([await show('main', 'a'), await show('main', 'b')]).toEqual(['1', '2']);
  });

  it('of two that conflict, at once, brings one', async () => {
    const requests = [await change('a', { x: '1\n' }), await change('b', { x: '2\n' })];

    const ends = await Promise.all(requests.map((request) => merge(request, 'squash')));

    expect(ends.map(({ kind }) => kind).sort()).toEqual(['conflict', 'merged']);
  });

  it('beside pushes to the same branch loses neither', async () => {
    await unprotect();
    const request = await change('a', { a: '1\n' });

    const [end] = await Promise.all([
      merge(request, 'merge'),
      pushFiles(host, { branch: 'main', files: { pushed: 'p\n' } }).catch(() => undefined),
    ]);

    expect(end.kind).toBe('merged');
    expect(await show('main', 'a')).toBe('1');
  });

  it('that was killed before the branch moved has not happened', async () => {
    const request = await change('a', { a: '1\n' });
    await expect(killed(() => merge(request, 'merge'))).rejects.toThrow('killed');

    host = openAnotherHost(opened.client);
    const after = await find(request.number);
    expect([after.state, after.merging]).toEqual(['open', undefined]);
    expect((await merge(request, 'merge')).kind).toBe('merged');
    await host[Symbol.asyncDispose]();
  });

  it('that was killed after the branch moved has happened', async () => {
    const request = await change('a', { a: '1\n' });
    const { git } = await host.open(path);
    const target = await headOf('main');
    await expect(killed(() => merge(request, 'merge'))).rejects.toThrow('killed');
    const step = (await host.shelf.request((await host.open(path)).repository, request.number))
      ?.merging;
    await git.own.run(
      { arguments: ['update-ref', 'refs/heads/main', step?.commit ?? '', target] },
      never,
    );

    host = openAnotherHost(opened.client);
    const after = await find(request.number);

    expect(after.state).toBe('merged');
    expect(after.merged?.commit).toBe(step?.commit);
    expect(opened.client.events).toContainEqual(expect.objectContaining({ action: 'merged' }));
    await host[Symbol.asyncDispose]();
  });

  it('finds what was pushed while nobody listened', async () => {
    const request = await change('a', { a: '1\n' });
    const { git } = await host.open(path);
    const main = await headOf('main');
    await git.own.run({ arguments: ['update-ref', 'refs/heads/a', main] }, never);

    host = openAnotherHost(opened.client);

    expect((await find(request.number)).sourceCommit).toBe(main);
    await host[Symbol.asyncDispose]();
  });
});

describe('a merge when all is green', () => {
  it('waits for the check, the approval and the thread', async () => {
    await protect({ checks: ['ci'], approvals: 1, resolvedThreads: true });
    const request = await change('a', { a: '1\n' });
    const { number, sourceCommit: commit } = request;
    const thread = await addNote(
      host,
      path,
      { number, note: { body: 'Why?', discussion: true } },
      ben,
    );
    const order = { number, commit, method: 'squash' } as const;

    expect(await mergeWhenGreen(host, path, order, ann)).toEqual({ kind: 'waiting' });
    await postCheck(
      host,
      path,
      { commit, status: { context: 'ci', state: 'pending', description: '' } },
      ben,
    );
    await postCheck(
      host,
      path,
      { commit, status: { context: 'ci', state: 'passed', description: '' } },
      ben,
    );
    await addReview(host, path, { number, verdict: 'approved' }, ben);
    expect((await find(number)).state).toBe('open');
    await resolveThread(host, path, { number, id: thread.id, resolved: true }, ben);

    const after = await find(number);
    expect(after.state).toBe('merged');
    expect(after.merged?.by).toEqual(ann.user);
  });

  it('ends when the head moves', async () => {
    await protect({ checks: ['ci'] });
    const { number, sourceCommit: commit } = await change('a', { a: '1\n' });
    await mergeWhenGreen(host, path, { number, commit, method: 'merge' }, ann);

    const head = await pushFiles(host, { branch: 'a', files: { a: 'slipped in\n' } });
    for (const one of [commit, head]) {
      await postCheck(
        host,
        path,
        { commit: one, status: { context: 'ci', state: 'passed', description: '' } },
        ben,
      );
    }

    const after = await find(number);
    expect([after.state, after.autoMerge]).toEqual(['open', undefined]);
  });

  it('is not done in the name of somebody who may not write any more', async () => {
    await protect({ checks: ['ci'] });
    const { number, sourceCommit: commit } = await change('a', { a: '1\n' });
    await mergeWhenGreen(host, path, { number, commit, method: 'merge' }, ann);
    opened.client.people.grant(path, ann.user, 'read');

    await postCheck(
      host,
      path,
      { commit, status: { context: 'ci', state: 'passed', description: '' } },
      ben,
    );

    expect((await find(number)).state).toBe('open');
  });
});

describe('a conflict', () => {
  it('is shown with its files and hunks', async () => {
    await pushFiles(host, { branch: 'main', files: { both: 'one\ntwo\nthree\n', bin: 'a\0' } });
    const request = await change('a', { both: 'one\nTHEIRS\nthree\n', bin: 'b\0', fine: '1' });
    await unprotect();
    await pushFiles(host, { branch: 'main', files: { both: 'one\nOURS\nthree\n', bin: 'c\0' } });

    const { kind, files } = await readConflicts(host, path, request.number, never);

    expect(kind).toBe('conflicts');
    expect(files).toEqual([
      { path: 'bin' },
      {
        path: 'both',
        hunks: [{ line: 2, target: 'OURS\n', base: 'two\n', source: 'THEIRS\n' }],
      },
    ]);
    expect((await merge(request, 'merge')).kind).toBe('conflict');
  });
});

describe('a diff', () => {
  it('is of what the branch changes, page by page', async () => {
    const files = { a: '1\n', 'b c': 'diff --git a/x b/x\n', z: 'x\0y', gone: undefined };
    await pushFiles(host, { branch: 'main', files: { gone: 'was here\n' } });
    const request = await change('a', files);
    await pushFiles(host, { branch: 'main', files: { later: 'not of it\n' } });
    const { number } = request;

    const first = await readDiff(host, path, { number, limit: 2 }, never);
    const second = await readDiff(host, path, { number, limit: 2, after: first.next ?? '' }, never);

    expect(first.items).toEqual([
      { path: 'a', kind: 'added', patch: '@@ -0,0 +1 @@\n+1\n' },
      { path: 'b c', kind: 'added', patch: '@@ -0,0 +1 @@\n+diff --git a/x b/x\n' },
    ]);
    expect(second.items).toEqual([
      { path: 'gone', kind: 'removed', patch: '@@ -1 +0,0 @@\n-was here\n' },
      { path: 'z', kind: 'added', patch: '' },
    ]);
    expect(second.next).toBeUndefined();
  });
});

describe('a revert', () => {
  it.each(['merge', 'squash', 'fast-forward'] as const)(
    'takes back what a %s brought, and nothing that came since',
    async (method) => {
      await pushFiles(host, { branch: 'main', files: { a: 'old\n' } });
      const request = await change('change', { a: 'new\n', b: 'added\n' });
      await merge(request, method);
      await pushFiles(host, { branch: 'main', files: { c: 'later\n' } });

      const revert = await revertRequest(host, path, request.number, ann);
      expect(revert).toMatchObject({ title: 'Revert "Change change"', targetBranch: 'main' });
      await merge(revert, 'merge');

      expect([await show('main', 'a'), await show('main', 'c')]).toEqual(['old', 'later']);
      await expect(show('main', 'b')).rejects.toThrow();
    },
  );

  it('is refused where later changes stand in the way, and for what is not merged', async () => {
    const request = await change('change', { a: 'new\n' });
    await expect(revertRequest(host, path, request.number, ann)).rejects.toMatchObject({
      code: 'FORGE_CONFLICT',
    });
    await merge(request, 'squash');
    await pushFiles(host, { branch: 'main', files: { a: 'changed again\n' } });

    await expect(revertRequest(host, path, request.number, ann)).rejects.toThrow('later changes');
  });
});

describe('an edit without a clone', () => {
  it('commits to a branch, new or there, and moves its merge request', async () => {
    const request = await change('a', { a: '1\n' });
    const edit = { branch: 'a', message: 'Edit', files: [{ path: 'a', content: '2\n' }] };

    const { commit } = await editFiles(host, path, edit, ann);
    await editFiles(host, path, { ...edit, branch: 'new', from: 'main' }, ann);

    expect((await find(request.number)).sourceCommit).toBe(commit);
    expect([await show('a', 'a'), await show('new', 'a')]).toEqual(['2', '2']);
  });

  it('is refused on a protected branch, on a head that moved, and where nothing changes', async () => {
    await change('a', { a: '1\n' });
    const edit = { message: 'Edit', files: [{ path: 'a', content: '1\n' }] };
    const expected = await headOf('main');

    for (const place of [{ branch: 'main' }, { branch: 'a', expected }, { branch: 'a' }]) {
      await expect(editFiles(host, path, { ...edit, ...place }, ann)).rejects.toMatchObject({
        code: 'FORGE_CONFLICT',
      });
    }
    const outside = { ...edit, branch: 'a', files: [{ path: '../x', content: '' }] };
    await expect(editFiles(host, path, outside, ann)).rejects.toMatchObject({
      code: 'REPOSITORY_PATH_INVALID',
    });
  });
});

describe('a suggestion', () => {
  it('is committed, and its thread resolved', async () => {
    const { number, sourceCommit: commit } = await change('a', { f: 'one\ntwo\n' });
    const place = { path: 'f', line: 2, commit };
    const body = '```suggestion\nTWO\n```';
    const { id } = await addNote(host, path, { number, note: { body, place } }, ben);

    await takeSuggestion(host, path, { number, id }, ann);

    expect(await show('a', 'f')).toBe('one\nTWO');
    const { repository } = await host.open(path);
    expect((await host.shelf.note({ repository, number }, id))?.resolved?.by).toEqual(ann.user);
    await expect(takeSuggestion(host, path, { number, id }, ann)).rejects.toMatchObject({
      code: 'FORGE_CONFLICT',
    });
  });
});

describe('a member', () => {
  it('who may only read changes nothing', async () => {
    const { number, sourceCommit: commit } = await change('a', { a: '1\n' });
    const reader = actorOf(opened.client.people.create('reader'), 'read');
    const edit = { branch: 'a', message: 'x', files: [{ path: 'a', content: '' }] };
    const status = { context: 'ci', state: 'passed', description: '' } as const;

    for (const attempt of [
      () => mergeRequest(host, path, { number, commit, method: 'merge' }, reader),
      () => editRequest(host, path, { number, edit: { title: 'x' } }, reader),
      () => editFiles(host, path, edit, reader),
      () => postCheck(host, path, { commit, status }, reader),
      () => changeSettings(host, path, { protections: [] }, ann),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'FORGE_FORBIDDEN' });
    }
  });

  it('posts no check in the name of Trueup', async () => {
    const { sourceCommit: commit } = await change('a', { a: '1\n' });
    const status = { context: 'trueup/approval', state: 'passed', description: '' } as const;

    await expect(postCheck(host, path, { commit, status }, admin)).rejects.toMatchObject({
      code: 'FORGE_REQUEST_INVALID',
    });
  });
});

async function change(
  branch: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<HostedMergeRequest> {
  await pushFiles(host, { branch, files });
  const request = {
    sourceBranch: branch,
    targetBranch: 'main',
    title: `Change ${branch}`,
    body: '',
  };
  return await openRequest(host, path, request, ann);
}

function merge(
  { number, sourceCommit: commit }: HostedMergeRequest,
  method: 'merge' | 'squash' | 'fast-forward',
) {
  return mergeRequest(host, path, { number, commit, method }, ben);
}

async function find(number: number): Promise<HostedMergeRequest> {
  return await getRequest(host, await host.open(path), number);
}

async function headOf(branch: string): Promise<string> {
  return (await host.open(path)).git.heads.get(branch) ?? '';
}

async function show(branch: string, file: string): Promise<string> {
  const { git } = await host.open(path);
  const { stdout } = await run('git', ['-C', git.own.path, 'show', `${branch}:${file}`]);
  return stdout.trimEnd();
}

async function protect(rest: object): Promise<void> {
  const protection = { pattern: 'main', checks: [], approvals: 0, resolvedThreads: false, ...rest };
  await changeSettings(host, path, { protections: [protection] }, admin);
}

async function unprotect(): Promise<void> {
  await changeSettings(host, path, { protections: [] }, admin);
}

/** The process is gone right after its first batch: nothing that comes then happens. */
async function killed(work: () => Promise<unknown>): Promise<void> {
  opened.client.onCommit = () => {
    opened.client.onCommit = undefined;
    throw new Error('killed');
  };
  await work();
}
