import { type JsonObject, readObject } from '@trueup/diagnostics';
import { createPlainRenderer } from '@trueup/manifests';
import type { Plan, Prepared, ResourceId } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { KubernetesApiError, type ObjectPlace, type RefusalTrait } from '../kubernetes-client.ts';
import {
  createKubernetesProvider,
  type KubernetesProviderOptions,
} from '../kubernetes-provider.ts';
import { fakeKind } from '../testing/fake-kinds.ts';
import { FakeKubernetesClient } from '../testing/fake-kubernetes-client.ts';

const signal = new AbortController().signal;
const call = { signal, seal: () => 'sealed' };
const target = { name: 'staging', settings: { context: 'staging' } };
const stack = { name: 'shop/web', path: 'web', settings: {}, owner: 'mark', formerOwners: [] };
const place: ObjectPlace = {
  kind: fakeKind('ConfigMap', 'configmaps'),
  namespace: 'default',
  name: 'a',
};
const map = (value: string, more = '') => `
apiVersion: v1
kind: ConfigMap
metadata: { name: a${more} }
data: { value: "${value}" }
`;

class Bench {
  readonly client = new FakeKubernetesClient();
  readonly files = createMemoryFiles({});
  readonly provider: ReturnType<typeof createKubernetesProvider>;

  constructor(text: string, options: Partial<KubernetesProviderOptions> = {}) {
    this.files.set('web/all.yaml', text);
    this.provider = createKubernetesProvider({
      connections: { kubeconfigs: [], programs: { searchPath: '', environment: {} } },
      renderers: [createPlainRenderer()],
      connect: async () => ({ client: this.client, namespace: 'default' }),
      ...options,
    });
  }

  async plan(): Promise<Plan> {
    const prepared = await this.provider.prepare(this.files, { stack, target, inputs: {} }, call);
    const ids = prepared.resources.map(({ id }) => id);
    const observed = await this.provider.observe(target, { ids }, call);
    const request = { stack, prepared, observed, inventory: ids, foreign: 'report' } as const;
    return this.provider.plan(target, request, call);
  }

  async apply(): Promise<readonly string[]> {
    const prepared = await this.provider.prepare(this.files, { stack, target, inputs: {} }, call);
    const { changes } = await this.plan();
    const stream = this.provider.apply(target, { stack, changes, prepared }, call);
    return (await Array.fromAsync(stream)).map(({ kind }) => kind);
  }

  refuseDryRuns(status: number, ...traits: readonly RefusalTrait[]): void {
    this.client.admit = (object, { dryRun }) => {
      if (dryRun) throw new KubernetesApiError(status, 'BadRequest', [], { traits });
      return object;
    };
  }
}

describe('planning', () => {
  it.each<[string, number, readonly RefusalTrait[]]>([
    ['takes no part in dry runs', 400, ['dry-run-unsupported', 'webhook']],
    ['does not answer', 500, ['webhook']],
  ])('predicts where a webhook %s, and says so', async (_name, status, traits) => {
    const bench = new Bench(map('1'));
    bench.refuseDryRuns(status, ...traits);

    const created = await bench.plan();
    await bench.apply();
    bench.files.set('web/all.yaml', map('2'));
    const updated = await bench.plan();

    expect(created.changes).toMatchObject([{ action: 'create', confidence: 'predicted' }]);
    expect(updated.changes).toMatchObject([
      {
        action: 'update',
        confidence: 'predicted',
        fields: [{ path: ['data', 'value'], before: '1', after: '2' }],
      },
    ]);
    for (const { coverage } of [created, updated]) {
      expect(coverage.gaps).toMatchObject([{ extent: 'partial', subject: 'ConfigMap/default/a' }]);
    }
  });

  it('asks nothing about new objects where they are predicted', async () => {
    const bench = new Bench(map('1'), { creates: 'predicted' });

    expect((await bench.plan()).changes).toMatchObject([{ confidence: 'predicted' }]);
    expect(bench.client.countRequests().byPurpose['dry-run']).toBeUndefined();
  });

  it.each([
    ['predicted', 'predicted'],
    ['dry-run', 'deferred'],
  ] as const)('of what lies in a new namespace, with creates %s, is %s', async (creates, how) => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: new }\n';
    const bench = new Bench(`${namespace}---${map('1', ', namespace: new')}`, { creates });

    const { changes, coverage } = await bench.plan();

    expect(changes.at(-1)).toMatchObject({ id: 'ConfigMap/new/a', confidence: how });
    expect(coverage.gaps).toHaveLength(how === 'deferred' ? 1 : 0);
  });

  it('surveys once, while it prepares, what it is told that comes next', async () => {
    const bench = new Bench(map('1'));
    await bench.apply();
    const before = bench.client.countRequests().byPurpose['list'] ?? 0;
    const ids = ['ConfigMap/default/a' as ResourceId];
    const request = { stack, target, inputs: {}, surveyFollows: true };
    await bench.provider.prepare(bench.files, request, call);
    const foreseen = bench.client.countRequests().byPurpose['list'] ?? 0;

    const first = await bench.provider.survey?.(target, { stack, ids }, call);
    const surveyed = bench.client.countRequests().byPurpose['list'] ?? 0;
    const second = await bench.provider.survey?.(target, { stack, ids }, call);

    expect([foreseen > before, surveyed]).toEqual([true, foreseen]);
    expect(bench.client.countRequests().byPurpose['list']).toBeGreaterThan(surveyed);
    expect(second?.observed[0]?.version).toBe(first?.observed[0]?.version);
  });

  it('says what the server warns of, of new objects and of others, every time', async () => {
    const bench = new Bench(map('1'));
    const apply = bench.client.apply.bind(bench.client);
    bench.client.apply = (at, body, options) => {
      options.onWarning?.({ path: ['dat'], text: 'the cluster does not know the field dat' });
      return apply(at, body, options);
    };

    const created = await bench.plan();
    await bench.apply();
    bench.files.set('web/all.yaml', map('2'));
    const updated = [await bench.plan(), await bench.plan()];

    for (const { diagnostics, changes } of [created, ...updated]) {
      expect(changes).toHaveLength(1);
      expect(diagnostics).toMatchObject([
        { severity: 'warning', code: 'KUBERNETES_WARNING', path: ['dat'], origin: { line: 2 } },
      ]);
    }
    expect(updated[0]?.changes).toEqual(updated[1]?.changes);
  });

  it('says what is refused, and plans the rest', async () => {
    const bench = new Bench(`${map('1')}---${map('1', 'b')}`);
    bench.client.admit = (object) => {
      if (readObject(object, 'metadata')['name'] === 'ab')
        throw new KubernetesApiError(422, 'Invalid', ['data']);
      return object;
    };

    const { changes, diagnostics } = await bench.plan();

    expect(changes).toMatchObject([{ id: 'ConfigMap/default/a' }]);
    expect(diagnostics).toMatchObject([
      { code: 'KUBERNETES_REFUSED', path: ['data'], origin: { line: 7 } },
    ]);
  });

  it('fails as a whole when the server is gone', async () => {
    const bench = new Bench(map('1'));
    await bench.plan();
    bench.client.unplug();

    await expect(bench.plan()).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' });
  });

  it('looks again at what appeared in between', async () => {
    const bench = new Bench(map('2'));
    await bench.plan();
    const prepared = await bench.provider.prepare(bench.files, { stack, target, inputs: {} }, call);
    bench.client.put(place, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {},
      data: { value: '1' },
    });

    const request = { stack, prepared, observed: [], inventory: [], foreign: 'ignore' } as const;
    const { changes } = await bench.provider.plan(target, request, call);

    expect(changes).toMatchObject([
      { action: 'take-over', fields: [{ before: '1', after: '2' }, {}, {}] },
    ]);
  });

  it('deletes nothing when it could not read everything', async () => {
    const bench = new Bench(map('1'));
    await bench.apply();
    const inventory = ['ConfigMap/default/a' as ResourceId];
    const observed = await bench.provider.observe(target, { ids: inventory }, call);
    const planWith = async (diagnostics: Prepared['diagnostics']) => {
      const prepared = { resources: [], inputsRead: [], diagnostics };
      const request = { stack, prepared, observed, inventory, foreign: 'ignore' } as const;
      return (await bench.provider.plan(target, request, call)).changes;
    };

    const broken = { severity: 'error', code: 'YAML_BROKEN', path: [], summary: 'broken' } as const;
    expect(await planWith([broken])).toEqual([]);
    expect(await planWith([])).toMatchObject([{ action: 'delete' }]);
  });

  it('deletes only after explicit words what is not ours, or what asks to be kept', async () => {
    const bench = new Bench(map('1'));
    const inventory = ['ConfigMap/default/a' as ResourceId];
    const protectionWith = async (metadata: JsonObject) => {
      bench.client.put(place, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
      const observed = await bench.provider.observe(target, { ids: inventory }, call);
      const prepared = { resources: [], inputsRead: [], diagnostics: [] };
      const request = { stack, prepared, observed, inventory, foreign: 'ignore' } as const;
      return (await bench.provider.plan(target, request, call)).changes[0]?.protection;
    };
    const labels = { 'trueup.dev/owner': 'mark' };
    const kept = (annotation: string, value: string) =>
      protectionWith({ labels, annotations: { [annotation]: value } });

    expect(await protectionWith({ labels })).toBeUndefined();
    expect(await protectionWith({})).toContain('does not bear the mark');
    expect(await protectionWith({ labels: { 'trueup.dev/owner': 'x' } })).toContain(
      'another stack',
    );
    expect(await kept('trueup.dev/prune', 'disabled')).toContain('trueup.dev/prune');
    expect(await kept('kustomize.toolkit.fluxcd.io/prune', 'Disabled')).toBeDefined();
    expect(
      await kept('argocd.argoproj.io/sync-options', 'Validate=false, Prune=false'),
    ).toBeDefined();
    expect(await kept('helm.sh/resource-policy', 'keep')).toBeDefined();
    expect(await kept('helm.sh/resource-policy', 'drop')).toBeUndefined();
  });

  it('replaces what is on its way out', async () => {
    const bench = new Bench(map('1'));
    await bench.apply();
    const body = await bench.client.get(place, signal);
    const metadata = { ...readObject(body, 'metadata'), deletionTimestamp: '2026-01-01T00:00:00Z' };
    bench.client.put(place, { ...body, metadata });

    expect((await bench.plan()).changes).toMatchObject([{ action: 'replace' }]);
    bench.files.set('web/all.yaml', map('1', 'b'));
    expect((await bench.plan()).changes).toMatchObject([{ action: 'create' }]);
  });
});

describe('applying', () => {
  it('is in doubt when no answer came, and has failed when nothing was asked', async () => {
    const bench = new Bench(map('1'));
    bench.client.admit = (object, { dryRun }) => {
      if (!dryRun) throw new TypeError('terminated');
      return object;
    };

    expect(await bench.apply()).toEqual(['in-doubt']);

    bench.client.admit = (object, { dryRun }) => {
      if (!dryRun) throw new KubernetesApiError(422, 'Invalid');
      return object;
    };
    expect(await bench.apply()).toEqual(['failed']);
  });
});
