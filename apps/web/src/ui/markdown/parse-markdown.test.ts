import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Inline, parseInline } from './parse-inline.ts';
import { type Block, parseMarkdown } from './parse-markdown.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });

describe('marks within a line', () => {
  it.each<[string, readonly Inline[]]>([
    ['plain', [text('plain')]],
    ['**bold**', [{ kind: 'strong', parts: [text('bold')] }]],
    ['*slanted*', [{ kind: 'emphasis', parts: [text('slanted')] }]],
    ['snake_case_name', [text('snake_case_name')]],
    ['2 * 3 * 4', [text('2 * 3 * 4')]],
    ['`a*b*c`', [{ kind: 'code', text: 'a*b*c' }]],
    ['``a`b``', [{ kind: 'code', text: 'a`b' }]],
    ['\\*no\\*', [text('*no*')]],
    ['&#60;b&#62; &amp;', [text('<b> &')]],
    ['<script>x</script>', [text('<script>x</script>')]],
    ['<img src=x onerror=alert(1)>', [text('<img src=x onerror=alert(1)>')]],
    ['[x](javascript:alert(1))', [text('[x](javascript:alert(1))')]],
  ])('reads %j', (line, parts) => {
    expect(parseInline(line)).toEqual(parts);
  });

  it('links to the web alone', () => {
    expect(parseInline('see [it](https://example.com/a)')).toEqual([
      text('see '),
      { kind: 'link', address: 'https://example.com/a', parts: [text('it')] },
    ]);
  });

  it('leaves the full stop behind an address out of it', () => {
    expect(parseInline('https://example.com.')).toMatchObject([
      { kind: 'link', address: 'https://example.com/' },
    ]);
  });

  it.each(['[', '*', '`', '<b>', '_', '\\', '&#'])('takes %j many times', (mark) => {
    const parts = parseInline(mark.repeat(50_000));

    // What a mistake costs here is minutes, which no test is given.
    expect(parts.length).toBeGreaterThan(0);
  });
});

describe('blocks', () => {
  const kinds = (markdown: string): readonly Block['kind'][] =>
    parseMarkdown(markdown).map(({ kind }) => kind);

  it.each<[string, readonly Block['kind'][]]>([
    ['# One\n\ntwo\nthree', ['heading', 'paragraph']],
    ['- a\n- b\n\n1. c', ['list', 'list']],
    ['> a\n> b', ['quote']],
    ['---', ['rule']],
    ['```yaml\na: 1\n```\nafter', ['code', 'paragraph']],
    ['```\nnever closed', ['code']],
    ['<details>\n<summary>More</summary>\n\n- a\n</details>', ['folded']],
    ['<details>\nnever closed', ['paragraph']],
    ['<!-- trueup:plan -->\nshown', ['paragraph']],
    ['', []],
  ])('reads %j', (markdown, expected) => {
    expect(kinds(markdown)).toEqual(expected);
  });

  it('keeps what is in code as it is', () => {
    expect(parseMarkdown('~~~suggestion\n  **a** <b>\n~~~')).toEqual([
      { kind: 'code', language: 'suggestion', text: '  **a** <b>' },
    ]);
  });

  it('ends whatever it reads', () => {
    const marks = fc.constantFrom(
      '#',
      '>',
      '-',
      '```',
      '<details>',
      '</details>',
      '*',
      '\n',
      'a ',
      '1.',
    );
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 60 }), (parts) => {
        expect(Array.isArray(parseMarkdown(parts.join('')))).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
