import { readField, readObject } from '@trueup/diagnostics';
import { expect, it } from 'vitest';

import { deployment, map, print, settings, web } from './sample-objects.ts';
import { Stage, type StartStage } from './stage.ts';

export function ownershipCases(start: StartStage): void {
  it('takes over what kubectl applied, and removes what Git does not say', async () => {
    const stage = await start();
    const body = { ...map, data: { a: '1', old: 'x' } };
    const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
    const metadata = { name: 'settings', annotations: { [lastApplied]: JSON.stringify(body) } };
    await stage.put({ ...body, metadata }, 'kubectl-client-side-apply');
    stage.write(settings('{ a: "1" }'));

    const plan = await stage.plan();

    expect(Stage.summarize(plan)).toEqual(['take-over ConfigMap/settings']);
    expect(plan.changes[0]?.fields.map(print)).toEqual([
      'data.old: "x" → (kubectl-client-side-apply)',
      expect.stringMatching(/last-applied-configuration"]: "sealed.*→ \(kubectl-client/),
      expect.stringMatching(/trueup\.dev\/stack/),
      `metadata.labels["trueup.dev/owner"]: → "${stage.stack.owner}"`,
    ]);
    await stage.settle();
    const after = await stage.get(map);
    expect(readField(after, 'data')).toEqual({ a: '1' });
    expect(Object.keys(readObject(after, 'metadata', 'annotations'))).toEqual(['trueup.dev/stack']);
    expect(Stage.summarize(await stage.plan())).toEqual([]);
  });

  it('takes over a deployment that kubectl created, defaults and all', async () => {
    const stage = await start();
    await stage.put(
      {
        ...web,
        metadata: { name: 'web', labels: { app: 'web' } },
        spec: {
          replicas: 3,
          minReadySeconds: 5,
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: { containers: [{ name: 'web', image: 'nginx:0' }] },
          },
        },
      },
      'kubectl-create',
    );
    stage.write(deployment('', ''));

    const { changes } = await stage.plan();

    expect(changes[0]).toMatchObject({ action: 'take-over', confidence: 'certain' });
    const fields = changes[0]?.fields.map(print);
    expect(fields).toContain('spec.replicas: 3 → 1 (kubectl-create)');
    expect(fields).toContain('spec.minReadySeconds: 5 → (kubectl-create)');
    await stage.settle();
    expect(readObject(await stage.get(web), 'spec')).toMatchObject({ replicas: 1 });
    expect(Stage.summarize(await stage.plan())).toEqual([]);
  });

  it('takes over in two steps whatever is reported in between', async () => {
    const stage: Stage = await start({
      wrap: (client) => ({
        ...client,
        mergePatch: async (...request) => {
          const moved = await client.mergePatch(...request);
          await stage.report(web, { replicas: 1 });
          return moved;
        },
      }),
    });
    await stage.put(
      {
        ...web,
        metadata: { name: 'web' },
        spec: {
          minReadySeconds: 5,
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: { containers: [{ name: 'web', image: 'nginx:0' }] },
          },
        },
      },
      'kubectl-create',
    );
    stage.write(deployment());
    const { changes } = await stage.plan();
    expect(changes).toMatchObject([{ action: 'take-over' }]);

    expect(await stage.apply(changes)).toMatchObject([{ kind: 'done' }]);

    expect(readObject(await stage.get(web), 'spec')).not.toHaveProperty('minReadySeconds');
    expect(Stage.summarize(await stage.plan())).toEqual([]);
  });

  it('leaves replicas to an autoscaler, and says so by silence', async () => {
    const stage = await start();
    stage.write(deployment());
    await stage.settle();
    await stage.patch(web, { spec: { replicas: 7 } }, 'kube-controller-manager');
    expect(Stage.summarize(await stage.plan())).toEqual(['update Deployment/web']);
    await stage.put({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: {
        maxReplicas: 9,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    });

    expect(Stage.summarize(await stage.plan())).toEqual([]);
    stage.write(deployment().replace('nginx:1', 'nginx:2'));
    await stage.settle();

    expect(readObject(await stage.get(web), 'spec')).toMatchObject({
      replicas: 7,
      template: { spec: { containers: [{ image: 'nginx:2' }] } },
    });
  });

  it('leaves to a manager what a setting leaves to it', async () => {
    const stage = await start({ settings: { leaveTo: ['tuner'] } });
    stage.write(settings('{ a: "1", b: "1" }'));
    await stage.settle();
    await stage.patch(map, { data: { a: '9' } }, 'tuner');

    expect(Stage.summarize(await stage.plan())).toEqual([]);
    stage.write(settings('{ a: "1", b: "2" }'));
    await stage.settle();

    expect(readField(await stage.get(map), 'data')).toEqual({ a: '9', b: '2' });
  });
}
