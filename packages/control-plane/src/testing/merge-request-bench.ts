import type { Approval, Role } from '@trueup/engine';
import type { WebhookRequest } from '@trueup/forge-sdk';
import {
  createMemoryForge,
  FaultClock,
  ForgeWorld,
  MemoryLink,
  signMemoryDelivery,
  type WorldMergeRequest,
  type WorldRepository,
  type WorldUser,
  writeMemoryDelivery,
} from '@trueup/forge-sdk/testing';
import type { CallContext, Provider } from '@trueup/provider-sdk';
import { createThingProvider } from '@trueup/provider-sdk/testing';

import { ControlPlaneBench, configuration, thing } from './control-plane-bench.ts';
import type { PushedFiles } from './fake-git-repository.ts';

/** Two stacks that go to one target. */
export const shopAndBlog: Readonly<
  Record<'trueup.yaml' | 'shop/web.json' | 'blog/page.json', string>
> = {
  'trueup.yaml': configuration(
    'stacks:',
    '  - { name: shop, path: shop, target: cloud }',
    '  - { name: blog, path: blog, target: cloud }',
  ),
  'shop/web.json': thing('web'),
  'blog/page.json': thing('page'),
};
/** One field of one of them is another. */
export const biggerShop: PushedFiles = { 'shop/web.json': thing('web', { spec: { size: 2 } }) };

const ruled = `${shopAndBlog['trueup.yaml']}rules:
  - { stacks: [shop], approvals: { count: 1, from: [group:ops], excludeAuthor: true } }
`;

/** Of the repository's webhooks. */
export const webhookSecret = 'a secret of webhooks';

/** A control plane, and a forge that has merge requests of its repository. */
export class MergeRequestBench implements AsyncDisposable {
  readonly world: ForgeWorld = new ForgeWorld();
  readonly remote: WorldRepository = this.world.createRepository('acme/infra');
  readonly self: WorldUser = this.world.createUser('trueup');
  readonly ann: WorldUser = this.world.createUser('ann');
  readonly link: MemoryLink = new MemoryLink(new FaultClock());
  readonly plane: ControlPlaneBench;
  /** How the provider `scripts` was asked: its method, and the isolation that was asked for. */
  readonly scriptCalls: string[] = [];
  /** How many merge requests the forge was asked about at once. */
  mostAtOnce = 0;
  #atOnce = 0;

  constructor() {
    this.remote.permissions.set(this.self.id, 'admin');
    this.remote.permissions.set(this.ann.id, 'write');
    const { world, link, self } = this;
    const forge = createMemoryForge({ world, link, self });
    const comments: typeof forge.comments = async (...asked) => {
      this.#atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
      return await forge.comments(...asked).finally(() => {
        this.#atOnce -= 1;
      });
    };
    this.plane = new ControlPlaneBench({
      forges: [{ ...forge, comments }],
      providers: (cloud) => [
        this.#noteCalls({ ...createThingProvider(cloud, { name: 'scripts' }), interprets: true }),
        // Its targets may be reached by what other stacks give.
        { ...createThingProvider(cloud, { name: 'made' }), checkTarget: () => [] },
      ],
    });
  }

  /** With everything at its target, and with branches that Trueup pushes on the forge as well. */
  static async open(first: PushedFiles = shopAndBlog): Promise<MergeRequestBench> {
    const bench = new MergeRequestBench();
    const { plane } = bench;
    plane.git.onBranch = (branch, commit) => bench.#moveBranch(branch, commit);
    await plane.start();
    await plane.admin.putSecret('key', 'hunter2', [{ kind: 'repository', name: 'infra' }]);
    const use = [{ kind: 'repository', name: 'infra' }] as const;
    await plane.admin.putSecret('hook', webhookSecret, use);
    const forge = { kind: 'memory', path: 'acme/infra', webhookSecret: 'hook' };
    await plane.admin.addRepository({ name: 'infra', url: 'https://git.example.com/i.git', forge });
    const revision = await bench.push(first);
    await plane.untilRun('shop', 'succeeded', revision);
    return bench;
  }

  /** A rule asks for the operators' approval of the shop; what was there before was not asked for. */
  static async openRuled(): Promise<MergeRequestBench> {
    const bench = await MergeRequestBench.open();
    const revision = await bench.push({ 'trueup.yaml': ruled });
    await bench.plane.until('the rule to be in force', async () => {
      const [repository] = await bench.plane.memory.repositories();
      return repository?.head === revision;
    });
    return bench;
  }

  async push(changed: PushedFiles): Promise<string> {
    const revision = this.plane.git.push(changed);
    this.#moveBranch('main', revision);
    await this.plane.admin.hintRepository('infra');
    return revision;
  }

  /** A merge request with these changes on top of what is pushed. */
  async propose(
    changed: PushedFiles,
    author: WorldUser = this.ann,
    branch = `topic-${this.remote.mergeRequests.length}`,
  ): Promise<WorldMergeRequest> {
    const base = this.remote.branchHead('main');
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

  #noteCalls(provider: Provider): Provider {
    const note = (method: string, { isolation }: CallContext): void => {
      this.scriptCalls.push(`${method}: ${isolation ?? 'as made'}`);
    };
    return {
      ...provider,
      prepare: (files, request, call) => {
        note('prepare', call);
        return provider.prepare(files, request, call);
      },
      plan: (target, request, call) => {
        note('plan', call);
        return provider.plan(target, request, call);
      },
      apply: (target, request, call) => {
        note('apply', call);
        return provider.apply(target, request, call);
      },
    };
  }

  #moveBranch(branch: string, id: string): void {
    this.world.commits.put({ id, parents: [], files: new Map(), message: '' });
    this.remote.moveBranch(branch, id);
  }

  /** An account on the forge that a member is linked to. */
  async member(
    name: string,
    role: Role = 'approver',
    groups: readonly string[] = [],
  ): Promise<WorldUser> {
    const user = this.world.createUser(name);
    const identities = [`memory:${user.id}`];
    await this.plane.admin.putMember(name, { grants: [{ role }], groups, identities });
    return user;
  }

  async say(request: WorldMergeRequest, user: WorldUser, body: string): Promise<void> {
    this.remote.comment(request.number, user, body);
    await this.hint();
  }

  /** What the comment tells people to write. */
  async commandIn(request: WorldMergeRequest): Promise<string> {
    const body = await this.untilComment(request, '/trueup approve');
    return /\/trueup approve [0-9a-f]{12}/.exec(body)?.[0] ?? '';
  }

  /** As the forge would: the followed branch gets what the merge request brings. */
  async merge(request: WorldMergeRequest, changed: PushedFiles): Promise<string> {
    const commit = this.plane.git.push(changed, { email: 'merger@example.com' });
    const at = this.world.tick();
    request.merged = { commit, by: this.ann, at };
    request.closedAt = at;
    this.#moveBranch('main', commit);
    await this.hint();
    return commit;
  }

  async approvals(number: number): Promise<readonly Approval[]> {
    const [repository] = await this.plane.memory.repositories();
    const wanted = { repository: repository?.id ?? '', mergeRequest: number };
    return this.plane.memory.approvals(wanted);
  }

  /** The newest status of a context, as `state: description`. */
  statusOf({ sourceCommit }: WorldMergeRequest, context: string): string {
    const found = this.remote.statusesOf(sourceCommit).find((one) => one.context === context);
    return `${found?.state}: ${found?.description}`;
  }

  async untilStatusOf(request: WorldMergeRequest, context: string, wanted: string): Promise<void> {
    await this.plane.until(`${context} to be ${wanted}`, async () =>
      this.statusOf(request, context).includes(wanted),
    );
  }

  /** A webhook, as the forge would send and sign it. */
  delivery(
    event: Parameters<typeof writeMemoryDelivery>[0],
    {
      path = 'acme/infra',
      secret = webhookSecret,
    }: { readonly path?: string; readonly secret?: string } = {},
  ): WebhookRequest {
    return writeMemoryDelivery(event, { repository: path, secret });
  }

  /** Any body, with a signature that holds. */
  sign(body: Uint8Array): WebhookRequest {
    return signMemoryDelivery(body, webhookSecret);
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
