import { describe, expect, it } from 'vitest';

import { applySuggestion, readSuggestion } from './read-suggestion.ts';

const block = (text: string, range = '') => `Better:\n\n\`\`\`suggestion${range}\n${text}\`\`\`\n`;

describe('a suggestion', () => {
  it.each([
    ['one line', block('two\n'), 'a\ntwo\nc\n'],
    ['several for one', block('x\ny\n'), 'a\nx\ny\nc\n'],
    ['lines around it', block('z\n', ':-1+1'), 'z\n'],
    ['none in its place', block(''), 'a\nc\n'],
    ['line ends of Windows', block('two\n').replaceAll('\n', '\r\n'), 'a\ntwo\nc\n'],
    ['a longer fence around fences', '````suggestion\n```\n````', 'a\n```\nc\n'],
  ])('replaces %s', (_case, body, result) => {
    const suggestion = readSuggestion(body);

    expect(suggestion && applySuggestion('a\nb\nc\n', 2, suggestion)).toBe(result);
  });

  it('keeps a file without a line break at its end so', () => {
    const suggestion = readSuggestion(block('new\n'));

    expect(suggestion && applySuggestion('a\nb', 2, suggestion)).toBe('a\nnew');
  });

  it.each(['', 'text', '```\nsuggestion\n```', '```suggestion\nnever ends', '```suggestions\n```'])(
    'is not in %j',
    (body) => {
      expect(readSuggestion(body)).toBeUndefined();
    },
  );

  it.each([
    ['folded', `<details>\n${block('evil\n')}</details>\n`],
    ['of more lines', block('evil\n', ':-1+1')],
    ['quoted', '> ```suggestion\n> evil\n> ```\n'],
    ['by other signs', '~~~suggestion\nevil\n~~~\n'],
  ])('is not taken for another one that is %s', (_case, hidden) => {
    expect(readSuggestion(`${hidden}\n${block('good\n')}`)).toBeUndefined();
  });

  it('ends where pages end it', () => {
    const suggestion = readSuggestion('```suggestion\ngood\n  ```\nevil\n```\n');

    expect(suggestion?.text).toBe('good\n');
  });

  it('fits no lines that the file does not have', () => {
    const wide = { above: 3, below: 0, text: 'x\n' };

    expect(applySuggestion('a\n', 9, { above: 0, below: 0, text: '' })).toBeUndefined();
    expect(applySuggestion('a\nb\n', 1, wide)).toBeUndefined();
  });
});
