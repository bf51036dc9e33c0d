import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { makeField, makeStackChange } from '../../testing/make-change.ts';
import { arrangePlan, filterChanges, type StackChange } from './arrange-plan.ts';

const image = [makeField('spec.image', { before: 'web:1', after: 'web:2' })];

describe('the order of a plan', () => {
  it('puts what takes something away first, and drift last', () => {
    const groups = arrangePlan([
      makeStackChange({ action: 'create', id: 'ConfigMap/a/new' }),
      makeStackChange({ cause: 'drift', id: 'ConfigMap/a/drifted' }),
      makeStackChange({ action: 'update', id: 'ConfigMap/a/plain', fields: image }),
      makeStackChange({ action: 'update', id: 'ConfigMap/a/hard', hazards: ['interrupts'] }),
      makeStackChange({ action: 'replace', id: 'Job/a/again' }),
      makeStackChange({ action: 'delete', id: 'ConfigMap/a/old' }),
    ]);

    expect(groups.map(({ section, first }) => `${section} ${first.change.id}`)).toEqual([
      'removals ConfigMap/a/old',
      'removals Job/a/again',
      'risks ConfigMap/a/hard',
      'updates ConfigMap/a/plain',
      'creations ConfigMap/a/new',
      'drift ConfigMap/a/drifted',
    ]);
  });

  it('leaves out what changes nothing', () => {
    expect(arrangePlan([makeStackChange({ action: 'none' })])).toEqual([]);
  });

  it('keeps every step exactly once', () => {
    const action = fc.constantFrom('create', 'update', 'delete', 'replace', 'take-over', 'execute');
    const one = fc.record({ action, name: fc.nat(5), stack: fc.nat(3), value: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), (all) => {
        const changes = all.map(({ name, stack, value, ...rest }) =>
          makeStackChange(
            {
              ...rest,
              id: `ConfigMap/shop/${name}`,
              fields: [makeField('data.n', { after: value })],
            },
            `infra/${stack}`,
          ),
        );

        const kept = arrangePlan(changes).flatMap((group) => group.changes);

        expect(kept).toHaveLength(changes.length);
        expect(new Set(kept)).toEqual(new Set(changes));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('changes that read the same', () => {
  const inStacks = (make: (stack: string) => StackChange): readonly StackChange[] =>
    ['infra/a', 'infra/b', 'infra/c'].map(make);

  it('are one group over stacks and names', () => {
    const changes = inStacks((stack) =>
      makeStackChange({ id: `Deployment/${stack}/web`, fields: image }, stack),
    );

    expect(arrangePlan(changes).map((group) => group.changes.length)).toEqual([3]);
  });

  it('are told apart where a value differs', () => {
    const changes = inStacks((stack) =>
      makeStackChange({ fields: [makeField('data.host', { after: stack })] }, stack),
    );

    expect(arrangePlan(changes)).toHaveLength(3);
  });

  it('are told apart where they can be relied on otherwise', () => {
    const groups = arrangePlan([
      makeStackChange({ fields: image }),
      makeStackChange({ fields: image, confidence: 'opaque' }, 'infra/b'),
    ]);

    expect(groups).toHaveLength(2);
  });

  it('are never one where something is deleted', () => {
    const changes = inStacks((stack) => makeStackChange({ action: 'delete' }, stack));

    expect(arrangePlan(changes)).toHaveLength(3);
  });

  it('are one where only the seals of a secret differ, which they do by their place', () => {
    const sealed = (stack: string) =>
      makeField('data.password', { sensitive: true, before: `${stack}1`, after: `${stack}2` });
    const changes = inStacks((stack) => makeStackChange({ fields: [sealed(stack)] }, stack));

    expect(arrangePlan(changes)).toHaveLength(1);
  });
});

describe('the filter of a plan', () => {
  const changes = [
    makeStackChange({ id: 'Deployment/shop/web', fields: image }, 'infra/a'),
    makeStackChange({ id: 'ConfigMap/shop/settings' }, 'infra/b'),
  ];

  it.each([
    ['deployment web', 1],
    ['SPEC.IMAGE', 1],
    ['infra/b', 1],
    ['update', 2],
    ['web settings', 0],
    ['', 2],
  ])('finds by %j', (text, count) => {
    expect(filterChanges(changes, { text })).toHaveLength(count);
  });

  it('keeps to one stack', () => {
    expect(filterChanges(changes, { text: '', stack: 'infra/a' })).toEqual([changes[0]]);
  });
});
