/**
 * Whether somebody has said yes to what a plan does.
 *
 * C1. Nothing is applied without a yes: at the terminal, or by `--yes`.
 * C2. What a guard found, and what exists already and would be taken over, needs a yes of its own; a
 *     script says it with `--allow-deletions`, `--overrule-guards` and `--take-over` (P3).
 */
import type { Cli } from '../command.ts';
import { count } from '../output/count.ts';
import { type Line, span } from '../output/line.ts';
import { sumTotals } from '../output/plan-view.ts';
import type { PlanReport } from '../report/plan-report.ts';
import { UsageError } from '../usage-error.ts';

export interface ConsentFlags {
  readonly yes?: true;
  readonly allowDeletions?: string;
  readonly overruleGuards?: true;
  readonly takeOver?: true;
}

export type Consent = { readonly given: true } | { readonly given: false; readonly why: Line };

export async function askConsent(
  { surroundings }: Cli,
  reports: readonly PlanReport[],
  flags: ConsentFlags,
): Promise<Consent> {
  const allowed = parseAllowed(flags.allowDeletions);
  const { takeOver = false, overruleGuards: overrules = false } = flags;
  const concerns = findConcerns(reports, { allowed, takeOver, overrules });
  const steps = reports.reduce((sum, { changes }) => sum + changes.length, 0);
  const targets = [...new Set(reports.map(({ target }) => target))].join(', ');
  const question = `Apply ${count(steps, 'change')} to ${targets}? [y/N] `;
  if (flags.yes) return decideForScript(concerns);
  const { ask, interrupts } = surroundings;
  if (!ask) {
    return refuse(
      'Nothing was applied: nobody is there to say yes. Look at the plan, then run it with --yes.',
    );
  }
  for (const asked of [...concerns.map((one) => one.question), question]) {
    const answer = await ask(asked, interrupts.stop);
    if (!isYes(answer)) return refuse('Nothing was applied.');
  }
  return { given: true };
}

/** One question, whatever it is about. */
export async function askYes(
  { surroundings }: Cli,
  question: string,
  yes: boolean,
): Promise<Consent> {
  const { ask, interrupts } = surroundings;
  if (yes) return { given: true };
  if (!ask) return refuse('Nothing was done: nobody is there to say yes. Say it by --yes.');
  const answer = await ask(question, interrupts.stop);
  return isYes(answer) ? { given: true } : refuse('Nothing was done.');
}

function isYes(answer: string): boolean {
  return /^y(?:es)?$/i.test(answer.trim());
}

interface Concern {
  readonly question: string;
  /** What a script that says yes is told. */
  readonly refusal: string;
}

interface Said {
  /** So many deletions are meant. */
  readonly allowed: number | undefined;
  readonly takeOver: boolean;
  /** What rules deny is meant as well. */
  readonly overrules: boolean;
}

function findConcerns(
  reports: readonly PlanReport[],
  { allowed, takeOver, overrules }: Said,
): readonly Concern[] {
  const { delete: deletions, 'take-over': takeOvers } = sumTotals(reports);
  const errors = reports.flatMap((report) =>
    report.findings.filter(({ severity }) => severity === 'error'),
  );
  const [denied, limits] = [true, false].map((isDenied) =>
    errors.filter(({ guard }) => (guard === 'deny') === isDenied),
  );
  const concerns: Concern[] = [];
  if (denied && denied.length > 0 && !overrules) {
    const why = sayAll(denied);
    concerns.push({
      question: `A rule denies this: ${why}\nApply it all the same? [y/N] `,
      refusal: `A rule denies this: ${why} If that is meant, say --overrule-guards.`,
    });
  }
  if (limits && limits.length > 0 && (allowed ?? 0) < deletions) {
    const why = sayAll(limits);
    concerns.push({
      question: `A guard objects: ${why}\nDelete ${count(deletions, 'resource')} all the same? [y/N] `,
      refusal: `A guard objects: ${why} If that is meant, say --allow-deletions ${deletions}.`,
    });
  }
  if (takeOvers > 0 && !takeOver) {
    const what = `${count(takeOvers, 'resource')} that ${takeOvers === 1 ? 'exists' : 'exist'} already`;
    concerns.push({
      question: `Take over ${what}? [y/N] `,
      refusal: `The plan takes over ${what}. If that is meant, say --take-over.`,
    });
  }
  return concerns;
}

function sayAll(findings: readonly { readonly message: string }[]): string {
  return [...new Set(findings.map(({ message }) => message))].join(' ');
}

function decideForScript(concerns: readonly Concern[]): Consent {
  const [first] = concerns;
  return first ? refuse(`Nothing was applied. ${first.refusal}`) : { given: true };
}

function refuse(why: string): Consent {
  return { given: false, why: [span(why, 'warn')] };
}

function parseAllowed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--allow-deletions ${text}: it is no number.`);
}
