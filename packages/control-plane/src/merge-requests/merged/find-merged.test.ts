import type { Approval, ChangeSet, Run, Store } from '@trueup/engine';
import { MemoryStore } from '@trueup/engine';
import { sampleChangeSet, sampleRun, sampleStack } from '@trueup/engine/testing';
import { describe, expect, it } from 'vitest';

import { FakeGitRepository } from '../../testing/fake-git-repository.ts';
import { findMerged } from './find-merged.ts';

const { signal } = new AbortController();
const at = '2026-01-01T00:00:00Z';

interface Stage {
  readonly git: FakeGitRepository;
  readonly store: Store;
  readonly run: Run;
}

/** Three commits: one that was applied, one by hand, and the merge of request 7. */
async function openStage(applied: 'first' | 'merge' | 'gone' = 'first'): Promise<Stage> {
  const git = new FakeGitRepository();
  const store = new MemoryStore();
  const first = git.push({ a: '1' }, { email: 'first@example.com' });
  git.push({ a: '2' }, { email: 'hand@example.com' });
  const merge = git.push({ a: '3' }, { email: 'merger@example.com' });
  const render = { revision: first, paths: {}, inputs: {}, settings: '' };
  const revision = { first, merge, gone: '0'.repeat(40) }[applied];
  const place = { run: 'r0', at, targetIdentity: 'cluster-1', render, desired: {} };
  await store.commit([
    { kind: 'stack', record: sampleStack('shop', { applied: { revision, ...place } }) },
    { kind: 'change-set', set: mergedAs(merge) },
    { kind: 'approval', approval: approvalOf('infra/shop') },
    { kind: 'approval', approval: approvalOf('infra/blog') },
  ]);
  const run = sampleRun('r1', { revision: merge, requestedBy: 'commit:merger@example.com' });
  return { git, store, run };
}

function mergedAs(commit: string): ChangeSet {
  return sampleChangeSet('c1', {
    authors: ['gitea:42', 'commit:ann@example.com'],
    phase: { name: 'merged', commit, at },
    stacks: { 'infra/shop': { name: 'waiting' } },
  });
}

function approvalOf(stack: string): Approval {
  const given = { digests: [], actor: 'bob', at, state: 'given' } as const;
  return { id: `of ${stack}`, repository: 'r1', stack, mergeRequest: 7, ...given };
}

describe('findMerged', () => {
  it('finds what was merged since the stack was applied, with the approvals of that stack', async () => {
    const { run, ...ports } = await openStage();

    const { requests } = await findMerged(run, ports, signal);

    expect(requests).toMatchObject([{ number: 7, approvals: [{ stack: 'infra/shop' }] }]);
    expect(requests[0]?.approvals).toHaveLength(1);
  });

  it('takes who wrote it for its authors, and not who merged it', async () => {
    const { run, ...ports } = await openStage();

    const { authors } = await findMerged(run, ports, signal);

    expect(authors).toEqual(['gitea:42', 'commit:ann@example.com', 'commit:hand@example.com']);
  });

  it('takes a member who asked for the run for an author of what it does', async () => {
    const { run, ...ports } = await openStage();

    const asked = { ...run, requestedBy: 'member:zoe' };

    expect((await findMerged(asked, ports, signal)).authors).toContain('member:zoe');
  });

  it('does not let an approval serve again once the stack has what was merged', async () => {
    const { run, ...ports } = await openStage('merge');

    expect((await findMerged(run, ports, signal)).requests).toEqual([]);
  });

  it('knows nothing of a stack that the merge request did not touch', async () => {
    const { run, ...ports } = await openStage();

    const other = { ...run, stack: 'infra/blog' };

    expect((await findMerged(other, ports, signal)).requests).toEqual([]);
  });

  it('does not count for another repository with the same commit', async () => {
    const { run, ...ports } = await openStage();

    const other = { ...run, repository: 'r2' };

    expect((await findMerged(other, ports, signal)).requests).toEqual([]);
  });

  it('goes by the revision alone where what was applied is gone from the branch', async () => {
    const { run, ...ports } = await openStage('gone');

    expect((await findMerged(run, ports, signal)).requests).toHaveLength(1);
  });
});
