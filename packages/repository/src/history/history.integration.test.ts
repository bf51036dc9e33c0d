import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRevision } from '../files/revision-files.ts';
import { mergeRevisions } from '../merge/merge-revisions.ts';
import type { Mirror } from '../mirror/open-mirror.ts';
import { openTestMirror } from '../testing/test-mirror.ts';
import { openTestRemote, type TestCommit, type TestRemote } from '../testing/test-remote.ts';
import { blameLine } from './blame-line.ts';
import { commitsBetween } from './commits-between.ts';
import { compareRevisions } from './compare-revisions.ts';

const never = new AbortController().signal;
let resources: AsyncDisposableStack;
let remote: TestRemote;
let mirror: Mirror;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  remote = resources.use(await openTestRemote());
  mirror = resources.use(await openTestMirror(remote.url)).mirror;
});
afterEach(() => resources.disposeAsync());

describe('compareRevisions', () => {
  it('lists the files that differ, whatever their names', async () => {
    const [one, two] = await commits(
      { files: { 'a\n"b"': '1', 'x/y': '1', z: '1', same: '1' } },
      { files: { 'a\n"b"': '2', 'x/y': null, z: { program: '1' }, '-n': 'new' } },
    );

    expect(await compareRevisions(mirror, one, two, never)).toEqual([
      { path: '-n', kind: 'added' },
      { path: 'a\n"b"', kind: 'changed' },
      { path: 'x/y', kind: 'removed' },
      { path: 'z', kind: 'changed' },
    ]);
    expect(await compareRevisions(mirror, two, two, never)).toEqual([]);
    expect(await compareRevisions(mirror, undefined, one, never)).toHaveLength(4);
  });

  it('takes no options for revisions', async () => {
    await expect(compareRevisions(mirror, undefined, '--output=x', never)).rejects.toThrow('id');
  });
});

describe('commitsBetween', () => {
  it('tells who, when and what, newest first', async () => {
    const [one, two, three] = await commits(
      { files: { a: '1' } },
      {
        files: { a: '2' },
        author: 'Ümit \u0001 <u@example.com>',
        message: 'two\nlines\n\nbody',
        at: 1_700_000_000,
      },
      { files: { a: '3' }, message: '' },
    );

    const { commits: found, more } = await commitsBetween(
      mirror,
      { from: one, to: three, limit: 10 },
      never,
    );

    expect(more).toBe(false);
    expect(found.map(({ revision }) => revision)).toEqual([three, two]);
    expect(found[1]).toEqual({
      revision: two,
      parents: [one],
      author: { name: 'Ümit \u0001', email: 'u@example.com' },
      authoredAt: '2023-11-14T22:13:20.000Z',
      committer: { name: 'Bob', email: 'bob@example.com' },
      committedAt: '2023-11-14T22:13:20.000Z',
      summary: 'two lines',
    });
  });

  it('is bounded, and says so', async () => {
    const revisions = await commits(
      { files: { a: '1' } },
      { files: { a: '2' } },
      { files: { a: '3' } },
    );
    const to = revisions.at(-1) ?? '';

    const found = await commitsBetween(mirror, { to, limit: 2 }, never);

    expect(found).toMatchObject({ more: true, commits: [{ revision: to }, {}] });
    expect(await commitsBetween(mirror, { from: to, to, limit: 2 }, never)).toEqual({
      commits: [],
      more: false,
    });
  });

  it.each(['from', 'to'] as const)('says so where `%s` is not there', async (end) => {
    const [only = ''] = await commits({ files: { a: '1' } });
    const range = { from: only, to: only, limit: 2, [end]: 'f'.repeat(40) };

    await expect(commitsBetween(mirror, range, never)).rejects.toMatchObject({
      family: 'stalled',
      code: 'REPOSITORY_REVISION_MISSING',
    });
  });
});

describe('blameLine', () => {
  it('names who wrote a line last', async () => {
    const [one, two] = await commits(
      { files: { 'a\tb': 'one\ntwo\n' }, author: 'Ann <ann@example.com>', message: 'begin' },
      { files: { 'a\tb': 'one\nTWO\n' }, author: 'Bea <bea@example.com>', message: 'shout' },
    );

    expect(await blameLine(mirror, { revision: two, file: 'a\tb', line: 2 }, never)).toMatchObject({
      revision: two,
      author: { name: 'Bea', email: 'bea@example.com' },
      summary: 'shout',
      file: 'a\tb',
      line: 2,
    });
    expect(await blameLine(mirror, { revision: two, file: 'a\tb', line: 1 }, never)).toMatchObject({
      revision: one,
      author: { name: 'Ann' },
      authoredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it('follows a renamed file', async () => {
    const content = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    const [one, two] = await commits(
      { files: { old: content } },
      { files: { old: null, new: content } },
    );

    expect(await blameLine(mirror, { revision: two, file: 'new', line: 3 }, never)).toMatchObject({
      revision: one,
      file: 'old',
    });
  });

  it.each([
    ['a missing file', 'b', 1],
    ['a missing line', 'a', 3],
    ['line 0', 'a', 0],
    ['a file that looks like an option', '--help', 1],
    ['a path out of the repository', '../a', 1],
  ])('answers undefined to %s', async (_name, file, line) => {
    const [revision] = await commits({ files: { a: '1\n' } });

    expect(await blameLine(mirror, { revision, file, line }, never)).toBeUndefined();
  });
});

describe('mergeRevisions', () => {
  it('gives a revision that can be read like any other, always the same', async () => {
    const [base] = await commits({ files: { a: '1', b: '1' } });
    const [one] = await commits({ files: { a: '2' }, branch: 'one', parent: base });
    const [two] = await commits({ files: { b: '2' }, branch: 'two', parent: base });

    const result = await mergeRevisions(mirror, one, two, never);
    const again = await mergeRevisions(mirror, one, two, never);

    expect(again).toEqual(result);
    const revision = result.kind === 'merged' ? result.revision : '';
    const files = await openRevision(mirror, revision, never);
    expect([String(await files.read('a')), String(await files.read('b'))]).toEqual(['2', '2']);
    expect(
      await commitsBetween(mirror, { from: one, to: revision, limit: 5 }, never),
    ).toMatchObject({
      commits: expect.arrayContaining([expect.objectContaining({ revision: two })]),
    });
  });

  it('names the files in conflict', async () => {
    const [base] = await commits({ files: { 'ü x': '1', b: '1', c: '1' } });
    const [one] = await commits({ files: { 'ü x': '2', b: null }, branch: 'one', parent: base });
    const [two] = await commits({
      files: { 'ü x': '3', b: '2', c: '2' },
      branch: 'two',
      parent: base,
    });

    expect(await mergeRevisions(mirror, one, two, never)).toEqual({
      kind: 'conflicts',
      files: ['b', 'ü x'],
    });
  });

  it('tells histories that have nothing in common', async () => {
    const [one] = await commits({ files: { a: '1' }, branch: 'one' });
    const [two] = await commits({ files: { a: '2' }, branch: 'two', orphan: true });

    expect(await mergeRevisions(mirror, one, two, never)).toEqual({ kind: 'unrelated' });
  });

  it('runs no merge driver that the repository asks for', async () => {
    const attributes = { '.gitattributes': '* merge=evil\n' };
    const [base] = await commits({ files: { a: '1', ...attributes } });
    const [one] = await commits({ files: { a: '2' }, branch: 'one', parent: base });
    const [two] = await commits({ files: { a: '3' }, branch: 'two', parent: base });

    expect(await mergeRevisions(mirror, one, two, never)).toEqual({
      kind: 'conflicts',
      files: ['a'],
    });
  });
});

/** In this order, and fetched. As many as asked for, at least one. */
async function commits(...list: readonly TestCommit[]): Promise<[string, string, string]> {
  const revisions: string[] = [];
  for (const commit of list) revisions.push(await remote.commit(commit));
  await mirror.fetch(never);
  return revisions as [string, string, string];
}
