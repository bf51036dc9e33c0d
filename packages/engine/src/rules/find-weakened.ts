/**
 * Tells what a change of `trueup.yaml` takes away from the rules. A merge request is judged by the rules
 * that are there; whoever approves it should see that the next one would not be.
 */
import { describeRequirement } from '../approval/decide-approval.ts';
import type {
  ApprovalRequirement,
  Configuration,
  EffectiveRule,
  Freeze,
} from '../configuration/configuration.ts';
import { ruleFor } from '../configuration/rule-for.ts';

type Rules = Pick<Configuration, 'rules'>;

/** More than anybody reads in one comment. */
const mostNotices = 10;

/**
 * One sentence for each thing that would no longer hold, for whichever of these stacks. In the order of
 * the rules; the last one says that there are more. What is only written otherwise is none.
 */
export function findWeakened(
  before: Rules,
  after: Rules,
  stacks: readonly string[],
): readonly string[] {
  if (JSON.stringify(before.rules) === JSON.stringify(after.rules)) return [];
  const found = stacks.flatMap((stack) =>
    compare(ruleFor(before, stack), ruleFor(after, stack)).map((what) => ({ what, stack })),
  );
  const groups = [...Map.groupBy(found, ({ what }) => what)];
  const notices = groups.map(([what, about]) => {
    const names = about.map(({ stack }) => stack);
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return `Weakens rules: ${what}, for ${names.slice(0, 3).join(', ')}${more}.`;
  });
  if (notices.length <= mostNotices) return notices;
  const left = notices.length - mostNotices + 1;
  return [...notices.slice(0, mostNotices - 1), `Weakens rules in ${left} more ways.`];
}

function compare(before: EffectiveRule, after: EffectiveRule): readonly string[] {
  const { guards } = before;
  const limits = (['maxDeletions', 'maxDeletionsPercent'] as const).filter(
    (limit) => after.guards[limit] > guards[limit],
  );
  const kept = new Set(after.guards.deny.map(({ when }) => when));
  const denied = guards.deny.filter(({ when }) => !kept.has(when));
  const thawed = before.freezes.filter((one) => !after.freezes.some((other) => isSame(one, other)));
  const known = new Set(guards.allowProtected);
  const unprotected = after.guards.allowProtected.filter((glob) => !known.has(glob));
  return [
    ...before.approvals
      .filter((one) => !after.approvals.some((other) => covers(other, one)))
      .map((one) => `${describe(one)} would no longer be asked`),
    ...denied.map(({ say }) => `no longer denied: ${withoutStop(say)}`),
    ...limits.map((limit) => `\`${limit}\` from ${guards[limit]} to ${after.guards[limit]}`),
    ...thawed.map(({ cron, for: length }) => `no longer frozen at ${cron} for ${length}`),
    ...unprotected.map((glob) => `no longer protected: ${glob}`),
  ];
}

/** Whether what one requirement asks is asked by the other as well. */
function covers(other: ApprovalRequirement, one: ApprovalRequirement): boolean {
  const isAlways = other.when === undefined || other.when === one.when;
  const allowed = new Set(one.from);
  const isNarrow =
    one.from.length === 0 ||
    (other.from.length > 0 && other.from.every((source) => allowed.has(source)));
  const excludes = other.excludeAuthor || !one.excludeAuthor;
  return isAlways && isNarrow && excludes && other.count >= one.count;
}

function describe({ when, say, ...asked }: ApprovalRequirement): string {
  const because = when === undefined ? {} : { because: say ?? when };
  const author = asked.excludeAuthor ? ', not by who wrote it' : '';
  return `${describeRequirement({ ...asked, ...because })}${author}`;
}

function isSame(one: Freeze, other: Freeze): boolean {
  return one.cron === other.cron && one.for === other.for && one.timezone === other.timezone;
}

function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '');
}
