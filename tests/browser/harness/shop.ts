/** A server with a hosted repository whose one stack is applied, and whose rule asks for one approval. */
import { openSandbox } from '../../e2e/harness/cluster.ts';
import { createHostedProject, type HostedProject } from '../../e2e/harness/hosted-project.ts';
import { type Installation, install } from '../../e2e/harness/installation.ts';
import { configMap, project } from '../../e2e/harness/manifests.ts';
import { poll } from '../../e2e/harness/poll.ts';
import { Visitor } from './visitor.ts';

export const repository = 'shop';
const rules = 'rules:\n  - { stacks: ["*"], approvals: { count: 1, excludeAuthor: true } }\n';

export class Shop implements AsyncDisposable {
  readonly here: Installation;
  readonly hosted: HostedProject;
  readonly #stack: AsyncDisposableStack;

  constructor(here: Installation, hosted: HostedProject, stack: AsyncDisposableStack) {
    this.here = here;
    this.hosted = hosted;
    this.#stack = stack;
  }

  static async open(): Promise<Shop> {
    await using opened = new AsyncDisposableStack();
    const here = opened.use(await install(() => openSandbox()));
    const hosted = await createHostedProject(here);
    const shop = new Shop(here, hosted, opened.move());
    const { context } = here.cluster;
    const first = await hosted.push('main', {
      'trueup.yaml': project({ context }),
      ...shop.door('one'),
    });
    await shop.applied(first);
    await shop.#rule(project({ context, rules }));
    return shop;
  }

  /** The one file of the one stack. */
  door(value: string): Readonly<Record<string, string>> {
    return { 'shop/a.yaml': configMap(this.here.namespace, 'door', value) };
  }

  /** What stands in the cluster. */
  async value(): Promise<string> {
    const { data } = await this.here.get('configmaps/door');
    return String(data.value);
  }

  /** Somebody with a browser, and nothing else; whoever calls this sees them off. */
  async visit(
    name: string,
    role: 'viewer' | 'approver',
    path = '/',
    baseUrl: string = this.here.baseUrl,
  ): Promise<Visitor> {
    const { api } = this.here;
    await api.putMember({ params: { member: name }, body: { grants: [{ role }] } });
    const body = { label: 'browser' };
    const { token } = await api.createToken({ params: { member: name }, body });
    return await Visitor.openSignedIn(baseUrl, { token, path });
  }

  async applied(revision: string): Promise<string> {
    return await poll('it is applied', async () => {
      const { items } = await this.here.api.runs({ query: { limit: 100 } });
      const own = items.find((run) => run.revision === revision);
      return own?.phase.name === 'succeeded' && own.id;
    });
  }

  async openRequest(source: string, title = 'Change'): Promise<number> {
    const body = { source, title };
    return (await this.here.api.openMergeRequest({ params: { repository }, body })).number;
  }

  /** Once its plan is there. */
  async planned(number: number): Promise<void> {
    await poll('it is planned', async () => {
      const { items } = await this.here.api.changeSets({ query: { repository, number, limit: 1 } });
      return items[0]?.phase === 'planned';
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  async #rule(text: string): Promise<void> {
    const { here, hosted } = this;
    await hosted.push('rules', { 'trueup.yaml': text });
    const params = { repository, number: await this.openRequest('rules') };
    const { source } = await here.api.mergeRequest({ params });
    await here.api.mergeMergeRequest({ params, body: { commit: source.commit } });
    await hosted.git('fetch', '--quiet', 'origin', 'main');
    await hosted.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
    const checks = ['trueup/plan', 'trueup/approval'];
    const protections = [{ pattern: 'main', checks, approvals: 0, resolvedThreads: false }];
    const body = { protections, mergeMethods: ['merge', 'squash'] } as const;
    await here.api.changeHosting({ params: { repository }, body });
    const revision = await hosted.git('rev-parse', 'FETCH_HEAD');
    await poll('the rules are in force', async () => {
      const { items } = await here.api.repositories();
      return items.find(({ name }) => name === repository)?.head === revision;
    });
  }
}
