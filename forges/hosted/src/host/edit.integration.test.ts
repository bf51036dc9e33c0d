import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { path } from '../testing/hosted-fixture.ts';
import { pushFiles } from '../testing/hosted-stage.ts';
import { MergeStage } from '../testing/merge-stage.ts';
import { addNote, editNote } from './discuss.ts';
import { editFiles } from './edit-files.ts';
import { notePush } from './follow-heads.ts';
import { mergeRequest } from './merge-request.ts';
import { editRequest } from './open-request.ts';
import { postCheck } from './post-status.ts';
import { changeSettings } from './protect-branches.ts';
import { readConflicts } from './read-conflicts.ts';
import { readDiff } from './read-diff.ts';
import { resolveConflicts } from './resolve-conflicts.ts';
import { revertRequest } from './revert-request.ts';
import { takeSuggestion } from './take-suggestion.ts';

const never = new AbortController().signal;
let stage: MergeStage;

beforeEach(async () => {
  stage = await MergeStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('a conflict', () => {
  it('is shown with its files and hunks', async () => {
    await pushFiles(stage.host, {
      branch: 'main',
      files: { both: 'one\ntwo\nthree\n', bin: 'a\0' },
    });
    const request = await stage.change('a', {
      both: 'one\nTHEIRS\nthree\n',
      bin: 'b\0',
      fine: '1',
    });
    await stage.unprotect();
    await pushFiles(stage.host, {
      branch: 'main',
      files: { both: 'one\nOURS\nthree\n', bin: 'c\0' },
    });

    const { kind, files } = await readConflicts(stage.host, path, request.number, never);

    expect(kind).toBe('conflicts');
    expect(files).toMatchObject([
      { path: 'bin' },
      {
        path: 'both',
        hunks: [{ line: 2, target: 'OURS\n', base: 'two\n', source: 'THEIRS\n' }],
      },
    ]);
    expect((await stage.merge(request, 'merge')).kind).toBe('conflict');
  });
});

describe('solving a conflict', () => {
  const both = (line: string): string => `one\n${line}\nthree\n`;

  async function conflicting(): Promise<{ number: number; source: string; target: string }> {
    const first = { both: both('two'), gone: 'a\n', bin: 'a\0' };
    await pushFiles(stage.host, { branch: 'main', files: first });
    const theirs = { both: both('THEIRS'), gone: undefined, bin: 'b\0', fine: '1' };
    const { number } = await stage.change('a', theirs);
    await stage.unprotect();
    const ours = { both: both('OURS'), gone: 'b\n', bin: 'c\0', later: 'kept\n' };
    await pushFiles(stage.host, { branch: 'main', files: ours });
    const { heads } = await readConflicts(stage.host, path, number, never);
    return { number, source: heads?.source ?? '', target: heads?.target ?? '' };
  }

  const files = [
    { path: 'both', content: both('BOTH') },
    { path: 'gone', keep: 'source' },
    { path: 'bin', keep: 'target' },
  ] as const;

  it('makes a merge commit with what was solved, and all else of both sides', async () => {
    const place = await conflicting();

    const { commit } = await resolveConflicts(stage.host, path, { ...place, files }, stage.ann);

    const names = ['both', 'gone', 'bin', 'fine', 'later'];
    const { git } = await stage.host.open(path);
    const texts = await Promise.all(
      names.map(async (name) => (await git.read(commit, name))?.toString()),
    );
    expect(texts).toEqual([both('BOTH'), undefined, 'c\0', '1', 'kept\n']);
    expect(await git.isAncestor(place.target, commit)).toBe(true);
    expect(await git.isAncestor(place.source, commit)).toBe(true);
    expect((await stage.find(place.number)).sourceCommit).toBe(commit);
    expect((await readConflicts(stage.host, path, place.number, never)).kind).toBe('merges');
  });

  it('removes nothing that it cannot keep as it is', async () => {
    const place = await conflicting();
    const { git } = await stage.host.open(path);
    const run = async (words: readonly string[], input = ''): Promise<string> => {
      const { stdout } = await git.own.run({ arguments: words, input }, never);
      return stdout.toString();
    };
    const linked = (await run(['ls-tree', place.source])).replace(/100644(?=.*\tbin\n)/, '120000');
    const [tree, parents] = [(await run(['mktree'], linked)).trim(), [place.source]];
    const person = { name: 'Ann', email: 'ann@example.com' };
    const at = '2026-01-01T00:00:00Z';
    const source = await git.commit({ tree, parents, message: 'Link', author: person, at });
    await git.moveBranch('a', source, place.source);
    await notePush(stage.host, path, stage.ann.user);
    const solved = files.map((file) =>
      file.path === 'bin' ? { path: 'bin', keep: 'source' as const } : file,
    );
    const { files: named } = await readConflicts(stage.host, path, place.number, never);
    const own = named.map(
      (file) =>
        solved.find((one) => one.path === file.path) ?? {
          path: file.path,
          keep: 'source' as const,
        },
    );

    const solving = resolveConflicts(stage.host, path, { ...place, source, files: own }, stage.ann);

    await expect(solving).rejects.toMatchObject({ code: 'FORGE_CONFLICT' });
    expect(await stage.headOf('a')).toBe(source);
  });

  it('is refused while a file is left out or holds marks, and for heads that moved', async () => {
    const place = await conflicting();
    const solve = (change: object) =>
      resolveConflicts(stage.host, path, { ...place, files, ...change }, stage.ann);
    const { files: shown } = await readConflicts(stage.host, path, place.number, never);
    const marked = shown.find((file) => file.path === 'both')?.text ?? '';
    expect(marked).toMatch(/<<<<<<< .*OURS.*=======.*THEIRS.*>>>>>>> /s);

    const invalid = { code: 'FORGE_REQUEST_INVALID' };
    await expect(solve({ files: files.slice(1) })).rejects.toMatchObject(invalid);
    const other = [...files, { path: 'fine', keep: 'source' }];
    await expect(solve({ files: other })).rejects.toMatchObject(invalid);
    const unsolved = [{ path: 'both', content: marked }, ...files.slice(1)];
    await expect(solve({ files: unsolved })).rejects.toMatchObject(invalid);
    const moved = { code: 'FORGE_CONFLICT' };
    await expect(solve({ target: place.source })).rejects.toMatchObject(moved);
    expect((await stage.find(place.number)).sourceCommit).toBe(place.source);
  });
});

describe('a diff', () => {
  it('is of what the branch changes, page by page', async () => {
    const files = { a: '1\n', 'b c': 'diff --git a/x b/x\n', z: 'x\0y', gone: undefined };
    await pushFiles(stage.host, { branch: 'main', files: { gone: 'was here\n' } });
    const request = await stage.change('a', files);
    await pushFiles(stage.host, { branch: 'main', files: { later: 'not of it\n' } });
    const { number } = request;

    const first = await readDiff(stage.host, path, { number, limit: 2 }, never);
    const second = await readDiff(
      stage.host,
      path,
      { number, limit: 2, after: first.next ?? '' },
      never,
    );

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
      await pushFiles(stage.host, { branch: 'main', files: { a: 'old\n' } });
      const request = await stage.change('change', { a: 'new\n', b: 'added\n' });
      await stage.merge(request, method);
      await pushFiles(stage.host, { branch: 'main', files: { c: 'later\n' } });

      const revert = await revertRequest(stage.host, path, request.number, stage.ann);
      expect(revert).toMatchObject({ title: 'Revert "Change change"', targetBranch: 'main' });
      await stage.merge(revert, 'merge');

      expect([await stage.show('main', 'a'), await stage.show('main', 'c')]).toEqual([
        'old',
        'later',
      ]);
      await expect(stage.show('main', 'b')).rejects.toThrow();
    },
  );

  it('is refused where later changes stand in the way, and for what is not merged', async () => {
    const request = await stage.change('change', { a: 'new\n' });
    await expect(revertRequest(stage.host, path, request.number, stage.ann)).rejects.toMatchObject({
      code: 'FORGE_CONFLICT',
    });
    await stage.merge(request, 'squash');
    await pushFiles(stage.host, { branch: 'main', files: { a: 'changed again\n' } });

    await expect(revertRequest(stage.host, path, request.number, stage.ann)).rejects.toThrow(
      'later changes',
    );
  });
});

describe('an edit without a clone', () => {
  it('commits to a branch, new or there, and moves its merge request', async () => {
    const request = await stage.change('a', { a: '1\n' });
    const edit = { branch: 'a', message: 'Edit', files: [{ path: 'a', content: '2\n' }] };

    const { commit } = await editFiles(stage.host, path, edit, stage.ann);
    await editFiles(stage.host, path, { ...edit, branch: 'new', from: 'main' }, stage.ann);

    expect((await stage.find(request.number)).sourceCommit).toBe(commit);
    expect([await stage.show('a', 'a'), await stage.show('new', 'a')]).toEqual(['2', '2']);
  });

  it('begins a branch at the commit that was read, so that nobody`s change is taken back', async () => {
    const read = await pushFiles(stage.host, { branch: 'main', files: { b: '1\n' } });
    await pushFiles(stage.host, { branch: 'main', files: { b: '2\n' } });
    const files = [{ path: 'a', content: 'mine\n' }];

    const order = { branch: 'new', from: read, message: 'Edit', files };
    const { commit } = await editFiles(stage.host, path, order, stage.ann);

    const { git } = await stage.host.open(path);
    expect((await git.read(commit, 'b'))?.toString()).toBe('1\n');
    const unknown = { ...order, branch: 'other', from: 'f'.repeat(40) };
    await expect(editFiles(stage.host, path, unknown, stage.ann)).rejects.toMatchObject({
      code: 'FORGE_NOT_FOUND',
    });
  });

  it('is refused on a protected branch, on a head that moved, and where nothing changes', async () => {
    await stage.change('a', { a: '1\n' });
    const edit = { message: 'Edit', files: [{ path: 'a', content: '1\n' }] };
    const expected = await stage.headOf('main');

    for (const place of [{ branch: 'main' }, { branch: 'a', expected }, { branch: 'a' }]) {
      await expect(
        editFiles(stage.host, path, { ...edit, ...place }, stage.ann),
      ).rejects.toMatchObject({
        code: 'FORGE_CONFLICT',
      });
    }
    const outside = { ...edit, branch: 'a', files: [{ path: '../x', content: '' }] };
    await expect(editFiles(stage.host, path, outside, stage.ann)).rejects.toMatchObject({
      code: 'REPOSITORY_PATH_INVALID',
    });
  });
});

describe('a suggestion', () => {
  it('is committed, and its thread resolved', async () => {
    const { number, sourceCommit: commit } = await stage.change('a', { f: 'one\ntwo\n' });
    const place = { path: 'f', line: 2, commit };
    const body = '```suggestion\nTWO\n```';
    const { id } = await addNote(stage.host, path, { number, note: { body, place } }, stage.ben);

    await takeSuggestion(stage.host, path, { number, id, shown: { body, commit } }, stage.ann);

    expect(await stage.show('a', 'f')).toBe('one\nTWO');
    const { repository } = await stage.host.open(path);
    expect((await stage.host.shelf.note({ repository, number }, id))?.resolved?.by).toEqual(
      stage.ann.user,
    );
    const again = takeSuggestion(
      stage.host,
      path,
      { number, id, shown: { body, commit } },
      stage.ann,
    );
    await expect(again).rejects.toMatchObject({ code: 'FORGE_CONFLICT' });
  });

  it('is not committed once it says another thing, or is about other lines, than was shown', async () => {
    const { number, sourceCommit: commit } = await stage.change('a', { f: 'one\ntwo\n' });
    const place = { path: 'f', line: 2, commit };
    const body = '```suggestion\nTWO\n```';
    const { id } = await addNote(stage.host, path, { number, note: { body, place } }, stage.ben);
    const evil = '```suggestion\nEVIL\n```';
    await editNote(stage.host, path, { number, id, body: evil }, stage.ben);
    const other = await stage.headOf('main');

    for (const shown of [
      { body, commit },
      { body: evil, commit: other },
    ]) {
      const taking = takeSuggestion(stage.host, path, { number, id, shown }, stage.ann);
      await expect(taking).rejects.toThrow('another one than was shown');
    }
    expect(await stage.show('a', 'f')).toBe('one\ntwo');
  });
});

describe('a member', () => {
  it('who may only read changes nothing', async () => {
    const { number, sourceCommit: commit } = await stage.change('a', { a: '1\n' });
    const reader = stage.admit('reader', 'read');
    const edit = { branch: 'a', message: 'x', files: [{ path: 'a', content: '' }] };
    const status = { context: 'ci', state: 'passed', description: '' } as const;

    for (const attempt of [
      () => mergeRequest(stage.host, path, { number, commit, method: 'merge' }, reader),
      () => editRequest(stage.host, path, { number, edit: { title: 'x' } }, reader),
      () => editFiles(stage.host, path, edit, reader),
      () => postCheck(stage.host, path, { commit, status }, reader),
      () => changeSettings(stage.host, path, { protections: [] }, stage.ann),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'FORGE_FORBIDDEN' });
    }
  });

  it('posts no check in the name of Trueup', async () => {
    const { sourceCommit: commit } = await stage.change('a', { a: '1\n' });
    const status = { context: 'trueup/approval', state: 'passed', description: '' } as const;

    await expect(
      postCheck(stage.host, path, { commit, status }, stage.admin),
    ).rejects.toMatchObject({
      code: 'FORGE_REQUEST_INVALID',
    });
  });
});
