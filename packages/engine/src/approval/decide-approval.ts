/**
 * Decides who stands behind the steps of a plan, and who is still missing (P2): the one decision for
 * merge requests and for runs.
 *
 * D1. Steps are approved, not plans: each is weighed by itself, so that what is left of a plan is
 *     still approved, and what was added is not.
 * D2. Every requirement that the rules make of this plan (`asked`) has to be met for each step. One
 *     member may count for several, and counts once however often it was given. Where rules ask
 *     nothing, a take-over and whatever a guard found ask for somebody's word.
 * D3. Whose word does not count is named with the reason, so that nobody has to guess.
 */
import type { Change } from '@trueup/provider-sdk';

import { type ChangePlace, coveringDigests, type Digest, digestChange } from '../plan/digest.ts';
import type { GuardFinding } from '../plan/plan-record.ts';
import type { AskedRequirement } from '../rules/asked-requirement.ts';
import type { RunRule } from '../run/run-rule.ts';
import type { Approval } from './approval.ts';

/** Somebody's word, and whose changes it was about. */
export interface ApprovalWord {
  readonly approval: Pick<Approval, 'actor' | 'digests' | 'state'>;
  /** Actors who wrote what it covers: see {@link RunRule.objection}. */
  readonly authors: readonly string[];
}

export interface ApprovalQuestion {
  readonly rule: Pick<RunRule, 'objection'>;
  /** By the rules, of this plan. */
  readonly asked: readonly AskedRequirement[];
  /** Of a plan; those that do nothing are left out by who asks. */
  readonly steps: readonly Change[];
  readonly place: ChangePlace;
  /** What the guards found: an error asks for somebody's word where no rule does. */
  readonly findings: readonly GuardFinding[];
  /** Those that are not `given` count for nothing. */
  readonly words: readonly ApprovalWord[];
}

export interface ApprovalDecision {
  /** Whether people are asked at all. */
  readonly asksPeople: boolean;
  /** Steps that not everybody stands behind who has to, in the order of the plan. */
  readonly open: readonly Change[];
  /** Of the steps that people stand behind. Sorted. */
  readonly covered: readonly Digest[];
  /** In the order in which they are asked; none where nobody is. */
  readonly requirements: readonly RequirementDecision[];
}

export interface RequirementDecision {
  readonly requirement: AskedRequirement;
  /** Members who count and stand behind every step. Sorted. */
  readonly given: readonly string[];
  /** How many more have to: at least one while some step lacks somebody. */
  readonly missing: number;
  /** Members whose words for some of the steps do not count, and why. Sorted by name. */
  readonly objections: readonly { readonly actor: string; readonly reason: string }[];
}

export function decideApproval(question: ApprovalQuestion): ApprovalDecision {
  const { steps, place } = question;
  const asked = requirementsOf(question);
  if (asked.length === 0) {
    return { asksPeople: false, open: [], covered: [], requirements: [] };
  }
  const ways = steps.map((change) => coveringDigests(place, change));
  const weighed = asked.map((one) => weigh(one, ways, question));
  const isMet = steps.map((_, index) => weighed.every(({ met }) => met[index]));
  const covered = steps.filter((_, index) => isMet[index]);
  return {
    asksPeople: true,
    open: steps.filter((_, index) => !isMet[index]),
    covered: covered.map((change) => digestChange(place, change)).sort(),
    requirements: weighed.map(({ decision }) => decision),
  };
}

/** `1 approval from group:ops`. */
export function describeRequirement({ count, from, because }: AskedRequirement): string {
  const sources = from.map((one) => one.replace(/^owner:/, ''));
  const whom = sources.length > 0 ? ` from ${sources.join(' or ')}` : '';
  const why = because === undefined ? '' : `, since ${because}`;
  return `${count} approval${count === 1 ? '' : 's'}${whom}${why}`;
}

/** One word is asked for where no rule names a number: a guard, or a take-over. */
const oneWord: AskedRequirement = { count: 1, from: [], excludeAuthor: false };

function requirementsOf({ asked, steps, findings }: ApprovalQuestion): readonly AskedRequirement[] {
  if (asked.length > 0) return asked;
  const takesOver = steps.some(({ action }) => action === 'take-over');
  const found = findings.some(({ severity }) => severity === 'error');
  return takesOver || found ? [oneWord] : [];
}

interface Weighed {
  readonly decision: RequirementDecision;
  /** For each step, whether enough members stand behind it. */
  readonly met: readonly boolean[];
}

function weigh(
  requirement: AskedRequirement,
  ways: readonly (readonly Digest[])[],
  { rule, words }: ApprovalQuestion,
): Weighed {
  const behind = new Map<string, Set<Digest>>();
  const objections = new Map<string, string>();
  for (const { approval, authors } of words) {
    const { actor, digests, state } = approval;
    const known = new Set(digests);
    if (state !== 'given' || !ways.some((way) => stands(known, way))) continue;
    const reason = rule.objection(actor, requirement, authors);
    if (reason === undefined) behind.set(actor, known.union(behind.get(actor) ?? new Set()));
    else objections.set(actor, reason);
  }
  const met = ways.map(
    (way) => [...behind.values()].filter((known) => stands(known, way)).length >= requirement.count,
  );
  const given = [...behind].filter(([, known]) => ways.every((way) => stands(known, way)));
  const lacks = met.includes(false) ? 1 : 0;
  return {
    met,
    decision: {
      requirement,
      given: given.map(([actor]) => actor).sort(),
      missing: Math.max(requirement.count - given.length, lacks) * lacks,
      objections: [...objections]
        .map(([actor, reason]) => ({ actor, reason }))
        .sort((one, other) => (one.actor < other.actor ? -1 : 1)),
    },
  };
}

function stands(known: ReadonlySet<Digest>, way: readonly Digest[]): boolean {
  return way.some((digest) => known.has(digest));
}
