import type { ChangeSetStack } from '@trueup/api';
import { expect, it } from 'vitest';

import { findObjections } from './find-objections.ts';

it('tells an approval that does not count, and why', () => {
  const asked = { required: '1 approval', covered: false, given: [] };
  const stack = (uncounted: readonly { who: string; reason: string }[]): ChangeSetStack => ({
    state: 'planned',
    approval: { ...asked, uncounted },
  });
  const stacks = {
    'shop/a': stack([{ who: 'dana', reason: 'wrote it' }]),
    'shop/b': stack([{ who: 'ben', reason: 'is in no group' }]),
  };
  const given = ['shop/a', 'shop/b', 'shop/gone'].map((name) => ({ stack: name, actor: 'dana' }));

  expect(findObjections({ stacks }, given)).toEqual([{ stack: 'shop/a', reason: 'wrote it' }]);
  const named = [{ stack: 'shop/a', actor: 'member:dana' }];
  expect(findObjections({ stacks }, named)).toHaveLength(1);
});
