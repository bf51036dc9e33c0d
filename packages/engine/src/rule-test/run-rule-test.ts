/** Compares what the rules make of a plan with what somebody expects of them. */
import { decideApproval, describeRequirement } from '../approval/decide-approval.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { ruleFor } from '../configuration/rule-for.ts';
import { frozenUntil } from '../freeze/frozen-until.ts';
import type { OwnersFile } from '../owners/parse-owners.ts';
import { digestChange } from '../plan/digest.ts';
import type { GuardFinding } from '../plan/plan-record.ts';
import { findExcesses } from '../plan/screen-plan.ts';
import type { AskedRequirement } from '../rules/asked-requirement.ts';
import type { AskConditions } from '../rules/condition.ts';
import { judgePlan } from '../rules/judge-plan.ts';
import { findObjection, nameSource } from '../rules/objection.ts';
import type { ExpectedApproval, RuleTest, RuleTestGiven, RuleTestResult } from './rule-test.ts';

export interface RuleTestPorts {
  readonly configuration: Pick<Configuration, 'rules'>;
  readonly owners: OwnersFile | 'absent' | 'unreadable';
  readonly askConditions: AskConditions;
  readonly signal: AbortSignal;
}

export async function runRuleTest(test: RuleTest, ports: RuleTestPorts): Promise<RuleTestResult> {
  const { name, origin, given, expect } = test;
  const rule = ruleFor(ports.configuration, given.stack.name);
  const { stack, changes: steps, gaps, purpose, owned, mergeRequest, paths } = given;
  const { owners, askConditions, signal } = ports;
  const verdict = await judgePlan(rule, {
    plan: { steps, gaps, purpose, owned },
    occasion: { stack, mergeRequest, paths, owners },
    askConditions,
    signal,
  });
  const isRemoval = purpose === 'removal';
  const findings = isRemoval
    ? []
    : [...findExcesses(steps, owned, rule.guards), ...verdict.findings];
  const decision = decideApproval({
    rule: { objection: objectionOf(given) },
    asked: verdict.asked,
    steps,
    place,
    findings,
    words: wordsOf(given),
  });
  const frozen = given.atMs !== undefined && frozenUntil(rule.freezes, given.atMs) !== undefined;
  const messages = (severity: GuardFinding['severity']): readonly string[] =>
    findings.filter((one) => one.severity === severity).map(({ message }) => message);
  const failures = [
    ...compareTexts('denied', expect.deny, messages('error')),
    ...compareTexts('warned of', expect.warn, messages('warning')),
    ...compareApprovals(expect.approvals, verdict.asked),
    ...compareApproved(expect.approved, decision),
    ...compareFrozen(expect.frozen, frozen),
  ];
  return { name, origin, failures };
}

const place = { repository: 'test', targetIdentity: 'test' };

function objectionOf({ members, stack }: RuleTestGiven) {
  return (name: string, requirement: AskedRequirement, authors: readonly string[]) => {
    const member = members.find((one) => one.name === name);
    return findObjection({ member, requirement, authors, stack });
  };
}

function wordsOf({ approvedBy, changes, authors }: RuleTestGiven) {
  const digests = changes.map((change) => digestChange(place, change));
  return approvedBy.map((actor) => ({
    approval: { actor, digests, state: 'given' as const },
    authors,
  }));
}

function compareTexts(
  what: string,
  expected: readonly string[] | undefined,
  found: readonly string[],
): readonly string[] {
  if (!expected) return [];
  const missing = expected.filter((text) => !found.some((message) => message.includes(text)));
  const surplus = found.filter((message) => !expected.some((text) => message.includes(text)));
  return [
    ...missing.map((text) => `\`${text}\` is not ${what}${listFound(found)}`),
    ...surplus.map((message) => `it is ${what}, and nobody expects that: ${message}`),
  ];
}

function listFound(found: readonly string[]): string {
  return found.length === 0 ? '; nothing is.' : `. What is: ${found.join(' ')}`;
}

function compareApprovals(
  expected: readonly ExpectedApproval[] | undefined,
  asked: readonly AskedRequirement[],
): readonly string[] {
  if (!expected) return [];
  const left = [...asked];
  const missing = expected.filter((wanted) => {
    const at = left.findIndex((one) => keyOf(one) === keyOf(wanted));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [
    ...missing.map(
      (one) => `${describeRequirement({ excludeAuthor: false, ...one })} is not asked.`,
    ),
    ...left.map((one) => `${describeRequirement(one)}: that is asked, and nobody expects it.`),
  ];
}

function keyOf({ count, from }: ExpectedApproval): string {
  return JSON.stringify([count, from.map(nameSource).sort()]);
}

function compareApproved(
  expected: boolean | undefined,
  { asksPeople, open, requirements }: ReturnType<typeof decideApproval>,
): readonly string[] {
  const approved = !asksPeople || open.length === 0;
  if (expected === undefined || expected === approved) return [];
  if (approved) return [asksPeople ? 'It is approved.' : 'Nobody has to approve it.'];
  const lacking = requirements.filter(({ missing }) => missing > 0);
  const objections = lacking.flatMap((one) =>
    one.objections.map(({ actor, reason }) => ` ${actor} ${reason}.`),
  );
  const needs = lacking.map(({ requirement }) => describeRequirement(requirement)).join(', and ');
  return [`It is not approved: it needs ${needs}.${[...new Set(objections)].join('')}`];
}

function compareFrozen(expected: boolean | undefined, frozen: boolean): readonly string[] {
  if (expected === undefined || expected === frozen) return [];
  return [frozen ? 'It is frozen then.' : 'It is not frozen then.'];
}
