import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { path } from '../testing/hosted-fixture.ts';
import { pushFiles } from '../testing/hosted-stage.ts';
import { MergeStage } from '../testing/merge-stage.ts';
import { listBranches, listHistory, readPath } from './browse.ts';
import { editFiles } from './edit-files.ts';

const never = new AbortController().signal;
let stage: MergeStage;

beforeEach(async () => {
  stage = await MergeStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

const at = (place: string, revision?: string) =>
  readPath(stage.host, path, { path: place, ...(revision && { revision }) }, never);

describe('a folder', () => {
  it('is shown with its folders first, at a branch or a commit', async () => {
    const commit = await pushFiles(stage.host, {
      branch: 'topic',
      files: { 'b/c/deep.txt': '1', 'a.txt': '2', 'ünï <b>.txt': '3' },
    });

    const root = await at('', 'topic');
    const folder = await at('b', commit);

    expect(root).toMatchObject({ path: '', branch: 'topic', commit });
    const { entries } = root.content as { entries: readonly { name: string }[] };
    expect(entries.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['b', 'a.txt', 'ünï <b>.txt']),
    );
    expect(entries[0]?.name).toBe('b');
    expect(folder.branch).toBeUndefined();
    expect(folder.content).toEqual({
      kind: 'folder',
      entries: [{ name: 'c', kind: 'folder' }],
      more: false,
    });
  });

  it('is a commit by its id, whatever branches are called so', async () => {
    const shown = await pushFiles(stage.host, { branch: 'topic', files: { f: 'one' } });
    const other = await pushFiles(stage.host, { branch: 'other', files: { f: 'two' } });
    const { git } = await stage.host.open(path);
    await git.own.run({ arguments: ['update-ref', `refs/heads/${shown}`, other] }, never);
    await git.refresh();

    expect(await at('f', shown)).toMatchObject({ commit: shown, content: { text: 'one' } });
    const files = [{ path: 'g', content: '3' }];
    const edit = { branch: 'from-commit', from: shown, message: 'It', files };
    await editFiles(stage.host, path, edit, stage.ann);
    expect(await stage.show('from-commit', 'f')).toBe('one');
  });

  it('is found nowhere else', async () => {
    for (const odd of ['../..', 'a/../b', '/etc/passwd', 'a//b', './a', 'a\0b']) {
      await expect(at(odd)).rejects.toMatchObject({ code: 'FORGE_REQUEST_INVALID' });
    }
    for (const gone of ['none', 'none/deep', '.git/config']) {
      await expect(at(gone)).rejects.toMatchObject({ code: 'FORGE_NOT_FOUND' });
    }
    for (const revision of ['none', '--output=x', 'f'.repeat(40), 'HEAD', 'main~1', '@{-1}']) {
      await expect(at('', revision)).rejects.toMatchObject({ code: 'FORGE_NOT_FOUND' });
    }
  });
});

describe('a file', () => {
  const files: readonly (readonly [name: string, content: string | Buffer, shown: object])[] = [
    ['plain', 'a: 1\r\nb: ü\n', { kind: 'text', size: 12, text: 'a: 1\r\nb: ü\n' }],
    ['mark', '\ufeffa\n', { kind: 'text', size: 5, text: '\ufeffa\n' }],
    ['empty', '', { kind: 'text', size: 0, text: '' }],
    ['zeros', 'a\0b', { kind: 'binary', size: 3 }],
    ['long', 'x'.repeat(1024 * 1024 + 1), { kind: 'large', size: 1024 * 1024 + 1 }],
    [
      'pointer',
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`,
      { kind: 'lfs', oid: `sha256:${'a'.repeat(64)}`, size: 12_345 },
    ],
  ];

  it.each(files)('is shown as what it is: %s', async (name, content, shown) => {
    await pushFiles(stage.host, { branch: 'topic', files: { [name]: `${content}` } });

    expect((await at(name, 'topic')).content).toEqual(shown);
  });
});

describe('the history', () => {
  it('is of a path, page by page, and stays where it began', async () => {
    for (const content of ['1', '2', '3']) {
      await pushFiles(stage.host, { branch: 'topic', files: { '*.txt': content } });
      await pushFiles(stage.host, { branch: 'topic', files: { 'other.txt': content } });
    }
    const place = { path: '*.txt', revision: 'topic', limit: 2 };

    const first = await listHistory(stage.host, path, place, never);
    await pushFiles(stage.host, { branch: 'topic', files: { '*.txt': '4' } });
    const after = { ...place, after: first.next ?? '' };
    const second = await listHistory(stage.host, path, after, never);

    // Not of `other.txt`: a name is no pattern.
    expect([first.items.length, second.items.length]).toEqual([2, 1]);
    expect(second.next).toBeUndefined();
    expect(first.items[0]).toMatchObject({
      author: { login: 'Dev', email: 'dev@example.com' },
      summary: 'Change topic',
    });
    const commits = [...first.items, ...second.items].map(({ commit }) => commit);
    expect(new Set(commits).size).toBe(3);
  });

  it('begins where a page ended, and nowhere else', async () => {
    const strange = { path: '', limit: 1, after: '--all:1' };

    const refused = listHistory(stage.host, path, strange, never);

    await expect(refused).rejects.toMatchObject({ code: 'FORGE_REQUEST_INVALID' });
  });
});

describe('branches', () => {
  it('are listed with the default one first, and with what is protected', async () => {
    await pushFiles(stage.host, { branch: 'a-topic', files: { x: '1' } });

    const branches = await listBranches(stage.host, path);

    expect(
      branches.map(({ name, isDefault, isProtected }) => [name, isDefault, isProtected]),
    ).toEqual([
      ['main', true, true],
      ['a-topic', false, false],
    ]);
  });
});
