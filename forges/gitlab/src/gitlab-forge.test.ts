import { describeForge, TestLine } from '@trueup/forge-sdk/testing';
import { createOutbound } from '@trueup/outbound';
import { afterAll, describe, expect, it } from 'vitest';

import { fastAbilities, mergingAbilities, openStandInFixture } from './testing/stand-in-fixture.ts';

const line = new TestLine(createOutbound);
const open = (abilities: typeof fastAbilities) => openStandInFixture(line, abilities);
afterAll(() => line[Symbol.asyncDispose]());

describeForge('a stand-in for GitLab', () => open(mergingAbilities), mergingAbilities);
describeForge(
  'a stand-in for GitLab that only fast-forwards',
  () => open(fastAbilities),
  fastAbilities,
);

describe('our comment on GitLab', () => {
  it('gives no orders to GitLab in our name', async () => {
    const fixture = await open(mergingAbilities);
    const { forge, repository, stage } = fixture;
    const author = await stage.user('dev');
    await stage.commit({ branch: 'a' });
    const number = await stage.open({ author, source: 'a' });
    const body = 'A value:\n/close\n  /merge\n```\n/approve\n```\n/trueup approve 0123';
    const call = { signal: new AbortController().signal };

    await forge.putComment(repository, { number, comment: { mark: 'plan', body } }, call);

    const [comment] = await forge.comments(repository, { number }, call);
    expect((await forge.mergeRequest(repository, number, call))?.state).toEqual({ name: 'open' });
    expect(comment?.body).toContain('\n\u200b/close\n  \u200b/merge\n```\n\u200b/approve\n');
    expect(comment?.body).toContain('\n/trueup approve 0123');
    await fixture.close();
  });
});
