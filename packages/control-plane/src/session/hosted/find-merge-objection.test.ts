import { describe, expect, it } from 'vitest';

import { findMergeObjection, touchesRules } from './find-merge-objection.ts';

const commit = 'a'.repeat(40);
const permission = 'write';

describe('a merge into a followed branch', () => {
  it('needs to have been looked at', () => {
    const older = { head: 'b'.repeat(40) };

    for (const set of [undefined, older]) {
      expect(findMergeObjection({ permission, commit, set })).toContain('has not looked at');
    }
    expect(findMergeObjection({ permission, commit, set: { head: commit } })).toBeUndefined();
  });

  it.each([
    ['trueup.yaml', true],
    ['.github/CODEOWNERS', true],
    ['apps/trueup.yaml', false],
    ['apps/shop/web.yaml', false],
  ])('that changes %s has to be judged for the branch as it is: %s', (path, expected) => {
    expect(touchesRules(['a.yaml', path])).toBe(expected);
  });

  it('that takes away from the rules is for administrators', () => {
    const set = { head: commit, weakened: ['shop: 1 approval would no longer be asked for.'] };

    expect(findMergeObjection({ permission, commit, set })).toMatch(/administrator.*1 approval/);
    expect(findMergeObjection({ permission: 'admin', commit, set })).toBeUndefined();
  });
});
