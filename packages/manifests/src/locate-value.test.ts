import { describe, expect, it } from 'vitest';

import { createLocator } from './locate-value.ts';

const text = `stacks:
  - name: a
    after: [x, y]
  - { name: b, "pa.th": c }
name: first
name: last
`;

describe('createLocator', () => {
  const locate = createLocator(text, 'trueup.yaml');

  it.each([
    ['the document', [], '1:1'],
    ['a member', ['stacks'], '1:1'],
    ['an item', ['stacks', 0], '2:5'],
    ['a member of an item', ['stacks', 0, 'after'], '3:5'],
    ['an item in a line', ['stacks', 0, 'after', 1], '3:16'],
    ['a quoted member', ['stacks', 1, 'pa.th'], '4:16'],
    ['the last of two', ['name'], '6:1'],
    ['what is missing by what is above it', ['stacks', 1, 'target'], '4:5'],
    ['an item that is not there by its list', ['stacks', 9], '1:1'],
  ])('finds %s', (_name, path, place) => {
    const { line, column } = locate(path) ?? {};

    expect(`${line}:${column}`).toBe(place);
  });

  it('answers nothing where the text is no YAML', () => {
    expect(createLocator('a: [', 'x.yaml')(['a'])).toBeUndefined();
  });
});
