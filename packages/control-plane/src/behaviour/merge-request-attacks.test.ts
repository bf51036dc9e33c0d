import type { WorldMergeRequest } from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { configuration, thing, thingId } from '../testing/index.ts';
import { biggerShop, MergeRequestBench, shopAndBlog } from '../testing/merge-request-bench.ts';

const stacks = [
  'stacks:',
  '  - { name: shop, path: shop, target: cloud }',
  '  - { name: blog, path: blog, target: cloud }',
];

/** What the target has of the shop. */
function shopIn({ plane }: MergeRequestBench): unknown {
  return plane.cloud.get(thingId('web'))?.spec;
}

/** As it was when it was created. */
const untouched = { size: 1 };

/** Besides `shop` a stack of a tool that runs what its files say, brought to its target. */
async function openWithScripts(): Promise<MergeRequestBench> {
  const scripts = [
    'apiVersion: trueup.dev/v1',
    'targets: { cloud: { things: {} }, hosts: { scripts: {} } }',
    'stacks:',
    '  - { name: shop, path: shop, target: cloud }',
    '  - { name: play, path: play, target: hosts }',
  ];
  const bench = await MergeRequestBench.open({
    ...shopAndBlog,
    'play/book.json': thing('book'),
    'trueup.yaml': `${scripts.join('\n')}\n`,
  });
  await bench.plane.untilRun('play', 'succeeded');
  return bench;
}

describe('an attack by a merge request', () => {
  it('rules weakened in the same merge request protect until it has passed them', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const weakened = { ...biggerShop, 'trueup.yaml': configuration(...stacks) };
    const request = await bench.propose(weakened);
    expect(await bench.untilComment(request, 'waits for 1 approval')).toContain('group&#58;ops');

    await bench.merge(request, weakened);

    await bench.plane.untilRun('shop', 'awaiting-approval');
    // A further commit does not make it forget whom it has to ask.
    const revision = await bench.push({ README: 'words' });
    await bench.plane.untilRun('shop', 'awaiting-approval', revision);
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('a stack renamed so that no rule names it has to pass the rules of its former name', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const renamed = {
      ...biggerShop,
      'trueup.yaml': `${configuration(
        'stacks:',
        '  - { name: store, path: shop, target: cloud, formerly: shop }',
        '  - { name: blog, path: blog, target: cloud }',
      )}rules:
  - { stacks: [shop], approvals: { count: 1, from: [group:ops], excludeAuthor: true } }
`,
    };
    const request = await bench.propose(renamed);
    expect(await bench.untilComment(request, 'infra/store')).toContain('group&#58;ops');

    await bench.merge(request, renamed);

    await bench.plane.untilRun('store', 'awaiting-approval');
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('an old approval, replayed in time, counts for nothing', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.say(request, bob, await bench.commandIn(request));
    await bench.untilComment(request, '**approved**');

    await bench.pushTo(request, { 'shop/web.json': thing('web', { spec: { size: 7 } }) });
    await bench.untilComment(request, 'dropped');
    await bench.pushTo(request, biggerShop);

    await bench.untilComment(request, 'spec.size: 2');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack');
    await bench.merge(request, biggerShop);
    await bench.plane.untilRun('shop', 'awaiting-approval');
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('an approval does not serve a commit that came by another way', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.say(request, bob, await bench.commandIn(request));
    await bench.untilStatusOf(request, 'trueup/approval', 'passed');

    await bench.push(biggerShop);

    await bench.plane.untilRun('shop', 'awaiting-approval');
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('an author who is an operator does not approve itself', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const eve = await bench.member('eve', 'approver', ['ops']);
    bench.remote.permissions.set(eve.id, 'write');
    const request = await bench.propose(biggerShop, eve);

    await bench.say(request, eve, await bench.commandIn(request));

    expect(await bench.untilComment(request, 'Does not count')).toContain('excludes authors');
    await bench.merge(request, biggerShop);
    await bench.plane.untilRun('shop', 'held');
    expect(shopIn(bench)).toEqual(untouched);
  });

  it("who pushed to another one's does not approve it, whatever the commits say", async () => {
    await using bench = await MergeRequestBench.openRuled();
    const eve = await bench.member('eve', 'approver', ['ops']);
    const request = await bench.propose({ 'shop/web.json': thing('web', { spec: { size: 3 } }) });
    await bench.untilComment(request, 'spec.size: 3');
    request.pushers.push(eve);
    await bench.pushTo(request, biggerShop);
    await bench.untilComment(request, 'spec.size: 2');

    await bench.say(request, eve, await bench.commandIn(request));

    expect(await bench.untilComment(request, 'Does not count')).toContain('excludes authors');
    await bench.merge(request, biggerShop);
    await bench.plane.untilRun('shop', 'held');
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('an author does not approve through a second account in no group', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const unknown = bench.world.createUser('eve-too');
    const second = await bench.member('eve-second', 'approver');
    const request = await bench.propose(biggerShop);
    const command = await bench.commandIn(request);

    await bench.say(request, unknown, command);
    await bench.say(request, second, command);

    const comment = await bench.untilComment(request, 'Does not count');
    expect(comment).toContain('No member of Trueup is linked to this account');
    expect(bench.statusOf(request, 'trueup/approval')).toContain('pending');
  });

  it('a commit author who reviews does not count, whoever opened it', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const identities = [`memory:${bob.id}`];
    const emails = ['ada@example.com'];
    const member = { grants: [{ role: 'approver' }], groups: ['ops'], identities, emails } as const;
    await bench.plane.admin.putMember('bob', member);
    // Whatever is pushed here is written by ada@example.com.
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, 'waits for 1 approval');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack');

    bench.remote.review(request.number, bob, 'approved');
    await bench.hint();

    expect(await bench.untilComment(request, 'Does not count')).toContain('`bob`');
  });

  it('a review given before the newest plan is shown as not counted', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, 'waits for 1 approval');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack');

    bench.remote.review(request.number, bob, 'approved');
    await bench.pushTo(request, { 'shop/web.json': thing('web', { spec: { size: 66 } }) });

    const comment = await bench.untilComment(request, 'Not counted');
    expect(comment).toContain('`review`');
    expect((await bench.approvals(1)).filter(({ state }) => state === 'given')).toEqual([]);
  });

  it('a command of an outsider is refused', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const outsider = bench.world.createUser('outsider');
    const request = await bench.propose(biggerShop);
    const command = await bench.commandIn(request);

    await bench.say(request, outsider, `${command}\n/trueup hold\n/trueup apply`);

    await bench.untilComment(request, 'who may apply');
    expect(await bench.approvals(1)).toEqual([]);
    const [set] = (await bench.plane.memory.changeSets({ open: true }, { limit: 1 })).items;
    expect(set?.discussion?.hold).toBeUndefined();
  });

  it('a comment of an operator that somebody edited into an approval counts for nothing', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    const command = await bench.commandIn(request);
    const harmless = bench.remote.comment(request.number, bob, 'I will look tomorrow.');

    bench.remote.editComment(request.number, harmless.id, command);
    await bench.hint();

    expect(await bench.untilComment(request, 'was edited')).toContain('`bob`');
    expect(await bench.approvals(1)).toEqual([]);
  });

  it('a base that moved between approval and merge is held with what is new', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const bob = await bench.member('bob', 'approver', ['ops']);
    const request = await bench.propose(biggerShop);
    await bench.say(request, bob, await bench.commandIn(request));
    await bench.untilStatusOf(request, 'trueup/approval', 'passed');
    bench.link.fail('connection-lost');
    await bench.push({ 'shop/door.json': thing('backdoor') });
    await bench.plane.untilRun('shop', 'awaiting-approval');

    bench.link.recover();
    await bench.merge(request, biggerShop);

    const held = await bench.plane.untilRun('shop', 'held');
    expect('message' in held.phase && held.phase.message).toContain('new: create Thing//backdoor');
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('a target re-pointed by it is never connected to, and what it would go to is not planned', async () => {
    await using bench = await MergeRequestBench.open();
    const evil = `${shopAndBlog['trueup.yaml']}`
      .replace(
        'cloud: { things: {} }',
        'cloud: { things: { region: evil } }, other: { things: {} }',
      )
      .replace('path: blog, target: cloud', 'path: blog, target: other');

    const request = await bench.propose({ ...biggerShop, 'trueup.yaml': evil });

    const comment = await bench.untilComment(request, 'infra/blog');
    expect(comment).toContain('It is planned once its target is merged');
    const [set] = (await bench.plane.memory.changeSets({ open: true }, { limit: 1 })).items;
    const shop = set?.stacks['infra/shop'];
    const plan = shop?.name === 'planned' ? await bench.plane.memory.plan(shop.plan) : undefined;
    expect(plan?.targetIdentity).toBe('cloud-1');
  });

  it('credentials of a target are handed to no other kind of provider that it names', async () => {
    await using bench = await MergeRequestBench.open();
    const evil = shopAndBlog['trueup.yaml'].replace('cloud: { things', 'cloud: { scripts');

    const request = await bench.propose({ ...biggerShop, 'trueup.yaml': evil });

    const comment = await bench.untilComment(request, 'infra/shop');
    expect(comment).toContain('It is planned once its target is merged');
    expect(comment).not.toContain('spec.size');
  });

  it('an alert that it points elsewhere is not sent', async () => {
    await using bench = await MergeRequestBench.open();
    const evil = `${shopAndBlog['trueup.yaml']}alerts:\n  - { to: { slack: { secret: key } }, on: ["*:*"], stacks: ["*"] }\n`;

    const request = await bench.propose({ ...biggerShop, 'trueup.yaml': evil });
    await bench.untilComment(request, 'infra/shop');

    expect((await bench.plane.memory.alerts({}, { limit: 9 })).items).toEqual([]);
  });

  it("a fork's plan gets no secrets", async () => {
    const safe = { 'safe/door.json': thing('door') };
    await using bench = await MergeRequestBench.open({
      ...safe,
      ...shopAndBlog,
      'trueup.yaml': configuration(
        ...stacks,
        '  - { name: safe, path: safe, target: cloud, inputs: { key: { secret: key } } }',
      ),
    });
    await bench.plane.untilRun('safe', 'succeeded');
    const stranger = bench.world.createUser('stranger');
    bench.world.fork('acme/infra', 'stranger/infra');

    const request = await bench.propose(
      { 'safe/door.json': thing('door', { spec: { size: 5 } }) },
      stranger,
    );

    const comment = await bench.untilComment(request, 'the author may not push');
    expect(comment).not.toContain('spec.size');
    expect(comment).not.toContain('hunter2');
  });

  it("a fork's plan shows no artifact that only our credentials lead to", async () => {
    await using bench = await MergeRequestBench.open({ ...shopAndBlog });
    const stranger = bench.world.createUser('stranger');
    bench.world.fork('acme/infra', 'stranger/infra');
    const source =
      'artifact: oci://ghcr.io/acme/private:production\ncredential: { secret: registry }\n';

    const request = await bench.propose({ 'shop/trueup-source.yaml': source }, stranger);

    const comment = await bench.untilComment(request, 'the author may not push');
    expect(comment).toContain('what artifact the stack is made of');
  });

  it("a fork's files are not run by a tool that interprets them", async () => {
    await using bench = await openWithScripts();
    const stranger = bench.world.createUser('stranger');
    bench.world.fork('acme/infra', 'stranger/infra');

    const request = await bench.propose(
      { 'play/book.json': thing('book', { spec: { size: 5 } }) },
      stranger,
    );

    const comment = await bench.untilComment(request, 'the author may not push');
    expect(comment).toContain('runs programs');
    expect(comment).not.toContain('spec.size');
    await bench.say(request, bench.ann, '/trueup plan');
    await bench.untilComment(request, 'spec.size');
  });

  it("a fork's files are run isolated or not at all, whoever asked for it; merged ones as always", async () => {
    await using bench = await openWithScripts();
    const stranger = bench.world.createUser('stranger');
    const bigger = (size: number) => ({ 'play/book.json': thing('book', { spec: { size } }) });
    const calls = () => new Set(bench.scriptCalls.splice(0));

    calls();
    const own = await bench.propose(bigger(3));
    await bench.untilComment(own, 'spec.size');
    const ofMembers = calls();
    const lent = await bench.propose(bigger(5), stranger);
    await bench.untilComment(lent, 'the author may not push');
    calls();
    await bench.say(lent, bench.ann, '/trueup plan');
    await bench.untilComment(lent, 'spec.size');
    const ofStrangers = calls();
    await bench.merge(lent, bigger(5));
    await bench.plane.until('the run', async () =>
      bench.scriptCalls.some((call) => call.startsWith('apply')),
    );

    expect(ofMembers).toEqual(new Set(['prepare: as made', 'plan: as made']));
    expect(ofStrangers).toContain('prepare: required');
    expect(ofStrangers).toContain('plan: required');
    expect(bench.scriptCalls).toContain('apply: as made');
  });

  it("a fork's plan gets no outputs, which may be secret", async () => {
    const wired =
      '  - { name: safe, path: safe, target: cloud, inputs: { size: { output: shop.web } } }';
    await using bench = await MergeRequestBench.open({
      ...shopAndBlog,
      'safe/door.json': thing('door'),
      'trueup.yaml': configuration(...stacks, '  - { name: safe, path: safe, target: cloud }'),
    });
    await bench.plane.untilRun('safe', 'succeeded');
    const stranger = bench.world.createUser('stranger');
    bench.world.fork('acme/infra', 'stranger/infra');

    const request = await bench.propose(
      {
        'trueup.yaml': configuration(...stacks, wired),
        'safe/door.json': thing('door', { spec: { size: 5 } }),
      },
      stranger,
    );

    const comment = await bench.untilComment(request, 'the author may not push');
    expect(comment).toContain('outputs of other stacks');
    expect(comment).not.toContain('spec.size');
  });

  it('many merge requests at once are attended to a few at a time', async () => {
    await using bench = await MergeRequestBench.open();
    const requests: WorldMergeRequest[] = [];
    for (let index = 0; index < 20; index += 1) requests.push(await bench.propose(biggerShop));
    for (const request of requests) await bench.untilComment(request, 'spec.size');
    bench.mostAtOnce = 0;

    for (const { number } of requests) bench.remote.comment(number, bench.ann, '/trueup explain');
    await bench.hint();

    for (const request of requests) await bench.untilComment(request, 'explain');
    expect(bench.mostAtOnce).toBeGreaterThan(0);
    expect(bench.mostAtOnce).toBeLessThanOrEqual(8);
  });

  it('a branch that is called like an option of git is no option', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose(biggerShop, bench.ann, '--upload-pack=touch$IFS/tmp/x');

    expect(await bench.untilComment(request, 'in 1 stack')).not.toContain('upload-pack');
    expect(bench.plane.git.brought).toContain(`refs/pull/${request.number}/head`);
    expect(bench.plane.git.brought.join()).not.toContain('upload-pack');
    expect(bench.plane.errors).toEqual([]);
  });

  it('a merge while frozen applies nothing, however well it was approved', async () => {
    await using bench = await MergeRequestBench.open();
    await bench.push({
      'trueup.yaml': `${configuration(...stacks)}rules:\n  - { stacks: ["*"], freeze: [{ cron: "* * * * *", for: 1h, timezone: UTC }] }\n`,
    });
    const request = await bench.propose(biggerShop);
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: frozen until');

    const revision = await bench.merge(request, biggerShop);

    const run = await bench.plane.untilRun('shop', 'waiting', revision);
    expect(run.phase).toMatchObject({ for: 'freeze' });
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('a freeze lifted in the same merge request still binds it', async () => {
    await using bench = await MergeRequestBench.open();
    await bench.push({
      'trueup.yaml': `${configuration(...stacks)}rules:\n  - { stacks: ["*"], freeze: [{ cron: "* * * * *", for: 1h, timezone: UTC }] }\n`,
    });
    const thawed = { ...biggerShop, 'trueup.yaml': configuration(...stacks) };
    const request = await bench.propose(thawed);
    await bench.untilComment(request, 'Frozen');

    const revision = await bench.merge(request, thawed);

    expect((await bench.plane.untilRun('shop', 'waiting', revision)).phase).toMatchObject({
      for: 'freeze',
    });
    expect(shopIn(bench)).toEqual(untouched);
  });

  it('names and values with markdown, HTML and bidi tricks show as what they are', async () => {
    await using bench = await MergeRequestBench.open();
    const trick = '</details>`@all` [x](http://evil) \u202e<img src=x>';

    const request = await bench.propose({
      'shop/web.json': thing('web', { spec: { size: 2, note: trick } }),
    });

    const comment = await bench.untilComment(request, 'in 1 stack');
    expect(comment).not.toContain('\u202e');
    expect(comment.split('</details>').length).toBeLessThanOrEqual(3);
  });
});
