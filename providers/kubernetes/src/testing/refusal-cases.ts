/** What a server would not take. `validates`: it refuses what a real one does, beyond its schemas. */
import { formatFieldPath, readField } from '@trueup/diagnostics';
import { expect, it } from 'vitest';

import { deployment, map, print, settings } from './sample-objects.ts';
import { Stage, type StartStage } from './stage.ts';

export function refusalCases(start: StartStage, validates: boolean): void {
  if (validates) {
    it('refuses to change what cannot be changed in place, unless asked to replace it', async () => {
      const stage = await start();
      stage.write(`${settings('{ a: "1" }')}immutable: true\n`);
      await stage.settle();
      stage.write(`${settings('{ a: "2" }')}immutable: true\n`);

      const refused = await stage.plan();
      expect(refused.diagnostics).toMatchObject([
        { code: 'KUBERNETES_IMMUTABLE', path: ['data'], origin: { file: 'app/all.yaml' } },
      ]);

      const annotated = ', annotations: { trueup.dev/replace: "true" }';
      stage.write(`${settings('{ a: "2" }', annotated)}immutable: true\n`);
      const plan = await stage.plan();
      expect(plan.changes).toMatchObject([
        { action: 'replace', hazards: ['recreates'], confidence: 'predicted' },
      ]);
      expect(plan.changes[0]?.fields.map(print)).toContain('data.a: "1" → "2" (trueup)');
      await stage.settle();
      expect(readField(await stage.get(map), 'data')).toEqual({ a: '2' });
      expect(Stage.summarize(await stage.plan())).toEqual([]);
    });
  }

  if (validates) {
    it('says what the server would refuse, all of it, at the file that asks for it', async () => {
      const stage = await start();
      stage.write(`${settings('{ a: "1" }')}---
apiVersion: v1
kind: Service
metadata: { name: bad }
spec: { ports: [{ port: 99999 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: lost, namespace: not-there }
`);

      const { diagnostics, changes } = await stage.plan();

      expect(
        diagnostics.map(({ code, path, origin }) => [code, formatFieldPath(path), origin?.line]),
      ).toEqual([
        ['KUBERNETES_REFUSED', 'spec.ports', 7],
        ['KUBERNETES_REFUSED', '', 12],
      ]);
      expect(diagnostics[1]?.advice).toMatch(/namespace/);
      expect(changes.map(({ action }) => action)).toEqual(['create']);
    });
  }

  if (validates) {
    it('replaces what cannot become what is asked, but nothing that is wrong in itself', async () => {
      const stage = await start();
      const strategy = (type: string) =>
        deployment()
          .replace('replicas: 1', `strategy: { type: ${type} }`)
          .replace(
            'name: web, labels',
            'name: web, annotations: { trueup.dev/replace: "true" }, labels',
          );
      stage.write(strategy('RollingUpdate'));
      await stage.settle();

      stage.write(strategy('Recreate'));
      expect(Stage.summarize(await stage.plan())).toEqual(['replace Deployment/web']);
      stage.write(strategy('Nonsense'));
      const wrong = await stage.plan();

      expect(wrong.changes).toEqual([]);
      expect(wrong.diagnostics.length).toBeGreaterThan(0);
    });
  }

  it('says which fields do not fit their type', async () => {
    const stage = await start();
    stage.write(`${settings('{ a: 1, b: 2 }')}---${deployment().replace('image:', 'imagee:')}`);

    const { diagnostics } = await stage.plan();

    // The server names them in any order.
    const found = diagnostics.map(({ code, path }) => `${code} ${formatFieldPath(path)}`);
    expect(found.toSorted()).toEqual([
      'KUBERNETES_REFUSED data.a',
      'KUBERNETES_REFUSED data.b',
      'KUBERNETES_REFUSED spec.template.spec.containers[name=web].imagee',
    ]);
    const summaries = diagnostics.map(({ summary }) => summary).join('\n');
    expect(summaries).toContain('data.a: expected string');
    expect(summaries).toContain('imagee: field not declared in schema');
  });
}
