/** The example that goes through all tools: one plan, one approval, one order, one drift inbox. */
import type { ApiClient, ChangeSet, Rollout, Run } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { openSandbox, realCluster } from './harness/cluster.ts';
import { type FleetFiles, FleetParts, hasFleetParts } from './harness/fleet-parts.ts';
import { createHostedProject, type HostedProject } from './harness/hosted-project.ts';
import { type Installation, install } from './harness/installation.ts';
import { poll } from './harness/poll.ts';

const repository = 'fleet';
const names = ['network', 'base', 'images', 'edge', 'shop'] as const;
type Name = (typeof names)[number];

/** It takes a minute and a half; Ansible ten times as long where others want the processors as well. */
const patienceMs = 600_000;

describe.runIf(hasFleetParts)('the fleet', () => {
  it(
    'is brought about, changed, held up, kept and taken back across five tools',
    async () => {
      await using parts = await FleetParts.start();
      await using here = await install(async () => realCluster() ?? openSandbox());
      const fleet = await Fleet.open(here, parts);

      // All of it by one merge request; what needs the machines is planned once they are there.
      const made = await fleet.request('all', fleet.files);
      expect(statesOf(made.set)).toEqual({ ...allPlanned, base: 'deferred' });
      const first = await fleet.approveAndMerge(made);
      await fleet.approveLate('base', first);
      await fleet.allSucceeded(first);
      expect(parts.fileOf('motd')).toContain('web-1 of the fleet, in 10.20.0.0/16.');
      expect(await parts.tag('production')).toBe(parts.digests[0]);
      expect(await parts.page()).toBe('version=1 mode=edge\n');
      expect((await here.get('apps/v1/deployments/web')).spec.replicas).toBe(2);
      expect(await fleet.inOrder(first)).toBe(true);

      // A second plan is empty, in all of them.
      expect(await fleet.extentsOfOneMore()).toEqual(names.map(() => 'nothing'));

      // What fails stops what comes after it, and nothing else.
      const broken = await fleet.request('promote', fleet.brokenPromotion(parts.digests));
      expect(statesOf(broken.set)).toEqual({ images: 'planned', edge: 'planned', shop: 'planned' });
      const second = await fleet.approveAndMerge(broken);
      const rollout = await fleet.rolloutOf(second, 'partly');

      expect(outcomesOf(rollout)).toEqual({ images: 'succeeded', edge: 'failed', shop: 'skipped' });
      expect(await parts.tag('production')).toBe(parts.digests[1]);
      expect(await parts.page()).toBe('version=1 mode=edge\n');

      // It is taken back as a whole, by one digest, and each tool says what it leaves.
      const params = { rollout: rollout.id };
      const { stacks } = await here.api.rollbackOf({ params });
      expect(stacks.map(({ stack, state, count }) => [stack, state, count > 0])).toEqual([
        ['fleet/images', 'succeeded', true],
        ['fleet/edge', 'failed', false],
        ['fleet/shop', 'skipped', false],
      ]);
      expect(stacks[0]?.leaves[0]?.says).toContain('What was copied stays in the registry');
      const opened = await here.api.rollbackRollout({ params, body: { reason: 'it is broken' } });
      const back = { number: opened.number, set: await fleet.planned(opened.number) };
      expect(Object.keys(back.set.stacks).sort()).toEqual([
        'fleet/edge',
        'fleet/images',
        'fleet/shop',
      ]);
      const third = await fleet.approveAndMerge(back);
      // Nothing was done to the other two.
      await fleet.rolloutOf(third, 'succeeded');
      expect(await parts.tag('production')).toBe(parts.digests[0]);
      expect(await parts.page()).toBe('version=1 mode=edge\n');

      // Drift of two tools lies in one inbox.
      await parts.stopContainer();
      await here.patch('configmaps/web', { data: { MODE: 'by hand' } });
      const drifted = await poll('drift of two tools', async () => {
        const { items } = await here.api.drift({ query: { open: true, limit: 100 } });
        const found = new Set(items.map(({ stack }) => stack));
        return found.size > 1 ? [...found].sort() : undefined;
      });
      expect(drifted).toEqual(['fleet/edge', 'fleet/shop']);
    },
    patienceMs,
  );
});

const allPlanned = Object.fromEntries(names.map((name) => [name, 'planned']));

interface Planned {
  readonly number: number;
  readonly set: ChangeSet;
}

class Fleet {
  readonly here: Installation;
  readonly project: HostedProject;
  readonly bob: ApiClient;
  /** As they are on main. */
  files: FleetFiles;

  constructor(
    here: Installation,
    known: { readonly project: HostedProject; readonly bob: ApiClient; readonly files: FleetFiles },
  ) {
    this.here = here;
    this.project = known.project;
    this.bob = known.bob;
    this.files = known.files;
  }

  /** Only rules and targets are there. */
  static async open(here: Installation, parts: FleetParts): Promise<Fleet> {
    const project = await createHostedProject(here, repository);
    await parts.giveSecrets(here.api);
    const files = parts.files(here.cluster.context);
    const rules = (files['trueup.yaml'] ?? '').replace(
      /stacks:\n[\s\S]*\nrules:/,
      'stacks: []\n\nrules:',
    );
    const revision = await project.push('main', { 'trueup.yaml': rules });
    await poll('the rules are in force', async () => {
      const { items } = await here.api.repositories();
      return items.find(({ name }) => name === repository)?.head === revision;
    });
    const bob = await project.member('bob', 'approver');
    const grants = [{ role: 'approver' }] as const;
    await here.api.putMember({ params: { member: 'bob' }, body: { grants, groups: ['ops'] } });
    return new Fleet(here, { project, bob, files });
  }

  /** A merge request with one plan. */
  async request(branch: string, files: FleetFiles): Promise<Planned> {
    const { api } = this.here;
    await this.project.git('fetch', '--quiet', 'origin', 'main');
    await this.project.git('checkout', '--quiet', '--force', '-B', branch, 'FETCH_HEAD');
    await this.project.push(branch, files);
    const params = { repository };
    const body = { source: branch, title: `Change ${branch}` };
    const { number } = await api.openMergeRequest({ params, body });
    return { number, set: await this.planned(number) };
  }

  /** What the server complained of. */
  troubles(): string {
    const lines = this.here.output.split('\n').filter((one) => !one.includes('"level":"info"'));
    return lines.join('\n').slice(-3000);
  }

  async planned(number: number): Promise<ChangeSet> {
    const { api } = this.here;
    return await poll(
      `!${number} is planned`,
      async () => {
        const { items } = await api.changeSets({ query: { repository, number, limit: 1 } });
        const [newest] = items;
        return newest?.phase === 'planned' ? newest : undefined;
      },
      () => this.troubles(),
    );
  }

  /** Somebody else says yes to the digest of the whole; answers with the merge commit. */
  async approveAndMerge({ number, set }: Planned): Promise<string> {
    const { api } = this.here;
    const params = { changeSet: set.id };
    await this.bob.approveChangeSet({ params, body: { digest: set.digest } });
    const key = { repository, number };
    const { source } = await api.mergeRequest({ params: key });
    const end = await api.mergeMergeRequest({ params: key, body: { commit: source.commit } });
    if (end.kind !== 'merged') throw new Error(`!${number}: ${end.kind}`);
    return end.commit;
  }

  /** What could not be planned before is approved now that it can. */
  async approveLate(stack: Name, revision: string): Promise<Run> {
    const run = await this.runIn(stack, revision, 'awaiting-approval');
    const digest = run.plan?.digest ?? '';
    await this.bob.approve({ params: { run: run.id }, body: { digest } });
    return run;
  }

  allSucceeded(revision: string): Promise<void> {
    return this.succeeded(revision, names);
  }

  async succeeded(revision: string, stacks: readonly Name[]): Promise<void> {
    for (const name of stacks) await this.runIn(name, revision, 'succeeded');
  }

  /** Whether each one began after those that it comes after had ended. */
  async inOrder(revision: string): Promise<boolean> {
    const rollout = await this.rolloutOf(revision, 'succeeded');
    const times = new Map<string, { readonly begun: string; readonly ended: string }>();
    for (const [stack, { state }] of Object.entries(rollout.stacks)) {
      const run = 'run' in state ? (state.run ?? '') : '';
      const { createdAt, updatedAt } = await this.here.api.run({ params: { run } });
      times.set(stack, { begun: createdAt, ended: updatedAt });
    }
    return Object.entries(rollout.stacks).every(([stack, { after }]) =>
      after.every((one) => (times.get(one)?.ended ?? '') <= (times.get(stack)?.begun ?? '')),
    );
  }

  rolloutOf(revision: string, phase: Rollout['phase']): Promise<Rollout> {
    let seen: Rollout | undefined;
    return poll(
      `the rollout is ${phase}`,
      async () => {
        const { items } = await this.here.api.rollouts({ query: { limit: 10 } });
        seen = items.find((one) => one.revision === revision);
        return seen?.phase === phase ? seen : undefined;
      },
      () => `${JSON.stringify(seen)}\n${this.troubles()}`,
    );
  }

  /** Runs each of them once more, and tells what that did. */
  async extentsOfOneMore(): Promise<readonly string[]> {
    const started = await Promise.all(
      names.map((stack) => this.here.api.apply({ params: { repository, stack } })),
    );
    const ended = started.map(({ id }) =>
      poll('it has nothing to do', async () => {
        const { phase } = await this.here.api.run({ params: { run: id } });
        return phase.name === 'succeeded' ? phase.extent : undefined;
      }),
    );
    return await Promise.all(ended);
  }

  /** The second version everywhere, and in the middle a container that ends at once. */
  brokenPromotion([one, two]: readonly [string, string]): FleetFiles {
    const promoted = ['images/registry.yaml', 'edge/compose.yaml', 'shop/web.yaml'].map(
      (path): readonly [string, string] => [path, (this.files[path] ?? '').replaceAll(one, two)],
    );
    const { 'edge/compose.yaml': compose = '', ...rest } = Object.fromEntries(promoted);
    const broken = compose.replace('APP_MODE: edge', 'APP_MODE: edge, FAIL: "1"');
    return { ...rest, 'edge/compose.yaml': broken };
  }

  runIn(stack: Name, revision: string, ...phases: readonly Run['phase']['name'][]): Promise<Run> {
    let seen: Run | undefined;
    return poll(
      `${stack} is ${phases.join(' or ')}`,
      async () => {
        const query = { stack: `${repository}/${stack}`, limit: 20 };
        const known = await this.here.api.stacks({ query: { limit: 100 } });
        if (!known.items.some(({ name }) => name === stack)) return undefined;
        const { items } = await this.here.api.runs({ query });
        seen = items.find((run) => run.revision === revision);
        return seen && phases.includes(seen.phase.name) ? seen : undefined;
      },
      () => `${JSON.stringify(seen?.phase)}\n${this.troubles()}`,
      patienceMs,
    );
  }
}

function statesOf({ stacks }: ChangeSet): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stacks).map(([id, { state, reason, diagnostics }]) => [
      id.slice(repository.length + 1),
      state === 'failed' ? `failed: ${JSON.stringify(diagnostics)} ${reason}` : state,
    ]),
  );
}

function outcomesOf({ stacks }: Rollout): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stacks).map(([id, { state }]) => [id.slice(repository.length + 1), state.name]),
  );
}
