import {
  createMemoryForge,
  FaultClock,
  ForgeWorld,
  MemoryLink,
  type WorldMergeRequest,
  type WorldRepository,
  type WorldUser,
} from '@trueup/forge-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, type PushedFiles, thing } from './testing/index.ts';

const files = {
  'trueup.yaml': configuration(
    'stacks:',
    '  - { name: shop, path: shop, target: cloud }',
    '  - { name: blog, path: blog, target: cloud }',
  ),
  'shop/web.json': thing('web'),
  'blog/page.json': thing('page'),
};
const bigger = { 'shop/web.json': thing('web', { spec: { size: 2 } }) };

/** A control plane, and a forge that has merge requests of its repository. */
class MergeRequestBench implements AsyncDisposable {
  readonly world: ForgeWorld = new ForgeWorld();
  readonly remote: WorldRepository = this.world.createRepository('acme/infra');
  readonly self: WorldUser = this.world.createUser('trueup');
  readonly ann: WorldUser = this.world.createUser('ann');
  readonly link: MemoryLink = new MemoryLink(new FaultClock());
  readonly plane: ControlPlaneBench;

  constructor() {
    this.remote.permissions.set(this.self.id, 'admin');
    this.remote.permissions.set(this.ann.id, 'write');
    const { world, link, self } = this;
    this.plane = new ControlPlaneBench({ forges: [createMemoryForge({ world, link, self })] });
  }

  /** With everything at its target. */
  static async open(first: PushedFiles = files): Promise<MergeRequestBench> {
    const bench = new MergeRequestBench();
    const { plane } = bench;
    await plane.start();
    await plane.admin.putSecret('key', 'hunter2', [{ kind: 'repository', name: 'infra' }]);
    const forge = { kind: 'memory', path: 'acme/infra' };
    await plane.admin.addRepository({ name: 'infra', url: 'https://git.example.com/i.git', forge });
    const revision = await bench.push(first);
    await plane.untilRun('shop', 'succeeded', revision);
    return bench;
  }

  async push(changed: PushedFiles): Promise<string> {
    const revision = this.plane.git.push(changed);
    this.#moveBranch('main', revision);
    await this.plane.admin.hintRepository('infra');
    return revision;
  }

  /** A merge request with these changes on top of what is pushed. */
  async propose(changed: PushedFiles, author: WorldUser = this.ann): Promise<WorldMergeRequest> {
    const base = this.remote.branchHead('main');
    const branch = `topic-${this.remote.mergeRequests.length}`;
    this.#moveBranch(branch, this.plane.git.propose(changed, { base }));
    const place = { sourceBranch: branch, targetBranch: 'main' };
    const request = this.remote.open({ ...place, title: 'Change', body: '', author });
    await this.hint();
    return request;
  }

  async pushTo(request: WorldMergeRequest, changed: PushedFiles): Promise<void> {
    const commit = this.plane.git.propose(changed, { base: request.sourceCommit });
    this.#moveBranch(request.sourceBranch, commit);
    await this.hint();
  }

  /** Until the forge was asked about a merge request anew. */
  async look(): Promise<void> {
    const { requests } = this.link;
    await this.hint();
    await this.plane.until('a look', async () => this.link.requests > requests + 3);
  }

  #moveBranch(branch: string, id: string): void {
    this.world.commits.put({ id, parents: [], files: new Map(), message: '' });
    this.remote.moveBranch(branch, id);
  }

  hint(): Promise<void> {
    return this.plane.admin.hintRepository('infra');
  }

  /** Our comment, once it says this. */
  async untilComment(request: WorldMergeRequest, text: string): Promise<string> {
    return this.plane.until(`a comment with ${text}`, async () => {
      const own = request.comments.filter(({ author }) => author.id === this.self.id);
      if (own.length > 1) throw new Error('There is more than one comment of ours.');
      return own.find(({ body }) => body.includes(text))?.body;
    });
  }

  /** What the head's status is, once it is no longer pending. */
  async untilStatus({ sourceCommit }: WorldMergeRequest): Promise<string> {
    return this.plane.until('a status', async () => {
      const [status] = this.remote.statusesOf(sourceCommit);
      const { state, description } = status ?? {};
      return state !== undefined && state !== 'pending' && `${state}: ${description}`;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.plane[Symbol.asyncDispose]();
  }
}

describe('a merge request', () => {
  it('is planned on what it would give, and shows that in one comment and a status', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose(bigger);

    const comment = await bench.untilComment(request, 'update');
    expect(comment).toContain('### Trueup: 1 to update in 1 stack');
    expect(comment).toContain('<code>infra/shop</code>');
    expect(comment).toContain('-   spec.size: 1\n+   spec.size: 2');
    expect(comment).not.toContain('blog');
    expect(await bench.untilStatus(request)).toBe('passed: planned 1 stack');
    expect(bench.plane.cloud.effects).toHaveLength(2);
    expect(bench.plane.errors).toEqual([]);
  });

  it('is planned anew when it is pushed to, in the same comment', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(bigger);
    await bench.untilComment(request, 'spec.size: 2');

    await bench.pushTo(request, { 'shop/web.json': thing('web', { spec: { size: 3 } }) });

    await bench.untilComment(request, 'spec.size: 3');
    const { items } = await bench.plane.memory.changeSets({ number: 1 }, { limit: 9 });
    expect(items.map(({ phase }) => phase.name)).toEqual(['planned', 'superseded']);
  });

  it('is planned anew when the followed branch moves', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(bigger);
    await bench.untilComment(request, 'in 1 stack');

    await bench.push({ 'shop/cache.json': thing('cache') });
    await bench.plane.untilRun('shop', 'succeeded');

    const comment = await bench.untilComment(request, '1 to update in 1 stack');
    expect(comment).not.toContain('cache');
  });

  it('that touches nothing says so', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({ README: 'words' });

    expect(await bench.untilStatus(request)).toBe('passed: touches no stack');
    expect(await bench.untilComment(request, 'no change in 0 stacks')).toBeDefined();
  });

  it('that conflicts is not planned, and says in which files', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(bigger);
    await bench.untilStatus(request);

    await bench.push({ 'shop/web.json': thing('web', { spec: { size: 9 } }) });

    expect(await bench.untilComment(request, 'conflict')).toContain('- `shop/web.json`');
  });

  it('is planned by the rules and targets of the followed branch alone', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({
      'trueup.yaml':
        `${files['trueup.yaml']}  - { name: new, path: shop, target: elsewhere }\n`.replace(
          'targets: { cloud: { things: {} } }',
          'targets: { cloud: { things: {} }, elsewhere: { things: {} } }',
        ),
    });

    const comment = await bench.untilComment(request, 'infra/new');
    expect(comment).toContain('It is planned once its target is merged');
  });

  it('tells of a stack that it no longer writes, and deletes nothing', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({
      'trueup.yaml': configuration('stacks:', '  - { name: blog, path: blog, target: cloud }'),
    });

    const comment = await bench.untilComment(request, 'infra/shop');
    expect(comment).toContain('no longer written');
    expect(comment).toContain('no change in 1 stack');
  });

  it('shows what would be deleted where it says that a stack is removed', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({
      'trueup.yaml': configuration(
        'stacks:',
        '  - { name: blog, path: blog, target: cloud }',
        'removed:',
        '  - { stack: shop, resources: delete }',
      ),
    });

    expect(await bench.untilComment(request, '**deletes**')).toContain('1 to delete in 1 stack');
  });

  it('with mistakes in the configuration shows them, and what it takes nothing for', async () => {
    await using bench = await MergeRequestBench.open();
    const broken = files['trueup.yaml'].replace('name: shop,', 'name: shop, aftr: [blog],');

    const request = await bench.propose({ ...bigger, 'trueup.yaml': broken });

    const comment = await bench.untilComment(request, '`trueup.yaml` would have mistakes');
    expect(comment).toMatch(/`trueup\.yaml:\d+`/);
    expect(comment).not.toContain('no longer written');
    expect(await bench.untilStatus(request)).toBe('failed: trueup.yaml has mistakes');
  });

  it('with mistakes shows them where they are', async () => {
    await using bench = await MergeRequestBench.open();

    const request = await bench.propose({ 'shop/web.json': '{ "kind": "Thing" ' });

    await bench.untilComment(request, 'cannot be planned');
    expect(await bench.untilStatus(request)).toBe('failed: 1 stack cannot be planned');
  });

  it('is merged or closed once the forge says so', async () => {
    await using bench = await MergeRequestBench.open();
    const merged = await bench.propose(bigger);
    const closed = await bench.propose({ 'blog/page.json': thing('page', { spec: { size: 4 } }) });
    await bench.untilStatus(merged);
    await bench.untilStatus(closed);

    merged.merged = { commit: 'f'.repeat(40), by: bench.ann, at: bench.world.tick() };
    merged.closedAt = merged.merged.at;
    bench.remote.close(closed.number);
    await bench.hint();

    const phases = await bench.plane.until('both to end', async () => {
      const { items } = await bench.plane.memory.changeSets({ open: false }, { limit: 9 });
      return items.length === 2 && items.map(({ number, phase }) => [number, phase.name]);
    });
    expect(phases.toSorted()).toEqual([
      [1, 'merged'],
      [2, 'closed'],
    ]);
  });

  it('is not planned again after a restart, and its comment is not written again', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(bigger);
    await bench.untilStatus(request);
    await bench.untilComment(request, 'update');
    const { updatedAt } = request.comments[0] ?? {};
    const before = await bench.plane.memory.changeSets({}, { limit: 9 });

    await bench.plane.restart();
    await bench.hint();
    await bench.plane.until('another look', async () => bench.link.requests > 0);

    expect(await bench.plane.memory.changeSets({}, { limit: 9 })).toEqual(before);
    expect(request.comments[0]?.updatedAt).toBe(updatedAt);
  });

  it('by somebody who may not push gets no secrets, until somebody who may asks for its plan', async () => {
    await using bench = await MergeRequestBench.open({
      ...files,
      'trueup.yaml': configuration(
        'stacks:',
        '  - { name: shop, path: shop, target: cloud }',
        '  - { name: safe, path: safe, target: cloud, inputs: { key: { secret: key } } }',
      ),
      'safe/door.json': thing('door'),
    });
    await bench.plane.untilRun('safe', 'succeeded');
    const stranger = bench.world.createUser('stranger');
    const early = 'No plan before this.';

    const request = await bench.propose(
      { 'safe/door.json': thing('door', { spec: { size: 5 } }) },
      stranger,
    );
    await bench.untilComment(request, 'the author may not push');
    bench.remote.comment(request.number, stranger, '/trueup plan');
    bench.remote.comment(request.number, bench.ann, `${early} > /trueup plan`);
    const edited = bench.remote.comment(request.number, bench.ann, early);
    bench.remote.editComment(request.number, edited.id, '/trueup plan');
    await bench.look();
    await bench.look();
    const refused = await bench.untilComment(request, 'the author may not push');
    const statuses = bench.remote.statusHistory(request.sourceCommit).map(({ state }) => state);
    bench.remote.comment(request.number, bench.ann, 'Looks sound.\n\n/trueup plan');
    await bench.hint();

    expect(refused).not.toContain('spec.size');
    expect(statuses).toEqual(['pending', 'pending']);
    await bench.untilComment(request, 'spec.size');
    const [set] = (await bench.plane.memory.changeSets({}, { limit: 1 })).items;
    expect(set?.phase.name).toBe('planned');
  });

  it('by somebody who may not push does not decide how a stack is rendered', async () => {
    await using bench = await MergeRequestBench.open();
    const stranger = bench.world.createUser('stranger');
    const other = `${files['trueup.yaml']}`.replace(
      'name: shop,',
      'name: shop, things: { scope: far },',
    );

    const plain = await bench.propose(bigger, stranger);
    const bent = await bench.propose({ ...bigger, 'trueup.yaml': other }, stranger);

    await bench.untilComment(plain, 'spec.size');
    const comment = await bench.untilComment(bent, 'the author may not push');
    expect(comment).toContain('It changes how the stack is rendered');
    expect(comment).not.toContain('spec.size');
  });

  it('that goes elsewhere is not planned any more', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(bigger);
    await bench.untilStatus(request);

    bench.remote.moveBranch('release', bench.remote.branchHead('main'));
    Object.assign(request, { targetBranch: 'release' });
    await bench.hint();

    const phase = await bench.plane.until('it to end', async () => {
      const [set] = (await bench.plane.memory.changeSets({ open: false }, { limit: 1 })).items;
      return set?.phase;
    });
    expect(phase).toEqual({ name: 'closed' });
  });

  it('is left alone once its repository is removed, whatever is under way', async () => {
    await using bench = await MergeRequestBench.open();
    bench.link.freeze();
    await bench.propose(bigger);
    await bench.plane.until('a look', async () => bench.link.requests > 0);

    await bench.plane.admin.removeRepository('infra');

    bench.link.recover();
    expect(bench.plane.errors).toEqual([]);
  });

  it('that cannot be read holds up no other, and is read again later', async () => {
    await using bench = await MergeRequestBench.open();
    bench.link.fail('connection-lost');
    const request = await bench.propose(bigger);
    await bench.plane.until('a failure', async () => bench.plane.errors.length > 0);
    bench.plane.errors.length = 0;

    bench.link.recover();
    await bench.hint();

    expect(await bench.untilStatus(request)).toBe('passed: planned 1 stack');
  });
});
