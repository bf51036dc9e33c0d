import { StalledError } from '@trueup/diagnostics';
import { type Change, formatResourceId, parseResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { orderChanges } from './order-changes.ts';

describe('orderChanges', () => {
  it.each([
    ['nothing for an empty plan', [], ''],
    ['independent changes in one wave, by id', ['update b', 'create a'], 'apply: a b'],
    ['dependencies first', ['create a < b', 'create b'], 'apply: b | apply: a'],
    ['dependents first when deleting', ['delete a', 'delete b < a'], 'delete: b | delete: a'],
    ['deletes last', ['delete a', 'create b'], 'apply: b | delete: a'],
    [
      'chains through what is right',
      ['update a < b', 'none b < c', 'update c'],
      'apply: c | apply: a',
    ],
    ['dependencies outside the plan as met', ['create a < elsewhere'], 'apply: a'],
    ['lower ranks first', ['create a@0.1', 'create b@0.0'], 'apply: b | apply: a'],
    ['lower waves first', ['create a@1.0', 'create b@0.5'], 'apply: b | apply: a'],
    ['a dependency before its rank', ['create a@0.1', 'create b@0.0 < a'], 'apply: a | apply: b'],
    ['higher waves first when deleting', ['delete a@0.0', 'delete b@1.0'], 'delete: b | delete: a'],
  ])('gives %s', (_name, changes, expected) => {
    expect(print(changes.map(parse))).toBe(expected);
  });

  it.each([
    ['a rank awaits nothing', ['create a@0.0', 'create b@0.1'], ['', '']],
    [
      'a wave awaits all before it',
      ['create a@0.0', 'create b@0.1', 'create c@1.0'],
      ['', '', 'a b'],
    ],
    ['a dependency is awaited, also where it is right', ['none a', 'create b < a'], ['a']],
  ])('%s', (_name, changes, expected) => {
    const waves = orderChanges(changes.map(parse));

    expect(
      waves.map(({ awaits }) => awaits.map((id) => parseResourceId(id).name).join(' ')),
    ).toEqual(expected);
  });

  it('stalls on a cycle and names what it blocks', () => {
    const changes = ['create a < b', 'create b < a', 'create c < a', 'create d'].map(parse);

    expect(() => orderChanges(changes)).toThrow(
      new StalledError(
        'PLAN_DEPENDENCY_CYCLE',
        'A dependency cycle blocks: Thing//a, Thing//b, Thing//c',
      ),
    );
  });

  it('does not care how the changes are listed', () => {
    fc.assert(
      fc.property(acyclicChanges(), (changes) => {
        expect(orderChanges(changes.toReversed())).toEqual(orderChanges(changes));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('takes every step once, and none before those that it waits for', () => {
    fc.assert(
      fc.property(acyclicChanges(), (changes) => {
        const waves = orderChanges(changes);
        const applies = waves.filter(({ kind }) => kind === 'apply');
        const deletes = waves.filter(({ kind }) => kind === 'delete');

        expect(new Set(waves.flatMap((wave) => wave.changes))).toEqual(new Set(changes));
        expect(dependenciesAhead(applies)).toEqual([]);
        expect(dependenciesAhead(deletes.toReversed())).toEqual([]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

/** Reads `create a@1.2 < b c`: create a in wave 1, rank 2, which depends on b and c. */
function parse(text: string): Change {
  const [action, place = '', ...dependencies] = text.split(/ < | /);
  const [name = '', position = '0.0'] = place.split('@');
  const [wave, rank] = position.split('.').map(Number);
  const dependsOn = dependencies.map(idOf);
  const order = { position: { wave, rank }, dependsOn };
  const rest = { fields: [], hazards: [], confidence: 'certain' };
  return { id: idOf(name), action, ...order, ...rest } as unknown as Change;
}

/** Writes `apply: a b | apply: c`, short enough to compare at a glance. */
function print(changes: readonly Change[]): string {
  return orderChanges(changes)
    .map((wave) => {
      const names = wave.changes.map(({ id }) => parseResourceId(id).name);
      return `${wave.kind}: ${names.join(' ')}`;
    })
    .join(' | ');
}

function idOf(name: string): Change['id'] {
  return formatResourceId({ kind: 'Thing', scope: '', name });
}

/** Each change depends only on some of those before it. */
function acyclicChanges(): fc.Arbitrary<readonly Change[]> {
  const action = fc.constantFrom('create', 'update', 'delete');
  const step = fc.tuple(action, fc.uniqueArray(fc.nat(11), { maxLength: 4 }));
  return fc.array(step, { maxLength: 12 }).map((steps) =>
    steps.map(([verb, picks], index) => {
      const earlier = picks.filter((pick) => pick < index);
      return parse([verb, index, ...earlier].join(' '));
    }),
  );
}

/** Dependencies that are met only in the same wave or a later one. */
function dependenciesAhead(waves: ReturnType<typeof orderChanges>): readonly string[] {
  return waves.flatMap((wave, index) => {
    const ahead = new Set(waves.slice(index).flatMap((later) => later.changes.map(({ id }) => id)));
    return wave.changes.flatMap(({ dependsOn }) => dependsOn.filter((id) => ahead.has(id)));
  });
}
