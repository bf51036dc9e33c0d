import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { findRandomFields } from './find-random-fields.ts';
import { createTemplateLocator } from './locate-template.ts';
import { type SourcedDocument, traceSources } from './trace-sources.ts';

const locator = createTemplateLocator(
  {
    folder: 'apps/shop',
    name: 'shop',
    version: '1.0.0',
    dependencies: [
      {
        name: 'redis',
        version: '',
        repository: '',
        declared: { alias: 'cache' },
        origin: { file: 'apps/shop/Chart.yaml', line: 7 },
      },
    ],
    lock: undefined,
    diagnostics: [],
  },
  ['apps/shop/templates/a.yaml'],
);
const contents = new Map([
  ['apps/shop/templates/a.yaml', 'kind: A\nx: now\ny: {{ now }}\n---\nkind: "A"\n'],
]);

describe('findRandomFields', () => {
  it.each<[string, JsonObject, JsonObject, string]>([
    ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, ''],
    ['a field', { a: { b: 'hunter2', c: 1 } }, { a: { b: 'hunter3', c: 1 } }, '`a.b`'],
    [
      'an item by its name',
      { a: [{ name: 'x', v: 1 }] },
      { a: [{ name: 'x', v: 2 }] },
      '`a[name=x].v`',
    ],
    ['a list as a whole', { a: ['x', 'y'] }, { a: ['y', 'x'] }, '`a`'],
    ['a field that comes and goes', { a: 1 }, { b: 1 }, '`a`, `b`'],
    [
      'the first of many',
      { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 },
      {},
      '`a`, `b`, `c`, `d`, `e` and 1 more',
    ],
  ])('names %s', (_name, one, other, expected) => {
    const found = findRandomFields({
      first: [documentOf(one)],
      second: [documentOf(other)],
      severity: 'error',
      locator,
      contents,
    });

    expect(found.map(({ summary }) => summary.split('each time: ')[1]).join()).toBe(expected);
    expect(JSON.stringify(found)).not.toContain('hunter');
    for (const { origin } of found)
      expect(origin).toEqual({ file: 'apps/shop/templates/a.yaml', line: 3 });
  });

  it('names a document whose name is another each time', () => {
    const [first, second] = ['a', 'b'].map((name) => documentOf({ metadata: { name } }));
    if (!(first && second)) throw new Error('both are there');

    const found = findRandomFields({
      first: [first],
      second: [second],
      severity: 'warning',
      locator,
      contents,
    });

    expect(found).toMatchObject([{ severity: 'warning', path: ['metadata', 'name'] }]);
  });
});

describe('traceSources', () => {
  it('finds the line of each kind, and the dependency of what lies elsewhere', () => {
    const text = [
      '---',
      '# Source: shop/templates/a.yaml',
      'kind: A',
      '---',
      '# Source: shop/templates/a.yaml',
      'kind: A',
      '---',
      '# Source: shop/charts/cache/templates/r.yaml',
      'kind: R',
      '---',
      'kind: R',
    ].join('\n');
    const documents = [3, 6, 9, 11].map((line) => ({
      body: { kind: line < 9 ? 'A' : 'R' },
      origin: { file: '', line },
    }));

    const traced = traceSources({ text, documents }, locator, contents);

    expect(traced.map(({ origin }) => `${origin.file}:${origin.line}`)).toEqual([
      'apps/shop/templates/a.yaml:1',
      'apps/shop/templates/a.yaml:5',
      'apps/shop/Chart.yaml:7',
      'apps/shop/Chart.yaml:7',
    ]);
  });

  it('does not follow a name out of the chart', () => {
    expect(locator.originOf('shop/../../../etc/passwd')).toEqual({
      file: 'apps/shop/Chart.yaml',
      line: 1,
    });
  });
});

function documentOf(body: JsonObject): SourcedDocument {
  const template = 'shop/templates/a.yaml';
  return { body, template, origin: { file: 'apps/shop/templates/a.yaml', line: 1 } };
}
