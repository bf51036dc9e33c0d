import { describe, expect, it } from 'vitest';

import { openRevision } from '../files/revision-files.ts';
import { mergeRevisions } from '../merge/merge-revisions.ts';
import { openTestMirror } from '../testing/test-mirror.ts';
import { openTestRemote } from '../testing/test-remote.ts';
import { bringRevision } from './bring-revision.ts';

const signal = new AbortController().signal;
const ref = 'refs/pull/7/head';
const mirror = { refspecs: ['refs/heads/main:refs/heads/main'] };

describe('bringRevision', () => {
  it('fetches what no followed branch leads to, so that it can be merged and read', async () => {
    await using remote = await openTestRemote();
    const base = await remote.commit({ files: { 'a.txt': 'one' } });
    const head = await remote.commit({ branch: 'topic', parent: base, files: { 'b.txt': 'two' } });
    await remote.git('update-ref', ref, head);
    await remote.git('update-ref', '-d', 'refs/heads/topic');
    await using test = await openTestMirror(remote.url, { mirror });
    await test.mirror.fetch(signal);

    expect(await bringRevision(test.mirror, { ref, revision: head }, signal)).toBe(true);

    const merged = await mergeRevisions(test.mirror, base, head, signal);
    expect(merged.kind).toBe('merged');
    const files = await openRevision(test.mirror, head, signal);
    expect(Buffer.from((await files.read('b.txt')) ?? []).toString()).toBe('two');
    const refs = await test.mirror.run(
      { arguments: ['for-each-ref', '--format=%(refname)'] },
      signal,
    );
    expect(refs.stdout.toString().trim().split('\n')).toEqual([
      'refs/heads/main',
      `refs/kept/${head}`,
    ]);
  });

  it('needs no remote for what is there, and is harmless when repeated', async () => {
    await using remote = await openTestRemote();
    const head = await remote.commit({ files: { 'a.txt': 'one' } });
    await using test = await openTestMirror(remote.url, { mirror });
    await test.mirror.fetch(signal);

    expect(await bringRevision(test.mirror, { ref, revision: head }, signal)).toBe(true);
    expect(await bringRevision(test.mirror, { ref, revision: head }, signal)).toBe(true);
  });

  it('says when the ref leads elsewhere by now, or is gone', async () => {
    await using remote = await openTestRemote();
    const base = await remote.commit({ files: { 'a.txt': 'one' } });
    await remote.git('update-ref', ref, base);
    await using test = await openTestMirror(remote.url, { mirror });
    await test.mirror.fetch(signal);
    const revision = 'e'.repeat(40);

    expect(await bringRevision(test.mirror, { ref, revision }, signal)).toBe(false);
    expect(await bringRevision(test.mirror, { ref: 'refs/pull/8/head', revision }, signal)).toBe(
      false,
    );
  });

  it.each([
    '--upload-pack=touch /tmp/x',
    'refs/pull/../../x',
    'refs/heads/a b',
    'refs/x',
    'HEAD',
    'refs/pull/-x/head',
  ])('takes no %j for a ref', async (hostile) => {
    await using remote = await openTestRemote();
    await using test = await openTestMirror(remote.url, { mirror });

    const request = { ref: hostile, revision: 'e'.repeat(40) };
    await expect(bringRevision(test.mirror, request, signal)).rejects.toThrow(/^A ref begins/);
  });
});
