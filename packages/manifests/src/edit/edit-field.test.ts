import { type FieldPath, formatJson, type Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseYaml } from '../parse-yaml.ts';
import { anyJson } from '../testing/any-json.ts';
import { editField, type FieldEdit, type FieldEdited } from './edit-field.ts';

const web = { name: 'web' };
const deployment = `# The shop.
apiVersion: apps/v1
kind: Deployment   # kept
spec:
  replicas: 3      # three of them
  template:
    spec:
      containers:
        - name: web
          image: "shop:1"
          args: [a, "b"]
          env:
            - name: A
              value: '1'
            # the second
            - { name: B, value: two }
        - name: side
          image: 'side:1'
  text: |
    one
    two
  labels:
    a: b

  empty:
`;

type Case = readonly [
  string,
  FieldPath,
  { desired?: Json; wanted?: Json },
  readonly [string, string],
];

const cases: readonly Case[] = [
  ['a number', ['spec', 'replicas'], { desired: 3, wanted: 9 }, ['replicas: 3 ', 'replicas: 9 ']],
  [
    'text in double quotes',
    ['spec', 'template', 'spec', 'containers', web, 'image'],
    { desired: 'shop:1', wanted: 'shop:2' },
    ['"shop:1"', '"shop:2"'],
  ],
  [
    'text in single quotes',
    ['spec', 'template', 'spec', 'containers', { name: 'side' }, 'image'],
    { desired: 'side:1', wanted: "it's" },
    ["'side:1'", "'it''s'"],
  ],
  [
    'a value within brackets',
    ['spec', 'template', 'spec', 'containers', web, 'env', { name: 'B' }, 'value'],
    { desired: 'two', wanted: '2, or }' },
    ['value: two', 'value: "2, or }"'],
  ],
  [
    'a list as a whole',
    ['spec', 'template', 'spec', 'containers', web, 'args'],
    { desired: ['a', 'b'], wanted: ['a'] },
    ['[a, "b"]', '["a"]'],
  ],
  [
    'literal text',
    ['spec', 'text'],
    { desired: 'one\ntwo\n', wanted: 'one\n  three\n' },
    ['    one\n    two\n', '    one\n      three\n'],
  ],
  [
    'literal text by a word',
    ['spec', 'text'],
    { desired: 'one\ntwo\n', wanted: 'one' },
    ['text: |\n    one\n    two\n', 'text: one\n'],
  ],
  [
    'a word by lines',
    ['kind'],
    { desired: 'Deployment', wanted: 'a\nb\n' },
    ['kind: Deployment   # kept\n', 'kind: |   # kept\n  a\n  b\n'],
  ],
  [
    'a member that comes',
    ['spec', 'labels', 'c'],
    { wanted: 'yes' },
    ['    a: b\n', '    a: b\n    c: "yes"\n'],
  ],
  [
    'a member with what leads to it',
    ['spec', 'strategy', 'type'],
    { wanted: 'Recreate' },
    ['  empty:\n', '  empty:\n  strategy:\n    type: Recreate\n'],
  ],
  [
    'a member of what is empty',
    ['spec', 'empty', 'x'],
    { wanted: [1] },
    ['  empty:\n', '  empty:\n    x:\n    - 1\n'],
  ],
  [
    'an item that comes',
    ['spec', 'template', 'spec', 'containers', web, 'env', { name: 'C' }],
    { wanted: { name: 'C', value: 'x: y' } },
    [
      '{ name: B, value: two }\n',
      "{ name: B, value: two }\n            - name: C\n              value: 'x: y'\n",
    ],
  ],
  [
    'an item that goes',
    ['spec', 'template', 'spec', 'containers', web, 'env', { name: 'A' }],
    { desired: { name: 'A', value: '1' } },
    ["            - name: A\n              value: '1'\n", ''],
  ],
  [
    'a member that goes',
    ['spec', 'template', 'spec', 'containers', web, 'args'],
    { desired: ['a', 'b'] },
    ['          args: [a, "b"]\n', ''],
  ],
  [
    'the first member of an item that goes',
    ['spec', 'template', 'spec', 'containers', { name: 'side' }, 'name'],
    { desired: 'side' },
    ['- name: side\n          image', '- image'],
  ],
  [
    'the last member that goes',
    ['spec', 'labels', 'a'],
    { desired: 'b' },
    ['labels:\n    a: b\n', 'labels: {}\n'],
  ],
  [
    'an object by a word',
    ['spec', 'labels'],
    { desired: { a: 'b' }, wanted: 'x' },
    ['labels:\n    a: b\n', 'labels: x\n'],
  ],
  [
    'an object by another one',
    ['spec', 'labels'],
    { desired: { a: 'b' }, wanted: { c: { d: 1 } } },
    ['labels:\n    a: b\n', 'labels:\n    c:\n      d: 1\n'],
  ],
];

describe('editField', () => {
  it.each(cases)('changes %s, and nothing else', (_name, path, sides, [before, after]) => {
    expect(deployment.split(before)).toHaveLength(2);

    const edited = editField(deployment, { root: { line: 2 }, path, ...sides });

    expect(edited).toEqual({ kind: 'edited', text: deployment.replace(before, () => after) });
  });

  it.each<readonly [string, string, Json, string]>([
    [
      'files of Windows',
      'a: 1\r\nb: |\r\n  x\r\nc: 2\r\n',
      'q\nr\n',
      'a: |\r\n  q\r\n  r\r\nb: |\r\n  x\r\nc: 2\r\n',
    ],
    ['a mark in front', '\uFEFFa: 1\n', 2, '\uFEFFa: 2\n'],
    ['a file without a last break', 'a: 1', 2, 'a: 2'],
    ['JSON', '{"a": 1, "b": 1}\n', 'x', '{"a": "x", "b": 1}\n'],
  ])('keeps %s', (_name, text, wanted, expected) => {
    const edited = editField(text, { root: { line: 1 }, path: ['a'], desired: 1, wanted });

    expect(edited).toEqual({ kind: 'edited', text: expected });
  });

  it('adds to JSON in its own layout', () => {
    const text = '{\n  "a": {\n    "b": 1\n  },\n  "c": []\n}\n';
    const add = (path: FieldPath, wanted: Json) =>
      editField(text, { root: { line: 1 }, path, wanted });

    expect(add(['a', 'd'], 2)).toMatchObject({ text: text.replace('1\n', '1,\n    "d": 2\n') });
    expect(add(['c', { name: 'x' }], { y: 1 })).toMatchObject({
      text: text.replace('[]', '[{"name":"x","y":1}]'),
    });
  });

  it('changes the document and the item of a list that is meant', () => {
    const text = 'a: 1\n---\nkind: List\nitems:\n- a: 1\n- a: 1\n';
    const edit = { path: ['a'], desired: 1, wanted: 2 };

    expect(editField(text, { root: { line: 1 }, ...edit })).toMatchObject({
      text: text.replace('a: 1\n---', 'a: 2\n---'),
    });
    expect(editField(text, { root: { line: 6 }, ...edit })).toMatchObject({
      text: 'a: 1\n---\nkind: List\nitems:\n- a: 1\n- a: 2\n',
    });
  });

  it('finds a field of another name by its own line', () => {
    const text = 'services:\n  web:\n    deploy:\n      replicas: 2\n';
    const edit = { root: { line: 2, column: 3 }, path: ['replicas'], desired: 2, wanted: 3 };

    expect(editField(text, { ...edit, at: { line: 4 } })).toMatchObject({
      text: text.replace('2', '3'),
    });
    expect(editField(text, edit)).toMatchObject({ kind: 'refused' });
  });

  it.each<[string, string, Partial<FieldEdit>]>([
    ['an alias', 'x: &a 1\na: *a\n', {}],
    ['an anchor that others use', 'a: &a 1\nb: *a\n', {}],
    ['what is merged', 'x: &x { a: 1 }\ny:\n  <<: *x\n', { path: ['y', 'a'] }],
    ['a tag', 'a: !!int 1\n', {}],
    ['a variable', 'a: $(A)\n', { desired: '1' }],
    ['a template', 'a: "{{ .Values.a }}"\n', { desired: '1' }],
    ['an encrypted file', 'a: 1\nsops: { mac: x }\n', {}],
    ['a template that is no YAML', 'a: {{ .Values.a }}\n', {}],
    ['what no line asks for', 'b: 1\n', {}],
    ['half of a character', 'a: 1\n', { wanted: '\ud800' }],
    ['a key that asks for itself', '? a\n', {}],
  ])('refuses %s', (_name, text, rest) => {
    const edit = { root: { line: 1 }, path: ['a'], desired: 1, wanted: 2, ...rest };

    expect(editField(text, edit)).toMatchObject({ kind: 'refused' });
  });

  it('writes any text so that it reads back, and all else as before', () => {
    const styles = ['x', '"x"', "'x'", '|\n  x\n', '>-\n  x', '[1]', '\n  x'];
    const text = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.string({ unit: 'grapheme' }),
      anyText(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...styles), fc.boolean(), (wanted, style, flow) => {
        const inFlow = style.includes('\n') ? '"x"' : style;
        const file = flow
          ? `a: { k: ${inFlow}, z: 1 }\nb: 2\n`
          : `a:\n  k: ${style.replace(/\n {2}/g, '\n    ').trimEnd()}\n  z: 1\nb: 2\n`;
        const desired = parseAt(file);

        const edited = editField(file, { root: { line: 1 }, path: ['a', 'k'], desired, wanted });

        const read =
          edited.kind === 'edited' ? parseYaml(edited.text, { file: 'a' }).value : edited;
        expect(read).toEqual({ a: { k: wanted, z: 1 }, b: 2 });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each(['k', 'm'])('writes any value in place of any other at %s', (name) => {
    fc.assert(
      fc.property(anyJson(), anyJson(), (one, other) => {
        const file = '- k: "x"\n  z: 1 # c\n- 2\n';
        const edit = { root: { line: 1 }, path: [name], at: { line: 1 } };
        const asked = name === 'k' ? { desired: 'x' } : {};

        const first = textOf(editField(file, { ...edit, ...asked, wanted: one }));
        const second = textOf(editField(first, { ...edit, desired: one, wanted: other }));

        const read = parseYaml(second, { file: 'a' }).value ?? null;
        expect(formatJson(read)).toBe(formatJson([{ k: 'x', z: 1, [name]: other }, 2]));
        expect(second).toContain('z: 1 # c');
      }),
      { seed: 2, numRuns: 60 },
    );
  });
});

function textOf(edited: FieldEdited): string {
  return edited.kind === 'edited' ? edited.text : `# ${edited.reason}`;
}

function parseAt(file: string): Json {
  const { value } = parseYaml(file, { file: 'a' });
  return (value as { a: { k: Json } }).a.k;
}

function anyText(): fc.Arbitrary<string> {
  const words = [
    'yes',
    '0777',
    '1e3',
    '~',
    '<<',
    ': ',
    ' #',
    '- ',
    '---',
    '{{ x }}',
    '\n',
    ' ',
    '\t',
  ];
  const more = ['"', "'", '\\', '\r', '\u0085', '\u2028', '\ufeff', '\u0000', '|', '%', '😀', 'é'];
  return fc.array(fc.constantFrom(...words, ...more), { maxLength: 6 }).map((all) => all.join(''));
}
