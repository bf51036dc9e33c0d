import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { scalarCases } from '../../testing/scalar-cases.ts';
import { parseAnyDocument } from '../parse-document.ts';
import { readPlainDocument } from './read-plain-document.ts';

const limits = () => ({ nodes: 5000, maxDepth: 6 });

/** What both make of a text, and how many values they counted. Left to the parser: nothing. */
function readTwice(text: string) {
  const ours = limits();
  const theirs = limits();
  const value = readPlainDocument(text, ours);
  const parsed = parseAnyDocument({ text, firstLine: 1, contentLine: 1 }, theirs);
  const isPlain = value !== undefined;
  return {
    isPlain,
    ours: isPlain ? { text, value, problems: [], ...ours } : ours,
    theirs: isPlain ? { text, ...parsed, ...theirs } : limits(),
  };
}

describe('a plain document', () => {
  it.each([
    ['members', 'a: b\nc: 1\nd:\n  e: f\n  g: true\nh: null\ni:\n'],
    ['lists', 'a:\n- b\n- c: d\n  e: f\n-\n  g: h\n-   i: j\n    k:\n    - l\nm:\n  - n\n'],
    ['a list at its top', '- a\n- b: c\n'],
    ['a marker and remarks', '---\n# head\na: b # tail\n\n  # in between\nc:   d\n'],
    ['quotes', 'a: "b: # c"\nd: \'e "f"\'   # g\nh: ""\n'],
    ['brackets and braces', 'a: [b, {c: d, e: [f, "g,h"]}, [], {}]\ni: {}\nj: [ k:1 , -2 ]\n'],
    [
      'literal text',
      'a: |\n  b\n\n    c # d\n  "e\n\nf:\n  - |-\n    g\n    h\n\n  - i\nj: |\n k\n',
    ],
    ['other scripts', 'a: größe\nb: "日本"\n'],
    ['numbers', 'a: 8080\nb: -1\nc: 0777\nd: 1_000\ne: 12345678901234567890\nf: 1e3\ng: .5\n'],
    ['odd texts', 'a: b:c\nd: e#f\ng: http://h:80/i?j=k&l=%m\nm: --o\np: a, b ]\nq: <<\n'],
  ])('with %s is read at once', (_name, text) => {
    const { isPlain, ours, theirs } = readTwice(text);

    expect(ours).toEqual(theirs);
    expect(isPlain).toBe(true);
  });

  it.each(scalarCases)('holds `%s` as the parser reads it', (scalar) => {
    for (const text of [
      `a: ${scalar}`,
      `a: [${scalar}]`,
      `a: {b: ${scalar}}`,
      `${scalar}: a`,
      `- ${scalar}`,
    ]) {
      const { ours, theirs } = readTwice(`${text}\n`);

      expect(ours).toEqual(theirs);
    }
  });

  it.each([
    ['no last line break', 'a: b'],
    ['an alias', 'a: *b\n'],
    ['an anchor', 'a: &b c\n'],
    ['a tag', 'a: !b c\n'],
    ['a merge', '<<: {a: b}\n'],
    ['a name twice', 'a: b\na: c\n'],
    ['a name twice in braces', 'a: {b: c, b: d}\n'],
    ['a name that is no text', 'yes: a\n'],
    ['`__proto__`', '__proto__: a\n'],
    ['escapes', 'a: "\\n"\n'],
    ['folded text', 'a: >\n  b\n'],
    ['text of several lines', 'a: b\n  c\n'],
    ['quoted text of several lines', 'a: "b\n  c"\n'],
    ['brackets of several lines', 'a: [b,\n  c]\n'],
    ['a tab', 'a:\tb\n'],
    ['a return', 'a: b\r\n'],
    ['half of a surrogate pair', 'a: \ud83d\n'],
    ['infinity', 'a: .inf\n'],
    ['bad indentation', 'a:\n    b: c\n  d: e\n'],
    ['what is behind the end', 'a: b\n- c\n'],
    ['brackets that stay open', 'a: [b\n'],
    ['something behind brackets', 'a: [b] c\n'],
    ['more values than allowed', `a: [${'1,'.repeat(5000)}1]\n`],
    ['objects too deep', 'a: {a: {a: {a: {a: {a: {a: b}}}}}}\n'],
    ['nothing', '\n'],
  ])('is left to the parser for %s', (_name, text) => {
    const { isPlain, ours, theirs } = readTwice(text);

    expect(ours).toEqual(theirs);
    expect(isPlain).toBe(false);
  });
});

describe('an item without a value', () => {
  it('ends where kubectl ends it, though the parser goes on', () => {
    const text = '- a:\n  -\n- b: c\n';

    expect(readPlainDocument(text, limits())).toEqual([{ a: [null] }, { b: 'c' }]);
  });
});

describe('whatever is written,', () => {
  it('the parser reads the same', () => {
    const word = fc.constantFrom(...words);
    let plain = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 24 }), (parts) => {
        const { isPlain, ours, theirs } = readTwice(`${parts.join('')}\n`);
        if (isPlain) plain += 1;
        expect(ours).toEqual(theirs);
      }),
      { seed: 11, numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(300);
  });

  it('the parser reads the same lines', () => {
    const line = fc
      .tuple(fc.nat(4), fc.constantFrom(...heads), fc.constantFrom(...values))
      .map(([indent, head, value]) => `${'  '.repeat(indent)}${head}${value}\n`);
    let plain = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 7 }), (lines) => {
        const { isPlain, ours, theirs } = readTwice(lines.join(''));
        if (isPlain) plain += 1;
        expect(ours).toEqual(theirs);
      }),
      { seed: 12, numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(1000);
  });
});

const words: readonly string[] = [
  ...['a', 'b', 'c: ', 'd:', 'e: f\n', 'g:\n', '- ', '-', ' ', '  ', '\n', '\n  ', '\n    '],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    ', ',
    ':',
    ': ',
    '#',
    ' #',
    '"',
    "'",
    '|\n',
    '|-\n',
    '>',
    '&a ',
    '*a',
  ],
  ...[
    '1',
    '-1',
    '.5',
    'yes',
    'null',
    '~',
    '<<: ',
    '!x ',
    '\\',
    '?',
    '? ',
    '---\n',
    '%',
    '@',
    '`',
    '=',
  ],
];

const heads: readonly string[] = [
  'a: ',
  'b:',
  'c: ',
  'd-e/f.g: ',
  '- ',
  '- a: ',
  '-   b: ',
  '',
  '- - ',
  '# ',
];
const values: readonly string[] = [
  ...[
    '',
    'x',
    '"x"',
    "'x y'",
    '1',
    'true',
    '|',
    '|-',
    '[]',
    '{}',
    '[a, b]',
    '{a: b}',
    '{a: [b, 1]}',
  ],
  ...[
    'x # y',
    ' ',
    '# z',
    'x: y',
    'x:',
    '[a',
    '"x" y',
    '[a b, c-d]',
    '[\'\', ""]',
    '{a: }',
    '- x',
    '[-]',
    '[a:]',
  ],
];
