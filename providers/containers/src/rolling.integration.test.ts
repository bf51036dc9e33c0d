import { readText } from '@trueup/diagnostics';
import { isEnd, type Outcome } from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { openRealEngine } from './testing/real-engine.ts';

const address = process.env['TRUEUP_ENGINE'];

/** The image of the test bed serves on `PORT`; its check asks at 8080. */
const compose = (project: string, port: string): string => `
name: ${project}
services:
  web:
    image: localhost/testbed/web:1
    stop_grace_period: 1s
    environment: { PORT: "${port}" }
    configs: [banner]
    healthcheck:
      test: [CMD, /bin/busybox, wget, -qO, /dev/null, "http://127.0.0.1:8080/healthz"]
      interval: 1s
      retries: 2
configs: { banner: { content: hello } }
`;

describe.runIf(address)('on a real engine', () => {
  it('a container that does not work goes, and the old one runs', async () => {
    const engine = openRealEngine(address ?? '');
    const { project, api } = engine;
    const { signal } = new AbortController();
    const call = { signal, seal: () => 'sealed' };
    const provider = engine.open();
    const target = { name: 'edge', settings: { hosts: { 'edge-1': address ?? '' } } };
    const stack = { name: 'a/b', path: '', settings: {}, owner: `o${project}`, formerOwners: [] };
    const files = createMemoryFiles({ 'compose.yaml': compose(project, '8080') });
    const apply = async (): Promise<readonly Outcome[]> => {
      const prepared = await provider.prepare(files, { stack, target, inputs: {} }, call);
      const ends: Outcome[] = [];
      for (const kind of ['Network', 'Service']) {
        const ids = prepared.resources.map(({ id }) => id);
        const observed = await provider.observe(target, { ids }, call);
        const asked = { stack, prepared, observed, inventory: ids, foreign: 'ignore' } as const;
        const plan = await provider.plan(target, asked, call);
        const changes = plan.changes.filter(({ id }) => id.startsWith(kind));
        const stream = provider.apply(target, { stack, changes, prepared }, call);
        for await (const one of stream) if (isEnd(one)) ends.push(one);
      }
      return ends;
    };
    try {
      expect(await apply()).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
      const before = readText(await api.inspect(`${project}-web-1`, signal), 'Id');
      files.set('compose.yaml', compose(project, '8081'));

      expect(await apply()).toMatchObject([
        { kind: 'done' },
        { kind: 'failed', failure: { code: 'CONTAINERS_NOT_HEALTHY' } },
      ]);

      const after = await api.inspect(`${project}-web-1`, signal);
      expect(readText(after, 'Id')).toBe(before);
      expect(readText(after?.['State'], 'Status')).toBe('running');
      expect(await api.inspect(`${project}-web-1-next`, signal)).toBeUndefined();
      const id = (await provider.discover(target, stack, call)).find((one) =>
        one.startsWith('Service'),
      );
      const logs = provider.explore?.logs(
        target,
        { id: id ?? ('' as never), tailLines: 5, follow: false },
        call,
      );
      expect(await Array.fromAsync(logs ?? [])).toContain('serving version=1');
    } finally {
      await provider.close();
      await engine.close();
    }
  });
});
