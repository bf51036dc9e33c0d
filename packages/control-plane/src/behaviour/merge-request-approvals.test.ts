import { describe, expect, it } from 'vitest';

import { thing } from '../testing/index.ts';
import { biggerShop, MergeRequestBench, shopAndBlog } from '../testing/merge-request-bench.ts';

describe('an approval on the forge', () => {
  it('is given by a command, shown with its name, and turns the status', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, 'waits for 1 approval from group&#58;ops');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack to be approved');

    await bench.say(request, bob, await bench.commandIn(request));

    expect(await bench.untilComment(request, '**approved**')).toContain('given by `bob`');
    await bench.untilStatusOf(request, 'trueup/approval', 'passed: approved');
    expect(await bench.approvals(1)).toMatchObject([
      { stack: 'infra/shop', actor: 'bob', identity: `memory:${bob.id}`, state: 'given' },
    ]);
    const { items } = await bench.plane.memory.audit({ limit: 100 });
    expect(items.at(-1)).toMatchObject({ actor: 'member:bob', event: 'approval:given' });
    expect(bench.plane.errors).toEqual([]);
  });

  it('is given by a review of what the comment shows, and withdrawn with it', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, 'waits for 1 approval');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack');

    const review = bench.remote.review(request.number, bob, 'approved');
    await bench.hint();
    await bench.untilComment(request, '**approved**');
    bench.remote.dismiss(request.number, review.id);
    await bench.hint();

    await bench.untilComment(request, 'waits for 1 approval');
    expect((await bench.approvals(1)).map(({ state }) => state)).toEqual(['withdrawn']);
  });

  it('stays while the branch moves and the plan does not', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.say(request, bob, await bench.commandIn(request));
    await bench.untilComment(request, '**approved**');

    await bench.pushTo(request, { README: 'words' });

    await bench.untilComment(request, request.sourceCommit.slice(0, 12));
    await bench.untilStatusOf(request, 'trueup/approval', 'passed: approved');
    expect((await bench.approvals(1)).map(({ state }) => state)).toEqual(['given']);
  });

  it('is dropped when the plan becomes another one, and the comment says what moved', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.say(request, bob, await bench.commandIn(request));
    await bench.untilComment(request, '**approved**');

    await bench.pushTo(request, { 'shop/web.json': thing('web', { spec: { size: 7 } }) });

    const comment = await bench.untilComment(request, 'dropped');
    expect(comment).toContain('not approved: update Thing//web');
    expect(comment).toContain('waits for 1 approval');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending');
    expect((await bench.approvals(1)).map(({ state }) => state)).toEqual(['dropped']);
  });

  it('of who is none of those that the rule names is shown, and does not count', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const carol = await bench.member('carol');
    const request = await bench.propose(biggerShop);

    await bench.say(request, carol, await bench.commandIn(request));

    const comment = await bench.untilComment(request, 'Does not count');
    expect(comment).toMatch(/`carol`, `approve`: Does not count: is not of group&#58;ops/);
    expect(bench.statusOf(request, 'trueup/approval')).toContain('pending');
  });

  it('survives the end of the process at any moment', async () => {
    for (let commits = 0; commits <= 4; commits += 1) {
      await using bench = await MergeRequestBench.openRuled();
      const bob = await bench.member('bob', 'approver', ['ops']);
      const request = await bench.propose(biggerShop);
      const command = await bench.commandIn(request);
      await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack');
      bench.plane.crashAfter(commits);
      bench.remote.comment(request.number, bob, command);
      await bench.hint().catch(() => undefined);
      await bench.plane.crash();
      await bench.plane.start();
      await bench.hint();

      await bench.untilComment(request, '**approved**');
      expect(await bench.approvals(1)).toHaveLength(1);
    }
  });
});

describe('an approval given to Trueup itself', () => {
  it('counts as one on the forge, and is shown there', async () => {
    await using bench = await MergeRequestBench.openRuled();
    await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    const [, , digest = ''] = (await bench.commandIn(request)).split(' ');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack');
    const bob = bench.plane.as('approver', 'bob');
    const page = await bob.changeSets({ number: 1, open: true }, { limit: 9 });
    const id = page.items[0]?.id ?? '';

    await expect(bob.approveChangeSet(id, '0'.repeat(12))).rejects.toThrow('names none of its');
    await expect(bench.plane.as('developer', 'dan').approveChangeSet(id, digest)).rejects.toThrow(
      'may not approve',
    );
    expect(await bob.approveChangeSet(id, digest)).toMatchObject([{ stack: 'infra/shop' }]);

    await bench.untilStatusOf(request, 'trueup/approval', 'passed: approved');
    expect((await bob.changeSet(id)).stacks['infra/shop']?.approval).toEqual({
      required: '1 approval from group:ops',
      covered: true,
      given: ['bob'],
      uncounted: [],
    });
    expect(await bob.changeSetApprovals(id)).toHaveLength(1);
  });

  it('is not to be seen by who may not view the repository', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const request = await bench.propose(biggerShop);
    await bench.commandIn(request);
    const stranger = bench.plane.as('admin', 'eve', 'other');
    const { items } = await bench.plane.admin.changeSets({}, { limit: 9 });

    expect((await stranger.changeSets({}, { limit: 9 })).items).toEqual([]);
    await expect(stranger.changeSet(items[0]?.id ?? '')).rejects.toThrow('not found');
    await expect(stranger.changeSets({ repository: 'infra' }, { limit: 9 })).rejects.toThrow(
      'infra',
    );
  });
});

describe('an account on a forge', () => {
  it("belongs to one member, is named by its id, and is nobody's claim to another account", async () => {
    await using bench = await MergeRequestBench.open();
    const { admin } = bench.plane;
    const member = (identities: readonly string[]) => ({ grants: [], identities });
    await admin.putMember('bob', member(['gitea:42', 'hosted:eve:abc']));

    expect((await admin.members()).find(({ name }) => name === 'bob')?.identities).toEqual([
      'gitea:42',
    ]);
    await expect(admin.putMember('eve', member(['gitea:42']))).rejects.toThrow('it is bob');
    for (const strange of ['gitea', 'gitea:', ':42', 'gitea:4 2', 'gitea:__proto__:x']) {
      await expect(admin.putMember('eve', member([strange]))).rejects.toThrow('not an account');
    }
  });
});

describe('a command', () => {
  it('that is refused is answered once, in the comment', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const stranger = bench.world.createUser('stranger');
    const request = await bench.propose(biggerShop);
    const command = await bench.commandIn(request);

    for (let times = 0; times < 3; times += 1) await bench.say(request, stranger, command);

    const comment = await bench.untilComment(request, 'No member of Trueup is linked');
    expect(comment.split('No member of Trueup')).toHaveLength(2);
    const own = request.comments.filter(({ author }) => author.id === bench.self.id);
    expect(own).toHaveLength(1);
    expect(await bench.approvals(1)).toEqual([]);
  });

  it.each(['/trueup help', '/trueup aprove 0123456789ab', '/trueup plan --force'])(
    'that is misspelt is answered with what there is: %s',
    async (typo) => {
      await using bench = await MergeRequestBench.open();
      const request = await bench.propose(biggerShop);
      await bench.untilStatus(request);

      await bench.say(request, bench.ann, typo);

      const comment = await bench.untilComment(request, 'approve DIGEST');
      for (const word of ['plan', 'hold', 'apply', 'explain']) expect(comment).toContain(word);
      expect(bench.plane.errors).toEqual([]);
    },
  );

  it('explain says who is asked and why', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'viewer');
    const request = await bench.propose(biggerShop);
    await bench.commandIn(request);

    await bench.say(request, bob, '/trueup explain');

    const comment = await bench.untilComment(request, 'How it is decided');
    expect(comment).toContain('1 approval from group&#58;ops');
  });

  it('plan makes all plans anew', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const request = await bench.propose(biggerShop);
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack');
    const [before] = (await bench.plane.memory.changeSets({ open: true }, { limit: 1 })).items;

    await bench.say(request, bench.ann, '/trueup plan');

    const timeOf = (stack: unknown): unknown => Object(stack).plannedAt;
    const plannedAt = await bench.plane.until('another plan', async () => {
      const [set] = (await bench.plane.memory.changeSets({ open: true }, { limit: 1 })).items;
      const newest = timeOf(set?.stacks['infra/shop']);
      return newest !== timeOf(before?.stacks['infra/shop']) && newest;
    });
    expect(plannedAt).toBeDefined();
  });
});

describe('a merge request', () => {
  it('that would be applied during a freeze says so, and should not be merged', async () => {
    await using bench = await MergeRequestBench.open();
    await bench.push({
      'trueup.yaml': `${shopAndBlog['trueup.yaml']}rules:\n  - { stacks: ["*"], freeze: [{ cron: "* * * * *", for: 1h, timezone: UTC }] }\n`,
    });

    const request = await bench.propose(biggerShop);

    expect(await bench.untilComment(request, 'Frozen')).toContain('nothing is applied before');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: frozen until');
  });
});
