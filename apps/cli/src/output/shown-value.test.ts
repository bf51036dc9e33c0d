import type { Json } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { cutLines, showSides, showValue } from './shown-value.ts';

describe('a value', () => {
  it.each<[string, Json, readonly string[]]>([
    ['a word', 'web:1.4.0', ['web:1.4.0']],
    ['a quantity', '128Mi', ['128Mi']],
    ['a text that looks like a number', '1.5', ['"1.5"']],
    ['a text that looks like a boolean', 'true', ['"true"']],
    ['an empty text', '', ['""']],
    ['a text with space around', ' x', ['" x"']],
    ['lines', 'a\nb\n', ['a', 'b']],
    ['an exact integer', 9007199254740993n, ['9007199254740993']],
    ['a list', ['a', 1, null], ['["a", 1, null]']],
    ['an object', { a: 'x', b: {} }, ['{ a: "x", b: {} }']],
    ['a colour', '\u001b[31m', ['\\x1b[31m']],
  ])('that is %s', (_name, value, lines) => {
    expect(showValue(value)).toEqual(lines);
  });
});

describe('both sides of a field', () => {
  const seals = { before: 'sealed:aa', after: 'sealed:bb' };

  it.each<[string, Parameters<typeof showSides>[0], ReturnType<typeof showSides>]>([
    [
      'a secret that changes',
      { path: 'data.password', sensitive: true, ...seals },
      { before: ['(sealed)'], after: ['(sealed, changed)'] },
    ],
    [
      'a secret that is added',
      { path: 'data.password', sensitive: true, after: 'sealed:bb' },
      { after: ['(sealed)'] },
    ],
    [
      'what is not known yet',
      { path: 'spec.id', sensitive: false, unknown: true },
      { after: ['(known when it is applied)'] },
    ],
    [
      'numbers',
      { path: 'spec.replicas', sensitive: false, before: 3, after: 5 },
      { before: ['3'], after: ['5'] },
    ],
  ])('show %s', (_name, field, sides) => {
    expect(showSides(field)).toEqual(sides);
    expect(JSON.stringify(showSides(field))).not.toContain('sealed:');
  });
});

describe('many lines', () => {
  it('are cut with a count', () => {
    expect(cutLines(['a', 'b', 'c', 'd'], 2)).toEqual(['a', 'b', '… 2 more lines']);
  });

  it('are not cut for the sake of one', () => {
    expect(cutLines(['a', 'b', 'c'], 2)).toEqual(['a', 'b', 'c']);
  });
});
