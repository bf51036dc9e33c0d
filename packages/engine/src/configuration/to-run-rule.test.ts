import { formatResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { noMergeRequest } from '../rules/condition.ts';
import type { KnownMember } from '../rules/objection.ts';
import type { ApprovalRequirement } from './configuration.ts';
import { defaultRule } from './rule-for.ts';
import { type RulePorts, toRunRule } from './to-run-rule.ts';

const ann: KnownMember = {
  name: 'ann',
  grants: [{ role: 'approver' }],
  groups: ['ops'],
  emails: ['Ann@example.com'],
  identities: ['gitea:42'],
};
const findMember = (name: string) => (name === 'ann' ? ann : undefined);
const stack = { repository: 'infra', name: 'shop' };
const ports: RulePorts = {
  findMember,
  stack,
  askConditions: async () => [],
  occasion: async () => ({
    stack: { ...stack, path: 'shop', target: 'cloud', provider: 'things' },
    mergeRequest: noMergeRequest,
    paths: [],
    owners: 'absent',
  }),
};
const anybody: ApprovalRequirement = { count: 1, from: [], excludeAuthor: false };
const others: ApprovalRequirement = { ...anybody, excludeAuthor: true };

describe('toRunRule', () => {
  it.each<[string, ApprovalRequirement, string, boolean]>([
    ['of anybody', anybody, 'commit:ann@example.com', true],
    ['of a member', { ...anybody, from: ['member:ann'] }, 'trueup', true],
    ['of a group', { ...anybody, from: ['group:dev', 'group:ops'] }, 'trueup', true],
    ['of another group', { ...anybody, from: ['group:dev', 'member:ops'] }, 'trueup', false],
    ['of somebody else', others, 'commit:bob@example.com', true],
    ['of who asked for it', others, 'member:ann', false],
    ['of the author by name', others, 'commit:ann', false],
    ['of the author by address', others, 'commit:ann@Example.com', false],
    ['of an account of the same digits', others, 'github:42', true],
    ['of a forge account called like it', others, 'gitea:ann', true],
    ['of the author by account', others, 'gitea:42', false],
    ['of the author as Git writes it', others, 'commit:Ann A. <ann@example.com>', false],
  ])('counts the word %s, or not', (_name, requirement, actor, expected) => {
    const { objection } = toRunRule(defaultRule, ports);

    expect(objection('ann', requirement, ['commit:eve@example.com', actor]) === undefined).toBe(
      expected,
    );
  });

  it('does not count the word of nobody we know', () => {
    const { objection } = toRunRule(defaultRule, ports);

    expect(objection('bob', anybody, ['trueup'])).toBe('is no member any more');
  });

  it('looks for files and owners only where somebody asks for them', async () => {
    const asked: unknown[] = [];
    const judgeWith = async (approvals: readonly ApprovalRequirement[]) => {
      const { judge } = toRunRule(
        { ...defaultRule, approvals },
        {
          ...ports,
          occasion: (what, later) => {
            asked.push(what);
            return ports.occasion(what, later);
          },
        },
      );
      const gaps = [{ extent: 'opaque', message: 'unknown' }] as const;
      const { signal } = new AbortController();
      await judge({ steps: [], gaps, purpose: 'revision', owned: 0 }, signal);
    };

    await judgeWith([]);
    await judgeWith([anybody, { ...anybody, when: 'deletion' }]);
    await judgeWith([{ ...anybody, when: 'plan.steps > 1' }]);
    await judgeWith([{ ...anybody, from: ['codeowners'] }]);

    expect(asked).toEqual([
      { paths: false, owners: false },
      { paths: true, owners: false },
      { paths: true, owners: true },
    ]);
  });

  it('freezes, and heals meanwhile only where the rule says so', () => {
    const freezes = [{ cron: '0 0 * * *', for: '2h', timezone: 'UTC' }];
    const at = Date.parse('2026-07-01T01:00:00Z');
    const until = Date.parse('2026-07-01T02:00:00Z');
    const strict = toRunRule({ ...defaultRule, freezes }, ports);
    const healing = toRunRule({ ...defaultRule, freezes, healDuringFreeze: true }, ports);

    expect(strict.frozenUntil(at, 'heal')).toBe(until);
    expect(strict.frozenUntil(until, 'change')).toBeUndefined();
    expect(healing.frozenUntil(at, 'heal')).toBeUndefined();
    expect(healing.frozenUntil(at, 'change')).toBe(until);
  });

  it('lifts the protection of what is named', () => {
    const guards = { ...defaultRule.guards, allowProtected: ['Namespace//shop-*'] };
    const { allowsProtected } = toRunRule({ ...defaultRule, guards }, ports).guards;

    expect(
      allowsProtected(formatResourceId({ kind: 'Namespace', scope: '', name: 'shop-1' })),
    ).toBe(true);
    expect(allowsProtected(formatResourceId({ kind: 'Namespace', scope: '', name: 'web' }))).toBe(
      false,
    );
  });
});
