import {
  type EffectiveRule,
  frozenUntil,
  type Member,
  matchesResource,
  type RunRule,
} from '@trueup/engine';

/** What a run asks of the rules that hold for its stack, and of who the members are. */
export function toRunRule(rule: EffectiveRule, members: readonly Member[]): RunRule {
  const byName = new Map(members.map((member) => [member.name, member]));
  return {
    approvals: rule.approvals,
    countsApproval: (name, { from, excludeAuthor }, requestedBy) => {
      const member = byName.get(name);
      if (!member) return false;
      const names = [`member:${name}`, ...member.groups.map((group) => `group:${group}`)];
      const wanted = from.length === 0 || names.some((one) => from.includes(one));
      return wanted && !(excludeAuthor && isAuthor(member, requestedBy));
    },
    guards: {
      maxDeletions: rule.guards.maxDeletions,
      maxDeletionsPercent: rule.guards.maxDeletionsPercent,
      allowsProtected: (id) => matchesResource(id, rule.guards.allowProtected),
    },
    healsDrift: rule.drift === 'heal',
    foreign: rule.foreign,
    healthTimeoutMs: rule.healthTimeoutMs,
    frozenUntil: (atMs, purpose) => {
      if (purpose === 'heal' && rule.healDuringFreeze) return undefined;
      return frozenUntil(rule.freezes, atMs)?.untilMs;
    },
  };
}

/** Whoever asked for a run, by a commit or by hand, does not approve it where the rule says so. */
function isAuthor({ name, emails }: Member, requestedBy: string): boolean {
  return [`member:${name}`, ...emails.map((email) => `commit:${email}`)].includes(requestedBy);
}
