/**
 * Takes all rules that speak about a stack together.
 *
 * What protects adds up: the requirements of approval of all of them have to be met, every freeze
 * counts, the smallest limit holds, every `deny` is asked. So no rule is weakened by one that is
 * written for another reason. What only chooses (`drift`, `foreign`, `healthTimeout`,
 * `healDuringFreeze`) is chosen by the last rule that says so. Words that lift protection
 * (`allowProtected`) are explicit wherever they stand, so they add up as well.
 */
import type {
  ApprovalRequirement,
  Configuration,
  EffectiveRule,
  GuardRule,
  Rule,
  WrittenGuards,
} from './configuration.ts';
import { matchesGlobs } from './match-glob.ts';

/** What holds where no rule says otherwise. */
export const defaultRule: EffectiveRule = {
  approvals: [],
  freezes: [],
  guards: { maxDeletions: 10, maxDeletionsPercent: 20, deny: [], warn: [], allowProtected: [] },
  drift: 'report',
  foreign: 'report',
  healthTimeoutMs: 600_000,
  healDuringFreeze: false,
};

/** `stackName` without the repository. */
export function ruleFor({ rules }: Pick<Configuration, 'rules'>, stackName: string): EffectiveRule {
  const matching = rules.filter(({ stacks }) => matchesGlobs(stackName, stacks));
  const guards = matching.flatMap((rule) => rule.guards ?? []);
  return {
    approvals: mergeRequirements([
      ...matching.flatMap(({ approvals }) => approvals ?? []),
      ...guards.flatMap((one) => one.require ?? []),
    ]),
    freezes: onlyOnce(matching.flatMap(({ freeze }) => freeze ?? [])),
    guards: mergeGuards(guards),
    drift: lastOf(matching, (rule) => rule.drift) ?? defaultRule.drift,
    foreign: lastOf(matching, (rule) => rule.foreign) ?? defaultRule.foreign,
    healthTimeoutMs:
      lastOf(matching, (rule) => rule.healthTimeoutMs) ?? defaultRule.healthTimeoutMs,
    healDuringFreeze:
      lastOf(matching, (rule) => rule.healDuringFreeze) ?? defaultRule.healDuringFreeze,
  };
}

function lastOf<T>(rules: readonly Rule[], choiceOf: (rule: Rule) => T | undefined): T | undefined {
  return rules.map(choiceOf).findLast((choice) => choice !== undefined);
}

/** Those that ask the same people for the same reason become one, with the greater count. */
function mergeRequirements(
  written: readonly ApprovalRequirement[],
): readonly ApprovalRequirement[] {
  const groups = Map.groupBy(written, ({ from, when, say }) =>
    JSON.stringify([[...new Set(from)].sort(), when ?? null, say ?? null]),
  );
  return [...groups.values()].map((group) => ({
    ...group[0],
    count: Math.max(...group.map(({ count }) => count)),
    from: [...new Set(group.flatMap(({ from }) => from))].sort(),
    excludeAuthor: group.some(({ excludeAuthor }) => excludeAuthor),
  }));
}

/** What two rules write alike is said once. */
function onlyOnce<T>(written: readonly T[]): readonly T[] {
  return [...new Map(written.map((one) => [JSON.stringify(one), one])).values()];
}

function mergeGuards(written: readonly Partial<WrittenGuards>[]): GuardRule {
  const smallest = (member: 'maxDeletions' | 'maxDeletionsPercent'): number => {
    const limits = written.flatMap((guards) => guards[member] ?? []);
    return limits.length === 0 ? defaultRule.guards[member] : Math.min(...limits);
  };
  return {
    maxDeletions: smallest('maxDeletions'),
    maxDeletionsPercent: smallest('maxDeletionsPercent'),
    deny: onlyOnce(written.flatMap(({ deny }) => deny ?? [])),
    warn: onlyOnce(written.flatMap(({ warn }) => warn ?? [])),
    allowProtected: [...new Set(written.flatMap((one) => one.allowProtected ?? []))],
  };
}
