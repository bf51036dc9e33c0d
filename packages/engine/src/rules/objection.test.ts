import { describe, expect, it } from 'vitest';

import { findObjection, type KnownMember } from './objection.ts';

const ann: KnownMember = {
  name: 'ann',
  grants: [{ role: 'approver', repository: 'infra' }],
  groups: ['ops', 'shop/Data'],
  emails: ['Ann@example.com'],
  identities: ['gitea:42'],
};
const stack = { repository: 'infra', name: 'shop' };

describe('findObjection', () => {
  it.each<[from: string, counts: boolean]>([
    ['member:ann', true],
    ['member:Ann', false],
    ['group:ops', true],
    ['group:Ops', false],
    ['owner:@ann', true],
    ['owner:@Ann', true],
    ['owner:@ann2', false],
    ['owner:@acme/ops', true],
    ['owner:@acme/data', false],
    ['owner:@shop/data', true],
    ['owner:ann@example.com', true],
    ['owner:eve@example.com', false],
    ['owner:@@ops', false],
    ['owner:@', false],
    ['owner:', false],
    ['codeowners', false],
    ['ann', false],
  ])('takes the word of %s: %s', (from, counts) => {
    const requirement = { from: [from], excludeAuthor: false };
    const objection = findObjection({ member: ann, requirement, authors: [], stack });

    expect(objection === undefined).toBe(counts);
  });

  it('counts nobody who may not approve this stack any more', () => {
    const requirement = { from: [], excludeAuthor: false };
    const elsewhere = { repository: 'other', name: 'shop' };
    const viewer: KnownMember = { ...ann, grants: [{ role: 'viewer' }] };

    expect(findObjection({ member: ann, requirement, authors: [], stack: elsewhere })).toBe(
      'may not approve here any more',
    );
    expect(findObjection({ member: viewer, requirement, authors: [], stack })).toBe(
      'may not approve here any more',
    );
    expect(findObjection({ member: undefined, requirement, authors: [], stack })).toBe(
      'is no member any more',
    );
  });

  it('says whose word is asked for, as rules and CODEOWNERS write it', () => {
    const requirement = { from: ['owner:@eve', 'group:sec'], excludeAuthor: true };

    expect(findObjection({ member: ann, requirement, authors: [], stack })).toBe(
      'is not of @eve, group:sec',
    );
  });

  it.each([
    'gitea:42',
    'member:ann',
    'commit:ann',
    'commit:Somebody Else <ann@EXAMPLE.com>',
    'commit:ann@example.com',
    'commit:Ann <ann@trueup.invalid>',
  ])('excludes who wrote it, known as %s', (author) => {
    const requirement = { from: ['group:ops'], excludeAuthor: true };
    const authors = ['commit:eve@example.com', author];

    expect(findObjection({ member: ann, requirement, authors, stack })).toContain('wrote it');
    const lax = { ...requirement, excludeAuthor: false };
    expect(findObjection({ member: ann, requirement: lax, authors, stack })).toBeUndefined();
  });
});
