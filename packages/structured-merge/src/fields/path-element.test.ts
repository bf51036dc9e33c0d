import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryElement } from '../testing/arbitrary-fields.ts';
import {
  compareElements,
  formatPathElement,
  formatServerPath,
  type PathElement,
  parsePathElement,
  toFieldPath,
} from './path-element.ts';

const port: PathElement = { kind: 'key', key: { protocol: 'TCP', port: 80 } };
const member: PathElement = { kind: 'value', value: 'a.b/c' };

describe('a path element', () => {
  it('survives being written', () => {
    fc.assert(
      fc.property(arbitraryElement(), (element) => {
        expect(parsePathElement(formatPathElement(element))).toEqual(element);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('has one place among others', () => {
    const elements = fc.array(arbitraryElement().map(formatPathElement), { maxLength: 6 });
    fc.assert(
      fc.property(elements, (texts) => {
        const sorted = [...texts].sort(compareElements);

        expect([...texts].reverse().sort(compareElements)).toEqual(sorted);
        expect(
          sorted.every((text, at) => compareElements(text, sorted.at(at + 1) ?? 'i:99') <= 0),
        ).toBe(true);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('is printed as the server prints it', () => {
    const path: PathElement[] = [
      { kind: 'field', name: 'spec' },
      { kind: 'field', name: 'ports' },
      port,
      member,
      { kind: 'index', index: 3 },
    ];

    expect(formatServerPath(path)).toBe('.spec.ports[port=80,protocol="TCP"][="a.b/c"][3]');
  });

  it('is a step of our own paths until a list is one value', () => {
    const spec: PathElement = { kind: 'field', name: 'spec' };

    expect(toFieldPath([spec, port, spec])).toEqual([
      'spec',
      { port: 80, protocol: 'TCP' },
      'spec',
    ]);
    expect(toFieldPath([spec, member])).toEqual(['spec']);
  });
});
