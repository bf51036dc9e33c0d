import { formatJson, type Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatYaml } from './format-yaml.ts';
import { parseYaml } from './parse-yaml.ts';
import { anyJson } from './testing/any-json.ts';

const sentence = 'the quick brown fox jumps over the lazy dog '.repeat(3).trim();

describe('formatYaml', () => {
  it.each<[string, Json, string]>([
    [
      'members in natural order',
      { k10: 1, k2: 2, a: 3, _: 4, B: 5 },
      '_: 4\nB: 5\na: 3\nk2: 2\nk10: 1\n',
    ],
    [
      'lists below their key',
      { a: [1, { b: 2, c: [] }, [3, {}]] },
      'a:\n- 1\n- b: 2\n  c: []\n- - 3\n  - {}\n',
    ],
    [
      'text that looks like something else',
      ['yes', '1e3', '0777', '', '1:30', '2024-01-01', '~'],
      '- "yes"\n- "1e3"\n- "0777"\n- ""\n- "1:30"\n- "2024-01-01"\n- "~"\n',
    ],
    [
      'text that is no plain scalar',
      ['- a', 'a: b', '#', '*a', "it's", ' a', '@'],
      "- '- a'\n- 'a: b'\n- '#'\n- '*a'\n- it's\n- ' a'\n- '@'\n",
    ],
    [
      'lines',
      { a: 'b\nc\n', d: ' e\nf', g: 'h\n\n', i: 'j' },
      'a: |\n  b\n  c\nd: |2-\n   e\n  f\ng: |+\n  h\n\ni: j\n',
    ],
    [
      'lines that cannot be shown',
      ['a \nb', 'a\tb\n', 'a\n '],
      '- "a \\nb"\n- "a\\tb\\n"\n- "a\\n "\n',
    ],
    ['what is not printed', '\u{1F600}\u0007\u0085\u2028\u00e9', '"\\U0001F600\\a\\N\\Lé"\n'],
    ['long text', { a: sentence }, `a: ${sentence.slice(0, 78)}\n  ${sentence.slice(79)}\n`],
    ['a long key', { [`${'k'.repeat(129)}`]: [1] }, `? ${'k'.repeat(129)}\n: - 1\n`],
    ['a key that would merge', { '<<': 1 }, '"<<": 1\n'],
    [
      'numbers',
      [1, -0, 1.5, 1234567.5, 0.00001, 1e21, 2n ** 60n, 100000000000000000000n],
      '- 1\n- 0\n- 1.5\n- 1.2345675e+06\n- 1e-05\n- 1e+21\n- 1152921504606846976\n- 1e+20\n',
    ],
    ['the rest', [null, true, {}, []], '- null\n- true\n- {}\n- []\n'],
    ['a scalar alone', 'a', 'a\n'],
  ])('prints %s', (_name, value, text) => {
    expect(formatYaml(value)).toBe(text);
  });

  it('is undone by reading', () => {
    fc.assert(
      fc.property(anyJson(), (value) => {
        const { value: read, diagnostics } = parseYaml(formatYaml(value), { file: 'a.yaml' });

        expect(diagnostics).toEqual([]);
        expect(formatJson(read ?? null)).toBe(formatJson(value));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
