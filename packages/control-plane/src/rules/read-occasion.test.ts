import { noMergeRequest, type RenderRecord } from '@trueup/engine';
import { describe, expect, it } from 'vitest';

import { FakeGitRepository, type PushedFiles } from '../testing/fake-git-repository.ts';
import { type OccasionRequest, readOccasion } from './read-occasion.ts';

const { signal } = new AbortController();

describe('what a plan is about', () => {
  it('is the files that changed, of those that the stack reads', async () => {
    const paths = await changed({
      'apps/shop/a.yaml': 'changed',
      'apps/shop/deep/new.yaml': 'new',
      'shared/values.yaml': 'changed',
      'shared/listed/new.yaml': 'new',
      'apps/blog/a.yaml': 'changed',
      'shared/other.yaml': 'changed',
      'apps/shop/gone.yaml': undefined,
      'apps/shopping/a.yaml': 'new',
    });

    expect(paths).toEqual([
      'apps/shop/a.yaml',
      'apps/shop/deep/new.yaml',
      'apps/shop/gone.yaml',
      'shared/listed/new.yaml',
      'shared/values.yaml',
    ]);
  });

  it('is trueup.yaml as well where the stack is set otherwise, or was not there', async () => {
    const files = { 'trueup.yaml': 'changed' };

    expect(await changed(files)).toEqual([]);
    expect(await changed(files, { settings: 'other' })).toEqual(['trueup.yaml']);
    expect(await changed(files, { fresh: true })).toContain('trueup.yaml');
    expect(await changed(files, { removes: true })).toEqual(['trueup.yaml']);
  });

  it('is all that the stack reads where what was applied is gone from Git', async () => {
    expect(await changed({ README: 'changed' }, { from: 'f'.repeat(40) })).toEqual([
      'apps/shop/a.yaml',
      'shared/listed',
      'shared/values.yaml',
    ]);
  });

  it('is nothing where nothing was committed since', async () => {
    const git = new FakeGitRepository();
    const revision = git.push(first);
    const request = requestOf(git, { base: revision, head: revision, revision });

    expect((await readOccasion(request, signal)).paths).toEqual([]);
  });

  it.each([
    ['CODEOWNERS', '* @ann'],
    ['.github/CODEOWNERS', '* @ann'],
    ['.gitlab/CODEOWNERS', '* @ann'],
    ['.gitea/CODEOWNERS', '* @ann'],
    ['docs/CODEOWNERS', '* @ann'],
  ])('has the owners of the branch, from %s', async (path, text) => {
    const git = new FakeGitRepository();
    const head = git.push({ ...first, [path]: text });
    const revision = git.propose(
      { [path]: '* @eve', '.github/CODEOWNERS': '* @eve' },
      { base: head },
    );

    const { owners } = await readOccasion(requestOf(git, { base: head, head, revision }), signal);

    expect(owners).toMatchObject({ path, sections: [{ entries: [{ owners: ['@ann'] }] }] });
  });

  it('has the owners before, as long as they are there', async () => {
    const git = new FakeGitRepository();
    const before = git.push({ ...first, CODEOWNERS: '* @ann' });
    const head = git.push({ CODEOWNERS: '* @eve' });
    const at = { base: before, head, revision: head };
    const gone = 'f'.repeat(40);
    const read = async (ownersAt: readonly string[]) =>
      (await readOccasion(requestOf(git, { ...at, ownersAt }), signal)).owners;

    expect(JSON.stringify(await read([before, head]))).toContain('@ann');
    expect(JSON.stringify(await read([gone, head]))).toContain('@eve');
    await expect(read([gone])).rejects.toThrow();
  });

  it('says of owners that nobody can read, or that there are none', async () => {
    const git = new FakeGitRepository();
    const none = git.push(first);
    const huge = git.push({ CODEOWNERS: '\n'.repeat(30_000) });
    const ownersAt = async (head: string) =>
      (await readOccasion(requestOf(git, { base: none, head, revision: huge }), signal)).owners;

    expect(await ownersAt(none)).toBe('absent');
    expect(await ownersAt(huge)).toBe('unreadable');
  });
});

const first: PushedFiles = {
  'apps/shop/a.yaml': 'first',
  'apps/shop/gone.yaml': 'first',
  'apps/blog/a.yaml': 'first',
  'shared/values.yaml': 'first',
  'shared/other.yaml': 'first',
  'trueup.yaml': 'first',
  README: 'first',
};

interface Around {
  readonly settings?: string;
  /** The stack was never applied. */
  readonly fresh?: boolean;
  readonly from?: string;
  readonly removes?: boolean;
  readonly ownersAt?: readonly string[];
}

async function changed(files: PushedFiles, around: Around = {}): Promise<readonly string[]> {
  const git = new FakeGitRepository();
  const base = git.push(first);
  const revision = git.push(files);
  const request = requestOf(git, { base, head: base, revision, ...around });
  return (await readOccasion(request, signal)).paths;
}

function requestOf(
  git: FakeGitRepository,
  at: Around & { readonly base: string; readonly head: string; readonly revision: string },
): OccasionRequest {
  const paths = { 'apps/shop/a.yaml': 'x', 'shared/values.yaml': 'x', 'shared/listed': 'x' };
  const render: RenderRecord = { revision: at.revision, paths, inputs: {}, settings: 'same' };
  const before = { ...render, revision: at.from ?? at.base, settings: at.settings ?? 'same' };
  return {
    repository: {},
    git,
    stack: { name: 'shop', repository: 'infra', path: 'apps/shop', target: 't', provider: 'p' },
    mergeRequest: noMergeRequest,
    ownersAt: at.ownersAt ?? [at.head],
    base: at.fresh ? undefined : before,
    render,
    asked: { paths: true, owners: true },
    removes: at.removes ?? false,
  };
}
