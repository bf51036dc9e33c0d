import type { JsonObject } from '@trueup/diagnostics';
import { createPlainRenderer } from '@trueup/manifests';
import type { End, Plan } from '@trueup/provider-sdk';
import { isEnd } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import type { ObjectPlace } from '../kubernetes-client.ts';
import { createKubernetesProvider } from '../kubernetes-provider.ts';
import { fakeKind } from '../testing/fake-kinds.ts';
import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';

const place: ObjectPlace = {
  kind: fakeKind('Job.batch', 'jobs'),
  namespace: 'default',
  name: 'migrate',
};
const signal = new AbortController().signal;
const call = { signal, seal: () => 'sealed' };
const target = { name: 'staging', settings: { context: 'staging' } };
const stack = { name: 'shop/web', path: 'web', settings: {}, owner: 'mark', formerOwners: [] };
const ended = (type: string) => ({ conditions: [{ type, status: 'True', reason: 'Because' }] });

class Bench {
  readonly client = new FakeKubernetesClient();
  readonly files = createMemoryFiles({});
  readonly provider = createKubernetesProvider({
    connections: { kubeconfigs: [], programs: { searchPath: '', environment: {} } },
    renderers: [createPlainRenderer()],
    connect: async () => ({ client: this.client, namespace: 'default' }),
  });

  constructor(annotations = 'argocd.argoproj.io/hook: PreSync', image = 'a') {
    this.write(annotations, image);
  }

  write(annotations: string, image: string): void {
    this.files.set(
      'web/job.yaml',
      `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { ${annotations} } }
spec: { template: { spec: { containers: [{ name: a, image: ${image} }] } } }
`,
    );
  }

  /** The job's controller: how it ends, some time after it was created. */
  endWith(status: JsonObject): void {
    this.client.admit = (object, { dryRun }) => {
      if (!dryRun && object['status'] === undefined) setTimeout(() => this.report(status), 5);
      return object;
    };
  }

  report(status: JsonObject): void {
    this.client.edit(place, (body) => ({ ...body, status }), 'job-controller');
  }

  async plan(): Promise<Plan> {
    const prepared = await this.provider.prepare(this.files, { stack, target, inputs: {} }, call);
    const ids = prepared.resources.map(({ id }) => id);
    const observed = await this.provider.observe(target, { ids }, call);
    const request = { stack, prepared, observed, inventory: [], foreign: 'ignore' } as const;
    return this.provider.plan(target, request, call);
  }

  async run(): Promise<readonly End[]> {
    const prepared = await this.provider.prepare(this.files, { stack, target, inputs: {} }, call);
    const { changes } = await this.plan();
    const stream = this.provider.apply(target, { stack, changes, prepared }, call);
    return (await Array.fromAsync(stream)).filter(isEnd);
  }

  async uid(): Promise<unknown> {
    const body = await this.client.get(place, signal);
    return (body?.['metadata'] as JsonObject | undefined)?.['uid'];
  }
}

describe('a hook', () => {
  it('is done when it completed', async () => {
    const bench = new Bench();
    bench.endWith(ended('Complete'));

    expect(await bench.run()).toMatchObject([{ kind: 'done' }]);
    expect((await bench.plan()).changes).toMatchObject([{ action: 'execute', executes: 'always' }]);
  });

  it('runs anew each time, in the place of the last one', async () => {
    const bench = new Bench();
    bench.endWith(ended('Complete'));
    await bench.run();
    const first = await bench.uid();

    expect(await bench.run()).toMatchObject([{ kind: 'done' }]);

    expect(await bench.uid()).not.toBe(first);
  });

  it('has failed when it failed, for a reason', async () => {
    const bench = new Bench();
    bench.endWith(ended('Failed'));

    expect(await bench.run()).toMatchObject([
      { kind: 'failed', failure: { code: 'KUBERNETES_HOOK_FAILED', message: /Because/ } },
    ]);
  });

  it('is waited for when it still runs, not started twice', async () => {
    const bench = new Bench();
    const first = bench.run();
    await expect.poll(() => bench.uid()).toBeDefined();
    const uid = await bench.uid();
    const second = bench.run();
    await new Promise((resolve) => setTimeout(resolve, 5));
    bench.report(ended('Complete'));

    expect([...(await first), ...(await second)]).toMatchObject([
      { kind: 'done' },
      { kind: 'done' },
    ]);
    expect(await bench.uid()).toBe(uid);
  });

  it.each([
    [
      'argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded',
      'Complete',
      false,
    ],
    [
      'argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded',
      'Failed',
      true,
    ],
    [
      'helm.sh/hook: pre-install, helm.sh/hook-delete-policy: "before-hook-creation,hook-failed"',
      'Failed',
      false,
    ],
    [
      'helm.sh/hook: pre-install, helm.sh/hook-delete-policy: before-hook-creation',
      'Complete',
      true,
    ],
  ])('by %s, ending with %s, stays: %s', async (annotations, end, stays) => {
    const bench = new Bench(annotations);
    bench.endWith(ended(end));

    await bench.run();

    expect((await bench.uid()) !== undefined).toBe(stays);
  });

  it('of an installation runs once, and again when its content changed or it failed', async () => {
    const bench = new Bench('helm.sh/hook: post-install');
    bench.endWith(ended('Complete'));
    await bench.run();
    expect((await bench.plan()).changes).toMatchObject([{ action: 'none' }]);

    bench.write('helm.sh/hook: post-install', 'b');
    expect((await bench.plan()).changes).toMatchObject([
      { action: 'execute', executes: 'changed' },
    ]);
    bench.endWith(ended('Failed'));
    await bench.run();

    expect((await bench.plan()).changes).toMatchObject([{ action: 'execute' }]);
  });

  it('that vanishes is no success', async () => {
    const bench = new Bench();
    const run = bench.run();
    await expect.poll(() => bench.uid()).toBeDefined();
    bench.client.remove(place);

    expect(await run).toMatchObject([
      { kind: 'in-doubt', failure: { code: 'KUBERNETES_HOOK_GONE' } },
    ]);
  });
});
