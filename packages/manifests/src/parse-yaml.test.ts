import { describe, expect, it } from 'vitest';

import { parseYaml } from './parse-yaml.ts';

describe('parseYaml', () => {
  it.each<[string, string, ReturnType<typeof parseYaml>]>([
    ['a document', '# c\n---\na: [1, yes]\n', { value: { a: [1, true] }, diagnostics: [] }],
    ['a scalar', '5', { value: 5, diagnostics: [] }],
    ['null', '~', { value: null, diagnostics: [] }],
    ['nothing', '# c\n', { diagnostics: [] }],
  ])('reads %s', (_name, text, expected) => {
    expect(parseYaml(text, { file: 'a.yaml' })).toEqual(expected);
  });

  it.each([
    ['a second document', 'a: 1\n---\nb: 2\n', ['YAML_SECOND_DOCUMENT', 3, undefined]],
    ['broken syntax', 'a: 1\nb: [1\n', ['YAML_SYNTAX', 2, 6]],
    ['too much', 'a: 1\n'.repeat(100), ['YAML_TOO_LONG', 1, undefined]],
  ])('refuses %s', (_name, text, expected) => {
    const { value, diagnostics } = parseYaml(text, { file: 'a.yaml', limits: { maxLength: 100 } });

    expect(value).toBeUndefined();
    expect(diagnostics.map(({ code, origin }) => [code, origin?.line, origin?.column])).toEqual([
      expected,
    ]);
  });

  it('reads the whole of what it has a warning about', () => {
    const { value, diagnostics } = parseYaml('a: 1\na: 2\n', { file: 'a.yaml' });

    expect(value).toEqual({ a: 2 });
    expect(diagnostics.map(({ severity, origin }) => [severity, origin?.line])).toEqual([
      ['warning', 2],
    ]);
  });
});
