/** What rules ask, on the whole way from the file to the run; and who tries to get around them. */
import { type AskedRequirement, type ChangeSet, describeRequirement } from '@trueup/engine';
import {
  createMemoryForge,
  FaultClock,
  ForgeWorld,
  MemoryLink,
  type WorldMergeRequest,
} from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, type PushedFiles, thing } from '../testing/index.ts';
import { biggerShop, MergeRequestBench, shopAndBlog } from '../testing/merge-request-bench.ts';

const stacks = ['stacks:', '  - { name: shop, path: shop, target: cloud }'];
const web = (size: number): string => thing('web', { spec: { size } });

describe('a rule', () => {
  it('asks more people for a plan that deletes than for one that does not', async () => {
    await using bench = await openWith([
      'rules:',
      '  - stacks: [shop]',
      '    approvals:',
      '      - { from: [group:dev] }',
      '      - { when: deletion, from: [group:ops] }',
    ]);
    await approve(bench, 'dora');
    await bench.untilRun('shop', 'succeeded');

    const revision = await bench.push({ 'shop/other.json': undefined });
    await approve(bench, 'dora', revision);
    const waiting = await bench.untilRun('shop', 'awaiting-approval', revision);
    await approve(bench, 'olga', revision);
    await bench.untilRun('shop', 'succeeded', revision);

    expect(waiting.phase).toMatchObject({
      reason: expect.stringContaining(
        '1 approval from group:ops, since something is deleted (Thing//other)',
      ),
    });
  });

  it('asks the owners of the file that changed, and of no other', async () => {
    await using bench = await openWith(
      ['rules:', '  - { stacks: [shop], approvals: { from: [codeowners] } }'],
      { CODEOWNERS: 'shop/ @dora\nshop/other.json olga@example.com\n' },
    );
    await approve(bench, 'dora');
    await approve(bench, 'olga');
    await bench.untilRun('shop', 'succeeded');

    const revision = await bench.push({ 'shop/web.json': web(2) });
    await approve(bench, 'olga', revision);
    const waiting = await bench.untilRun('shop', 'awaiting-approval', revision);
    await approve(bench, 'dora', revision);
    await bench.untilRun('shop', 'succeeded', revision);

    expect(waiting.phase).toMatchObject({
      reason: expect.stringContaining('from @dora, since they own shop/web.json'),
    });
  });

  it('that cannot be evaluated holds the run, and says why', async () => {
    await using bench = await openWith([
      'rules:',
      '  - stacks: [shop]',
      `    guards: { deny: [{ when: 'change.id.name.matches("(" + change.action)', say: Look. }] }`,
    ]);

    const run = await bench.untilRun('shop', 'held');

    expect(run.phase).toMatchObject({
      reason: 'guard',
      message: expect.stringMatching(/^Look\. \(its condition could not be evaluated: Invalid/),
    });
    expect(bench.cloud.effects).toEqual([]);
  });

  it('warns without asking anybody', async () => {
    await using bench = await openWith([
      'rules:',
      '  - { stacks: [shop], guards: { warn: [{ when: plan.creates > 1, say: Many. }] } }',
    ]);

    const run = await bench.untilRun('shop', 'succeeded');

    const [first] = (await bench.runsOf('shop')).filter(({ id }) => id === run.id);
    const plan = await bench.memory.plan(first?.plan?.id ?? '');
    expect(plan?.findings).toEqual([{ guard: 'warn', severity: 'warning', message: 'Many.' }]);
  });
});

describe('attack: a merge request', () => {
  const rules = [
    'rules:',
    '  - stacks: [shop]',
    '    approvals: { count: 2, from: [codeowners, group:ops], excludeAuthor: true }',
    '    guards: { deny: [{ when: plan.updates > 0, say: Ask Olga. }] }',
  ];
  const owners = { CODEOWNERS: 'shop/ @olga\n' };

  it('that weakens the rules in the same breath is judged by those of the branch', async () => {
    await using bench = await openWith(rules, owners);
    const plan = await planOf(bench, {
      'trueup.yaml': configuration(...stacks),
      'shop/web.json': web(2),
    });

    expect(plan.asked).toEqual([
      '2 approvals from group:ops or @olga, since they own shop/web.json',
    ]);
    expect(plan.findings).toEqual(['Ask Olga.']);
  });

  it('that weakens the rules says so in its comment, whatever else it does', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const request = await bench.propose({ 'trueup.yaml': shopAndBlog['trueup.yaml'] });

    const comment = await bench.untilComment(request, 'Weakens rules');

    expect(comment).toContain('1 approval from group&#58;ops, not by who wrote it would no longer');
    await bench.untilStatusOf(request, 'trueup/plan', 'passed: touches no stack');
    await bench.untilStatusOf(
      request,
      'trueup/approval',
      'failed: takes away from the rules: an administrator merges it',
    );
  });

  it('that makes the rules unreadable takes them away, and so does who mends them', async () => {
    await using bench = await MergeRequestBench.openRuled();
    const rulesOf = async (number: number): Promise<readonly string[]> => {
      const { items } = await bench.plane.memory.changeSets({ number }, { limit: 1 });
      return items[0]?.weakened ?? [];
    };
    const broken = { 'trueup.yaml': `${shopAndBlog['trueup.yaml']}rules: [{ stacks: 7 }]\n` };

    const request = await bench.propose(broken);
    await bench.untilStatus(request);
    expect(await rulesOf(1)).toEqual(['Weakens rules: those that it brings cannot be read.']);

    const revision = await bench.push(broken);
    await bench.plane.until('the branch to be broken', async () => {
      const [repository] = await bench.plane.memory.repositories();
      return repository?.head === revision;
    });
    const mending = await bench.propose({ 'trueup.yaml': shopAndBlog['trueup.yaml'] });
    await bench.untilStatus(mending);
    expect(await rulesOf(2)).toEqual(['Weakens rules: nobody can read those before it.']);
  });

  it('that makes its author an owner finds the owners of the branch', async () => {
    await using bench = await openWith(rules, owners);
    const plan = await planOf(bench, {
      CODEOWNERS: '* @eve\n',
      '.github/CODEOWNERS': '* @eve\n',
      'shop/web.json': web(2),
    });

    expect(plan.asked).toEqual([
      '2 approvals from group:ops or @olga, since they own shop/web.json',
    ]);
  });

  it('that makes its author an owner has to pass the owners before, also once it is merged', async () => {
    await using bench = await MergeRequestBench.open();
    await bench.push({
      'trueup.yaml': `${shopAndBlog['trueup.yaml']}rules:
  - { stacks: [shop], approvals: { from: [codeowners] } }
`,
      CODEOWNERS: 'shop/ @olga\n',
    });
    const changed = { CODEOWNERS: 'shop/ @eve\n', ...biggerShop };
    const request = await bench.propose(changed);
    await bench.untilStatusOf(
      request,
      'trueup/approval',
      'failed: takes away from the rules: an administrator merges it',
    );

    const revision = await bench.merge(request, changed);
    const run = await bench.plane.untilRun('shop', 'awaiting-approval', revision);

    expect(run.phase).toMatchObject({ reason: expect.stringContaining('from @olga') });
  });

  it.each([
    ['names other owners takes away from rules that ask for them', '[codeowners]', '* @eve\n', 1],
    ['removes the owners takes away from them as well', '[codeowners]', undefined, 1],
    ['names other owners takes away nothing where no rule asks', '[group:ops]', '* @eve\n', 0],
    ['leaves the owners as they are takes away nothing', '[codeowners]', '* @olga\n', 0],
  ] as const)('that %s', async (_name, from, after, notices) => {
    await using bench = await MergeRequestBench.open();
    const rule = `rules:\n  - { stacks: [shop], approvals: { from: ${from} } }\n`;
    const revision = await bench.push({
      'trueup.yaml': `${shopAndBlog['trueup.yaml']}${rule}`,
      CODEOWNERS: '* @olga\n',
    });
    await bench.plane.until('the rule to be in force', async () => {
      const [repository] = await bench.plane.memory.repositories();
      return repository?.head === revision;
    });

    const request = await bench.propose({ CODEOWNERS: after, README: 'words' });
    await bench.untilStatus(request);

    const { items } = await bench.plane.memory.changeSets({}, { limit: 1 });
    expect(items[0]?.weakened ?? []).toHaveLength(notices);
  });

  it('that removes CODEOWNERS finds the owners of the branch', async () => {
    await using bench = await openWith(rules, owners);
    const plan = await planOf(bench, { CODEOWNERS: undefined, 'shop/web.json': web(2) });

    expect(plan.asked).toEqual([
      '2 approvals from group:ops or @olga, since they own shop/web.json',
    ]);
  });

  it('that moves the stack to another folder is owned by who owned what it read', async () => {
    await using bench = await openWith(rules, owners);
    const plan = await planOf(bench, {
      'trueup.yaml': configuration(
        'stacks:',
        '  - { name: shop, path: elsewhere, target: cloud }',
        ...rules,
      ),
      'shop/web.json': undefined,
      'shop/other.json': undefined,
      'elsewhere/web.json': web(2),
      'elsewhere/other.json': thing('other'),
    });

    expect(plan.asked.join()).toContain('from group:ops or @olga');
  });
});

describe('a rule about merge requests', () => {
  const guarded = (...guards: readonly string[]): string =>
    `${shopAndBlog['trueup.yaml']}rules:\n  - stacks: [shop]\n${guards.map((one) => `    ${one}\n`).join('')}`;

  async function openGuarded(...guards: readonly string[]): Promise<MergeRequestBench> {
    const bench = await MergeRequestBench.open();
    const revision = await bench.push({ 'trueup.yaml': guarded(...guards) });
    await bench.plane.until('the rule to be in force', async () => {
      const [repository] = await bench.plane.memory.repositories();
      return repository?.head === revision;
    });
    return bench;
  }

  it('fails the plan of what it denies until somebody overrules it, and holds it no more then', async () => {
    await using bench = await openGuarded(
      "guards: { deny: [{ when: 'plan.updates > 0 && mergeRequest.known', say: Ask Olga first. }] }",
    );
    const bob = await bench.member('bob');
    const request = await bench.propose(biggerShop);
    await bench.untilStatusOf(request, 'trueup/plan', 'failed: denied in 1 stack: Ask Olga first.');

    await bench.say(request, bob, await bench.commandIn(request));

    await bench.untilStatusOf(request, 'trueup/plan', 'passed: planned 1 stack');
    const revision = await bench.merge(request, biggerShop);
    const run = await bench.plane.untilRun('shop', 'succeeded', revision);
    expect(run.phase).toMatchObject({ extent: 'all' });
  });

  it('is asked again when it is applied, about the same merge request', async () => {
    await using bench = await openGuarded(
      'guards:',
      '  deny:',
      "    - { when: 'plan.updates > 0 && !mergeRequest.known', say: Only by merge request. }",
    );
    const request = await bench.propose(biggerShop);
    await bench.untilStatusOf(request, 'trueup/plan', 'passed');
    const merged = await bench.merge(request, biggerShop);
    await bench.plane.untilRun('shop', 'succeeded', merged);

    const pushed = await bench.push({ 'shop/web.json': web(3) });

    expect((await bench.plane.untilRun('shop', 'held', pushed)).phase).toMatchObject({
      reason: 'guard',
      message: 'Only by merge request.',
    });
  });

  it('asks the owners of what it changes, by their accounts on the forge', async () => {
    await using bench = await openGuarded('approvals: { from: [codeowners], excludeAuthor: true }');
    await bench.push({ CODEOWNERS: 'shop/ @olga\nblog/ @bob\n' });
    const bob = await bench.member('bob');
    const olga = await bench.member('olga');
    const request = await bench.propose(biggerShop);
    const command = await bench.commandIn(request);

    await bench.say(request, bob, command);
    await bench.untilComment(request, 'is not of @');
    await bench.say(request, olga, command);

    await bench.untilStatusOf(request, 'trueup/approval', 'passed: approved');
    expect(await bench.approvals(1)).toHaveLength(2);
  });

  it('asks more people by a condition over the plan and the files that changed', async () => {
    await using bench = await openGuarded(
      'guards:',
      '  require:',
      '    - when: plan.paths.exists(path, path.startsWith("shop/")) && change.action == "update"',
      '      say: the shop changes',
      '      from: [group:ops]',
    );
    const request = await bench.propose(biggerShop);

    const comment = await bench.untilComment(request, 'since the shop changes');

    expect(comment).toContain('1 approval from group&#58;ops');
    await bench.untilStatusOf(request, 'trueup/approval', 'pending: 1 stack to be approved');
  });
});

async function openWith(
  rules: readonly string[],
  files: PushedFiles = {},
): Promise<ControlPlaneBench> {
  const world = new ForgeWorld();
  const remote = world.createRepository('acme/infra');
  const self = world.createUser('trueup');
  remote.permissions.set(self.id, 'admin');
  const link = new MemoryLink(new FaultClock());
  const bench = new ControlPlaneBench({ forges: [createMemoryForge({ world, link, self })] });
  worlds.set(bench, { world, remote });
  await bench.start();
  const forge = { kind: 'memory', path: 'acme/infra' };
  await bench.admin.addRepository({ name: 'infra', url: 'https://git.example.com/i.git', forge });
  const approver = { grants: [{ role: 'approver' }] } as const;
  await bench.admin.putMember('root', { grants: [{ role: 'admin' }] });
  await bench.admin.putMember('dora', { ...approver, groups: ['dev'] });
  await bench.admin.putMember('olga', {
    ...approver,
    groups: ['ops'],
    emails: ['olga@example.com'],
  });
  await bench.admin.putMember('otto', { ...approver, groups: ['ops'] });
  await bench.push({
    'trueup.yaml': configuration(...stacks, ...rules),
    'shop/web.json': web(1),
    'shop/other.json': thing('other'),
    ...files,
  });
  return bench;
}

const worlds = new WeakMap<
  ControlPlaneBench,
  { readonly world: ForgeWorld; readonly remote: ReturnType<ForgeWorld['createRepository']> }
>();

/** Approves the newest plan that waits. */
async function approve(bench: ControlPlaneBench, name: string, revision?: string): Promise<void> {
  const run = await bench.untilRun('shop', 'awaiting-approval', revision);
  await bench.as('approver', name).approve(run.id, run.plan?.digest ?? '');
}

interface FoundPlan {
  readonly asked: readonly string[];
  readonly findings: readonly string[];
}

/** How a merge request with these changes is judged. */
async function planOf(bench: ControlPlaneBench, changed: PushedFiles): Promise<FoundPlan> {
  await approve(bench, 'olga');
  await approve(bench, 'otto');
  const { revision } = await bench.untilRun('shop', 'succeeded');
  const request = propose(bench, changed, revision);
  await bench.admin.hintRepository('infra');
  const set = await bench.until('a planned change set', async () => {
    const { items } = await bench.memory.changeSets({ number: request.number }, { limit: 1 });
    return items.find((one: ChangeSet) => one.phase.name === 'planned');
  });
  const state = set.stacks['infra/shop'];
  if (state?.name !== 'planned') throw new Error(JSON.stringify(state));
  const plan = await bench.memory.plan(state.plan);
  const asked: readonly AskedRequirement[] = plan?.asked ?? [];
  const findings = (plan?.findings ?? []).map(({ message }) => message);
  return { asked: asked.map(describeRequirement), findings };
}

function propose(bench: ControlPlaneBench, changed: PushedFiles, base: string): WorldMergeRequest {
  const found = worlds.get(bench);
  if (!found) throw new Error('no world');
  const { world, remote } = found;
  const eve = world.createUser('eve');
  remote.permissions.set(eve.id, 'write');
  const head = bench.git.propose(changed, { base });
  for (const [branch, id] of [
    ['main', base],
    ['topic', head],
  ] as const) {
    world.commits.put({ id, parents: [], files: new Map(), message: '' });
    remote.moveBranch(branch, id);
  }
  const place = { sourceBranch: 'topic', targetBranch: 'main' };
  return remote.open({ ...place, title: 'Change', body: '', author: eve });
}
