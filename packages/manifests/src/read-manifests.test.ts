import { type Diagnostic, formatJson } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { type ReadManifestsOptions, readManifests } from './read-manifests.ts';
import { scalarCases } from './testing/scalar-cases.ts';

const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

describe('readManifests', () => {
  it.each(scalarCases)('reads `%s` as kubectl does', (text, value) => {
    const { documents, diagnostics } = read(`${object}x: ${text}\n`);

    expect(diagnostics).toEqual([]);
    expect(documents[0]?.body).toEqual(Object.assign(bodyOf('a'), { x: value }));
  });

  it('takes documents one by one, whatever surrounds them', () => {
    const text = `\uFEFF# remark\n%YAML 1.2\n---\n# head\n${object}...\n---\n\n--- # empty\n---   \n${object}--- {kind: Pod, apiVersion: v1, metadata: {name: b}}\n`;

    const { documents, diagnostics } = read(text);

    expect(diagnostics).toEqual([]);
    expect(documents.map(({ origin }) => origin.line)).toEqual([5, 13, 16]);
  });

  it.each([
    ['nothing', ''],
    ['a mark', '\uFEFF'],
    ['remarks', '# a\n---\n#b\n...\n'],
    ['null', '---\nnull\n---\n~\n'],
    ['an empty list', 'apiVersion: v1\nkind: List\nitems: []\n'],
  ])('skips %s', (_name, text) => {
    expect(read(text)).toEqual({ documents: [], diagnostics: [] });
  });

  it('reads JSON, with its escapes and exact integers', () => {
    const text = `{\n\t"apiVersion": "v1", "kind": "ConfigMap",\n\t"metadata": {"name": "a"},\n"x": ["\\ud83d\\ude00\\/", 9007199254740993]}`;

    expect(read(text)).toEqual({
      documents: [
        {
          body: { ...bodyOf('a'), x: ['\u{1F600}/', 9007199254740993n] },
          origin: { file: 'a.yaml', line: 1 },
        },
      ],
      diagnostics: [],
    });
  });

  it('expands lists, lists in lists too, and says where each item begins', () => {
    const text = [
      '# head',
      'apiVersion: v1',
      'kind: List',
      'items:',
      '- apiVersion: v1',
      '  kind: Pod',
      '  metadata: {name: b}',
      '- # the second',
      '  kind: ConfigMapList',
      '  apiVersion: v1',
      '  items: [{metadata: {name: c}},',
      '    {metadata: {name: d}}]',
      '- 5',
    ].join('\n');

    const { documents, diagnostics } = read(text);

    expect(
      documents.map(({ body, origin }) => [body['kind'], body['metadata'], origin.line]),
    ).toEqual([
      ['Pod', { name: 'b' }, 5],
      ['ConfigMap', { name: 'c' }, 11],
      ['ConfigMap', { name: 'd' }, 12],
    ]);
    expect(diagnostics.map(brief)).toEqual(['error MANIFEST_NOT_AN_OBJECT 2']);
  });

  it('lets a broken document hide no other', () => {
    const text = `${object}---\na: [\n---\n${object}---\n\tb: 1\n---\na: 'x\n---\n${object}`;

    const { documents, diagnostics } = read(text);

    expect(documents.map(({ origin }) => origin.line)).toEqual([1, 7, 15]);
    expect(diagnostics.map(brief)).toEqual([
      'error YAML_SYNTAX 5:5',
      'error YAML_SYNTAX 11:3',
      'error YAML_SYNTAX 13:6',
    ]);
  });

  it.each([
    ['no object', '- a\n', ['error MANIFEST_NOT_AN_OBJECT 1']],
    ['text', 'hello\n', ['error MANIFEST_NOT_AN_OBJECT 1']],
    [
      'an object without anything',
      '\n{}\n',
      ['error MANIFEST_API_VERSION 2', 'error MANIFEST_KIND 2', 'error MANIFEST_NAME 2'],
    ],
    [
      'a name that is a number',
      'apiVersion: v1\nkind: A\nmetadata: {name: 1}',
      ['error MANIFEST_NAME 1'],
    ],
    [
      'a version that is a number',
      'apiVersion: 1\nkind: A\nmetadata: {name: a}',
      ['error MANIFEST_API_VERSION 1'],
    ],
    [
      'metadata that is a list',
      'apiVersion: v1\nkind: A\nmetadata: [name]',
      ['error MANIFEST_NAME 1'],
    ],
    ['a bare star', `${object}x: *hunter2`, ['error YAML_SYNTAX 4:12']],
    ['an infinite number', `${object}x: .inf`, ['error YAML_NO_JSON_NUMBER 1']],
    ['half of a character', `${object}x: "\\ud83d"`, ['error YAML_BROKEN_TEXT 1']],
    ['a merge of text', `${object}x: {<<: a}`, ['error YAML_BAD_MERGE 1']],
    ['a list as a key', `${object}x:\n  [a]: b`, ['error YAML_BAD_KEY 5:3']],
    ['an object as a key', `${object}x:\n  {{ name }}: b`, ['error YAML_BAD_KEY 5:3']],
    ['an alias of a list as a key', `${object}x: &x [a]\ny: {*x : b}`, ['error YAML_BAD_KEY 5:5']],
    ['an empty key', `${object}x:\n  : b`, ['error YAML_SYNTAX 5:3']],
    ['null as a key', `${object}~: b`, ['error YAML_BAD_KEY 4:1']],
    ['a circle', `${object}x: &a [*a]`, ['error YAML_TOO_DEEP 1']],
    ['a null byte', `${object}x: \0`, ['error YAML_SYNTAX 4:4']],
  ])('says what is wrong with %s', (_name, text, expected) => {
    const { documents, diagnostics } = read(text);

    expect(documents).toEqual([]);
    expect(diagnostics.map(brief)).toEqual(expected);
    expect(formatJson(diagnostics.map(({ summary }) => summary))).not.toContain('hunter2');
  });

  it('allows a generated name, and says so', () => {
    const { documents, diagnostics } = read(
      'apiVersion: v1\nkind: Job\nmetadata: {generateName: a-}',
    );

    expect(documents).toHaveLength(1);
    expect(diagnostics.map(brief)).toEqual(['warning MANIFEST_GENERATED_NAME 1']);
  });

  it('warns of every key that stands twice, and lets the last one count', () => {
    const text = `${object}x: {a: 1, b: 1, "a": 2}\n"on": 1\non: 2\n"true": 3\nx:\n  yes: 1\n  true: 2\n`;

    const { documents, diagnostics } = read(text);

    expect(documents[0]?.body).toEqual({ ...bodyOf('a'), on: 1, true: 3, x: { true: 2 } });
    expect(diagnostics.map(brief)).toEqual([
      'warning YAML_DUPLICATE_KEY 4:17',
      'warning YAML_DUPLICATE_KEY 7:1',
      'warning YAML_DUPLICATE_KEY 8:1',
      'warning YAML_DUPLICATE_KEY 10:3',
    ]);
    expect(diagnostics[0]?.summary).toContain('line 4');
  });

  it('refuses an alias bomb before anything is copied', () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`,
    );

    const { documents, diagnostics } = read(`${object}a0: &a0 x\n${levels.join('\n')}\n`);

    expect(documents).toEqual([]);
    expect(diagnostics.map(brief)).toEqual(['error YAML_TOO_MANY_NODES 1']);
  });

  it('counts long text behind aliases, and merges of merges', () => {
    const long = `${object}a: &a ${'x'.repeat(100_000)}\nb: [${'*a, '.repeat(20_000)}]\n`;
    const merges = Array.from(
      { length: 30 },
      (_, level) =>
        `a${level + 1}: &a${level + 1} {<<: [*a${level}, *a${level}], k${level}: {<<: *a${level}}}`,
    );
    const merged = `${object}a0: &a0 {x: 1}\n${merges.join('\n')}\n`;

    expect(read(long).diagnostics.map(brief)).toEqual(['error YAML_TOO_MANY_NODES 1']);
    expect(read(merged).diagnostics.map(brief)).toEqual(['error YAML_TOO_MANY_NODES 1']);
  });

  it('keeps its limits', () => {
    const nested = `${object}x: ${'['.repeat(50)}${']'.repeat(50)}\n`;
    const deep = (maxDepth: number) => read(nested, { maxDepth }).diagnostics.map(brief);

    expect(deep(50)).toEqual(['error YAML_TOO_DEEP 1']);
    expect(deep(51)).toEqual([]);
    expect(read(nested, { maxLength: 10 }).diagnostics.map(brief)).toEqual([
      'error YAML_TOO_LONG 1',
    ]);
    expect(read(nested, { maxNodes: 54 }).diagnostics.map(brief)).toEqual([
      'error YAML_TOO_MANY_NODES 1',
    ]);
  });

  it('tells a circle from plain nesting', () => {
    const adviceOf = (text: string) => read(text, { maxDepth: 20 }).diagnostics[0]?.advice;

    expect(adviceOf(`${object}x: &a [*a]\n`)).toContain('alias');
    expect(adviceOf(`${object}x: ${'['.repeat(50)}${']'.repeat(50)}\n`)).toContain('fewer');
    expect(adviceOf(`${object}x: ${'['.repeat(21)}${']'.repeat(21)}\n`)).toContain('fewer');
  });

  it('depends on nothing that every object inherits', () => {
    const { documents, diagnostics } = read(
      'toString: 1\nconstructor: {prototype: {polluted: 1}}\n__proto__: {apiVersion: v1, kind: A}\nmetadata: {__proto__: {name: a}}',
    );

    expect(documents).toEqual([]);
    expect(diagnostics.map(brief)).toEqual([
      'error MANIFEST_API_VERSION 1',
      'error MANIFEST_KIND 1',
      'error MANIFEST_NAME 1',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

function read(text: string, limits: ReadManifestsOptions['limits'] = {}) {
  return readManifests(text, { file: 'a.yaml', limits });
}

function bodyOf(name: string): Record<string, unknown> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
}

function brief({ severity, code, origin }: Diagnostic): string {
  const column = origin?.column === undefined ? '' : `:${origin.column}`;
  return `${severity} ${code} ${origin?.line}${column}`;
}
