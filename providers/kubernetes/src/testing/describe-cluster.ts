import { readField, readObject } from '@trueup/diagnostics';
import type { Change } from '@trueup/provider-sdk';
import { afterEach, describe, expect, it } from 'vitest';

import type { ClusterAccess } from '../client/cluster-access.ts';
import { ownershipCases } from './ownership-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { deployment, map, print, settings, web } from './sample-objects.ts';
import { Stage, type StageOptions } from './stage.ts';

/** `validates`: the cluster refuses what a real one refuses, beyond what schemas say. */
export function describeCluster(
  name: string,
  access: () => ClusterAccess,
  { validates }: { readonly validates: boolean },
): void {
  describe(name, () => {
    const open: Stage[] = [];
    const start = async (options?: StageOptions) => {
      const stage = await Stage.open(access(), options);
      open.push(stage);
      return stage;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((stage) => stage.close()));
    });

    ownershipCases(start);
    refusalCases(start, validates);

    it('lists of a create what the server answers otherwise than asked', async () => {
      const stage = await start();
      stage.write(deployment());

      const { changes } = await stage.plan();

      expect(changes[0]).toMatchObject({ action: 'create', confidence: 'certain' });
      const [root, ...besides] = changes[0]?.fields ?? [];
      expect(root?.path).toEqual([]);
      expect(besides.map(print)).toEqual([
        'spec.template.spec.containers[name=web].resources.requests.cpu: "1000m" → "1"',
      ]);
    });

    it('asks the server once about what it normalises, and knows it from then on', async () => {
      const stage = await start();
      stage.write(deployment());
      await stage.settle();
      expect(Stage.summarize(await stage.plan())).toEqual([]);
      const before = (await stage.provider.countRequests()).byPurpose['dry-run'];

      expect(Stage.summarize(await stage.plan())).toEqual([]);

      expect((await stage.provider.countRequests()).byPurpose['dry-run']).toBe(before);
    });

    it('shows each field with who wrote it, and what goes', async () => {
      const stage = await start();
      stage.write(settings('{ a: "1", b: "2" }'));
      await stage.settle();
      await stage.patch(map, { data: { a: '9' } }, 'kubectl-edit');
      stage.write(settings('{ a: "1", c: "3" }'));

      const { changes } = await stage.plan();

      expect(changes[0]?.action).toBe('update');
      expect(changes[0]?.fields.map(print)).toEqual([
        'data.a: "9" → "1" (kubectl-edit)',
        'data.b: "2" → (trueup)',
        'data.c: → "3"',
      ]);
      expect(await stage.settle()).toHaveLength(1);
      expect(readField(await stage.get(map), 'data')).toEqual({ a: '1', c: '3' });
    });

    it('reports what others added, and removes it where the rule says so', async () => {
      const stage = await start();
      stage.write(settings('{ a: "1" }'));
      await stage.settle();
      await stage.patch(map, { data: { z: '26' } }, 'mallory');

      const reported = await stage.plan();
      stage.foreign = 'remove';
      const removed = await stage.plan();

      expect(Stage.summarize(reported)).toEqual([]);
      expect(reported.foreign).toMatchObject([
        { path: ['data', 'z'], observed: '26', writer: { name: 'mallory' } },
      ]);
      expect(removed.changes[0]?.fields.map(print)).toEqual(['data.z: "26" → (mallory)']);
      await stage.settle();
      expect(readField(await stage.get(map), 'data')).toEqual({ a: '1' });
      expect(Stage.summarize(await stage.plan())).toEqual([]);
    });

    it('defers what lies in a namespace or is of a kind that comes with the same commit', async () => {
      const stage = await start();
      const group = `${stage.name}.example.com`;
      stage.write(`
apiVersion: ${group}/v1
kind: Widget
metadata: { name: w, namespace: ${stage.name}-new }
spec: { size: 9007199254740993 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: c, namespace: ${stage.name}-new }
---
apiVersion: v1
kind: Namespace
metadata: { name: ${stage.name}-new }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget, listKind: WidgetList }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer, format: int64 } } } } } }
`);

      const plan = await stage.plan();

      const confidences = plan.changes.map(
        ({ id, confidence }) => `${id.split('/')[0]} ${confidence}`,
      );
      expect(confidences).toEqual([
        `Widget.${group} deferred`,
        'ConfigMap deferred',
        'Namespace certain',
        'CustomResourceDefinition.apiextensions.k8s.io certain',
      ]);
      expect(plan.coverage.gaps.map(({ extent }) => extent)).toEqual(['deferred', 'deferred']);
      const ends = await stage.settle();
      expect(ends.filter((end) => end.startsWith('done'))).toHaveLength(4);
      const observed = await stage.provider.observe(
        stage.target,
        { ids: stage.inventory },
        stage.call(),
      );
      const widget = observed.find(({ id }) => id.startsWith('Widget'));
      expect(readField(widget?.body, 'spec', 'size')).toBe(9007199254740993n);

      stage.write(settings('{}'));
      const deletes = (await stage.plan()).changes.filter(({ action }) => action === 'delete');
      const of = (kind: string) => deletes.find(({ id }) => id.startsWith(kind)) as Change;
      const [namespaceGoes, definitionGoes] = [of('Namespace'), of('CustomResourceDefinition')];
      expect(deletes).toHaveLength(4);
      expect(namespaceGoes).toMatchObject({
        protection: 'Namespace: data goes with it.',
        hazards: ['destroys-data'],
      });
      expect(definitionGoes.protection).toBe('CustomResourceDefinition: data goes with it.');
      expect(of('Widget').protection).toBeUndefined();
      expect(of('Widget').dependsOn).toEqual([namespaceGoes.id, definitionGoes.id]);
      const wave = [of('Widget'), of('ConfigMap'), definitionGoes];
      expect(await stage.apply(wave.slice(0, 2))).toMatchObject([
        { kind: 'done' },
        { kind: 'done' },
      ]);
      expect(await stage.apply(wave.slice(2))).toMatchObject([{ kind: 'done' }]);
    });

    it('reports finalizers that hang, and is in doubt after a while', async () => {
      const stage = await start({ goneWithinMs: 300 });
      stage.write(settings('{ a: "1" }', ', finalizers: [example.com/hang]'));
      await stage.settle();
      stage.write(deployment());
      const { changes } = await stage.plan();
      const goes = changes.filter(({ action }) => action === 'delete');

      const ends = await stage.apply(goes);

      expect(ends).toMatchObject([
        { kind: 'in-doubt', failure: { code: 'KUBERNETES_TERMINATING' } },
      ]);
      const messages = stage.outcomes.flatMap((one) => ('message' in one ? one.message : []));
      expect(messages.join()).toContain('on the finalizers example.com/hang');
      expect(Stage.summarize(await stage.plan())).toEqual(['create Deployment/web']);
      await stage.patch(map, { metadata: { finalizers: null } });
      expect(await stage.get(map)).toBeUndefined();
    });

    it('goes on when only the status moved between plan and write', async () => {
      const stage = await start();
      stage.write(deployment());
      await stage.settle();
      stage.write(deployment().replace('nginx:1', 'nginx:2'));
      const { changes } = await stage.plan();
      await stage.report(web, { replicas: 1 });

      expect(await stage.apply(changes)).toMatchObject([{ kind: 'done' }]);
      expect(changes[0]?.hazards).toEqual(['restarts']);
    });

    it('leaves alone what belongs to another stack', async () => {
      const [one, other] = [await start(), await start()];
      one.write(settings('{ a: "1" }', `, namespace: ${one.name}`));
      await one.settle();
      other.write(settings('{ a: "2" }', `, namespace: ${one.name}`));

      const { diagnostics, changes } = await other.plan();

      expect(diagnostics).toMatchObject([{ code: 'KUBERNETES_OWNED_BY_OTHER' }]);
      expect(diagnostics[0]?.summary).toContain(`, of \`${one.stack.name}\``);
      expect(changes).toEqual([]);
    });

    it('sends no request when nothing changed and it watches', async () => {
      const stage = await start({ watch: true });
      stage.write(`${deployment()}---${settings('{ a: "1" }')}`);
      await stage.settle();
      await stage.plan();
      const before = await stage.provider.countRequests();

      const plan = await stage.plan();

      expect(Stage.summarize(plan)).toEqual([]);
      expect(await stage.provider.countRequests()).toEqual(before);
    });

    it('tells of drift as soon as the watch does', async () => {
      const stage = await start({ watch: true });
      stage.write(settings('{ a: "1" }'));
      await stage.settle();
      const stop = new AbortController();
      const hints = stage.provider.watch?.(stage.target, stage.inventory, stage.call(stop.signal));
      const iterator = hints?.[Symbol.asyncIterator]();
      expect(await iterator?.next()).toMatchObject({ value: stage.inventory[0] });

      const begun = performance.now();
      await stage.patch(map, { data: { a: '2' } });
      await iterator?.next();

      expect(performance.now() - begun).toBeLessThan(1000);
      expect(Stage.summarize(await stage.plan())).toEqual(['update ConfigMap/settings']);
      stop.abort();
      await expect(iterator?.next()).rejects.toThrow();
    });

    it('removes what a Secret does not say any more, however it is written', async () => {
      const stage = await start();
      const secret = (data: string) => `
apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: ${data}
`;
      stage.write(secret('{ a: x, b: z }'));
      await stage.settle();
      stage.write(secret('{ a: x }'));

      expect((await stage.plan()).changes[0]?.fields.map(({ path }) => path)).toEqual([
        ['data', 'b'],
      ]);
      await stage.settle();

      const found = await stage.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } });
      expect(Object.keys(readObject(found, 'data'))).toEqual(['a']);
    });

    it('does without Secrets in the clear, whatever changes in them', async () => {
      const stage = await start();
      const secret = (value: string) => `
apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: { password: ${value} }
`;
      stage.write(secret('opensesame'));
      const created = await stage.plan();
      await stage.settle();
      stage.write(secret('shibboleth'));

      const updated = await stage.plan();

      const text = JSON.stringify([created, updated]);
      expect(text).not.toMatch(/opensesame|shibboleth|b3BlbnNlc2FtZQ|c2hpYmJvbGV0aA/);
      expect(updated.changes[0]?.fields).toMatchObject([
        { path: ['data', 'password'], sensitive: true },
      ]);
    });
  });
}
