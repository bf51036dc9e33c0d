import type { Change } from '@trueup/provider-sdk';

import type { Member } from '../access/member.ts';
import { frozenUntil } from '../freeze/frozen-until.ts';
import type { GuardFinding } from '../plan/plan-record.ts';
import type { RunRule } from '../run/run-rule.ts';
import type { ApprovalRequirement, DenyGuard, EffectiveRule } from './configuration.ts';
import { matchesResource } from './match-glob.ts';

/** What is known of a member; `undefined` when there is none of this name. */
export type FindMember = (name: string) => Pick<Member, 'name' | 'groups' | 'emails'> | undefined;

export interface RulePorts {
  readonly findMember: FindMember;
  /** Which of these guards hold for some of the steps: one finding each. */
  readonly findDenied: (
    guards: readonly DenyGuard[],
    steps: readonly Change[],
    signal: AbortSignal,
  ) => Promise<readonly GuardFinding[]>;
}

/** What the rules say, as a run asks for it. Whoever is no member counts for nothing. */
export function toRunRule(rule: EffectiveRule, { findMember, findDenied }: RulePorts): RunRule {
  const { approvals, guards, drift, foreign, freezes, healthTimeoutMs, healDuringFreeze } = rule;
  return {
    approvals,
    countsApproval: (name, requirement, requestedBy) => {
      const member = findMember(name);
      return member !== undefined && counts(member, requirement, requestedBy);
    },
    guards: {
      maxDeletions: guards.maxDeletions,
      maxDeletionsPercent: guards.maxDeletionsPercent,
      allowsProtected: (id) => matchesResource(id, guards.allowProtected),
    },
    findDenied: (steps, signal) => findDenied(guards.deny, steps, signal),
    healsDrift: drift === 'heal',
    foreign,
    healthTimeoutMs,
    frozenUntil: (atMs, purpose) => {
      if (purpose === 'heal' && healDuringFreeze) return undefined;
      return frozenUntil(freezes, atMs)?.untilMs;
    },
  };
}

function counts(
  member: Pick<Member, 'name' | 'groups' | 'emails'>,
  { from, excludeAuthor }: ApprovalRequirement,
  requestedBy: string,
): boolean {
  if (excludeAuthor && isAuthor(member, requestedBy)) return false;
  const names = [`member:${member.name}`, ...member.groups.map((group) => `group:${group}`)];
  return from.length === 0 || from.some((one) => names.includes(one));
}

/** Authors of commits are known by their addresses, alone or as `Ann <ann@example.com>`. */
function isAuthor({ name, emails }: Pick<Member, 'name' | 'emails'>, actor: string): boolean {
  const [kind] = actor.split(':', 1);
  const who = actor.slice((kind?.length ?? 0) + 1);
  if (who === name) return true;
  const address = (/<([^<>]*)>\s*$/.exec(who)?.[1] ?? who).trim().toLowerCase();
  return kind === 'commit' && emails.some((email) => email.toLowerCase() === address);
}
