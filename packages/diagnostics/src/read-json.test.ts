import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readField, readList, readNumber, readObject, readText, readTexts } from './read-json.ts';

const answer = { spec: { name: 'web', ports: [80, '443', 8080], on: true }, count: 3 };

describe('reading JSON of which nothing is known', () => {
  it.each([
    [readField(answer, 'spec', 'on'), true],
    [readField(answer, 'spec', 'ports', '0'), undefined],
    [readField(answer), answer],
    [readText(answer, 'spec', 'name'), 'web'],
    [readText('web'), 'web'],
    [readText(answer, 'count'), undefined],
    [readText(answer, 'spec', 'name', 'length'), undefined],
    [readNumber(answer, 'count'), 3],
    [readNumber(answer, 'spec', 'name'), undefined],
    [readObject(answer, 'spec'), answer.spec],
    [readObject(answer, 'spec', 'ports'), {}],
    [readObject(null), {}],
    [readList(answer, 'spec', 'ports'), [80, '443', 8080]],
    [readList(answer, 'spec'), []],
    [readTexts(answer, 'spec', 'ports'), ['443']],
    [readTexts(undefined), []],
  ])('case %#', (found, expected) => {
    expect(found).toEqual(expected);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'takes %s for an ordinary name',
    (name) => {
      expect(readField({}, name)).toBeUndefined();
      expect(readText(JSON.parse(`{"${name}":"own"}`), name)).toBe('own');
    },
  );

  it('never throws, and answers in the type that was asked for', () => {
    const seed = 20260101;
    const path = fc.array(fc.constantFrom('a', 'b', '__proto__', '0', 'length'), { maxLength: 4 });
    fc.assert(
      fc.property(fc.anything(), path, (value, steps) => {
        expect(['string', 'undefined']).toContain(typeof readText(value, ...steps));
        expect(['number', 'undefined']).toContain(typeof readNumber(value, ...steps));
        expect(Array.isArray(readList(value, ...steps))).toBe(true);
        expect(Array.isArray(readObject(value, ...steps))).toBe(false);
      }),
      { seed, numRuns: 100 },
    );
  });
});
