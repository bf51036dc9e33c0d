import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { digestLock } from './lock-digest.ts';
import { planDependencies } from './plan-dependencies.ts';
import type { Chart } from './read-chart.ts';

describe('digestLock', () => {
  it('is what Helm writes into a lock', () => {
    const declared: JsonObject[] = [
      {
        name: 'web',
        version: '>=0.1.0 <2',
        repository: 'file://../web',
        condition: 'web.enabled',
        tags: ['front', 'a&b'],
        'import-values': ['data', { parent: 'p', child: 'c' }],
        alias: 'w2',
      },
      { name: 'lib', version: '0.1', repository: 'file://../lib' },
    ];
    const locked: JsonObject[] = [
      { name: 'web', repository: 'file://../web', version: '0.1.0' },
      { name: 'lib', repository: 'file://../lib', version: '0.1.0' },
    ];

    // Taken from a lock of Helm 3.22.
    expect(digestLock(declared, locked)).toBe(
      'sha256:29694a192e1251906235431ebb879bb23bfbf59f8a181b913553fdf93e6c3feb',
    );
  });
});

describe('planDependencies', () => {
  it('takes exact versions from the lock, and folders from the repository', () => {
    const chart = chartWith(
      [
        { name: 'a', version: '^1.0.0', repository: 'https://charts.example.com/stable/' },
        { name: 'b', version: '~2', repository: 'oci://example.com/charts' },
        { name: 'c', version: '*', repository: 'file://../c' },
      ],
      ['1.2.3', '2.0.1', '0.0.1'],
    );

    const { missing, diagnostics } = planDependencies(chart, new Map());

    expect(diagnostics).toEqual([]);
    expect(missing).toMatchObject([
      {
        kind: 'archive',
        version: '1.2.3',
        repository: new URL('https://charts.example.com/stable'),
      },
      { kind: 'archive', version: '2.0.1', repository: new URL('oci://example.com/charts') },
      { kind: 'folder', version: '0.0.1', folder: 'apps/c' },
    ]);
  });

  it('needs no lock for exact versions', () => {
    const chart = chartWith([{ name: 'a', version: 'v1.2.3-rc.1+b', repository: 'https://e.com' }]);

    expect(planDependencies(chart, new Map()).missing).toMatchObject([
      { version: 'v1.2.3-rc.1+b' },
    ]);
  });

  it('takes what lies in `charts/`, where it is what it should be', () => {
    const range = { name: 'a', version: '^1', repository: 'https://e.com' };

    const plans = ['1.2.3', 'v1.2.3', '', '1.2.4'].map((version) =>
      planDependencies(chartWith([range], ['1.2.3']), new Map([['a', version]])),
    );
    const unlocked = planDependencies(chartWith([range]), new Map([['a', '7.0.0']]));

    expect(plans.flatMap(({ missing }) => missing)).toEqual([]);
    expect(plans.map(({ diagnostics }) => diagnostics.length)).toEqual([0, 0, 0, 1]);
    expect(unlocked.diagnostics).toEqual([]);
  });

  it.each([
    ['a range without a lock', '^1', 'https://e.com', 'no lock'],
    ['no repository', '1.0.0', '', 'names no repository'],
    ['an alias of Helm', '1.0.0', 'alias:stable', 'names no repository'],
    ['a password in its address', '1.0.0', 'https://u:hunter2@e.com', 'has credentials'],
    ['a folder elsewhere', '1.0.0', 'file://../../../c', 'outside of the repository'],
    ['an absolute folder', '1.0.0', 'file:///etc', 'outside of the repository'],
  ])('refuses %s', (_name, version, repository, expected) => {
    const chart = chartWith([{ name: 'a', version, repository }]);

    const { missing, diagnostics } = planDependencies(chart, new Map());

    expect(missing).toEqual([]);
    expect(diagnostics.map(({ summary }) => summary)).toEqual([expect.stringContaining(expected)]);
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
  });

  it('says everything at once, and nothing but that the lock is another', () => {
    const chart = chartWith([
      { name: 'a', version: '^1', repository: 'https://e.com' },
      { name: 'b', version: '^1', repository: '' },
    ]);
    const lock = { file: 'Chart.lock', digest: 'sha256:0', dependencies: [] };

    expect(planDependencies(chart, new Map()).diagnostics).toHaveLength(2);
    expect(planDependencies({ ...chart, lock }, new Map()).diagnostics).toMatchObject([
      { code: 'RENDER_HELM_LOCK' },
    ]);
  });
});

function chartWith(declared: readonly JsonObject[], versions?: readonly string[]): Chart {
  const locked = versions?.map((version, index) => ({ ...declared[index], version }));
  return {
    folder: 'apps/shop',
    name: 'shop',
    version: '1.0.0',
    dependencies: declared.map((one, index) => ({
      name: String(one['name']),
      version: String(one['version']),
      repository: String(one['repository']),
      origin: { file: 'apps/shop/Chart.yaml', line: index + 5 },
      declared: one,
    })),
    lock: locked && {
      file: 'apps/shop/Chart.lock',
      digest: digestLock(declared, locked),
      dependencies: locked,
    },
    diagnostics: [],
  };
}
