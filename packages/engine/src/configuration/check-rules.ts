/**
 * Finds rules and alerts that speak about no stack: most likely they were meant for one, and protect
 * nothing, or tell nobody.
 */

import { adviseName } from '@trueup/diagnostics';
import { isNamed } from './check-stack-names.ts';
import type { Configuration, Rule, StackDefinition } from './configuration.ts';
import { matchesGlobs } from './match-glob.ts';
import { type Findings, quote, reportAt } from './place.ts';

export interface RuleCheck {
  readonly configuration: Pick<Configuration, 'rules' | 'alerts' | 'complete'>;
  readonly findings: Findings;
  readonly broken: ReadonlySet<string>;
}

/** `written`: every stack that the file makes, also those with errors. */
export function checkRules(
  written: readonly StackDefinition[],
  { configuration: { rules, alerts, complete }, findings, broken }: RuleCheck,
): void {
  // What cannot be read may be the stack that a rule is about.
  if (!complete) return;
  const names = [...new Set([...written.map(({ name }) => name), ...broken])];
  if (names.length === 0) return;
  const isPattern = names.some((name) => name.includes('{'));
  if (isPattern) return;
  const matchesNothing = ({ stacks }: Pick<Rule, 'stacks'>): boolean =>
    !(
      names.some((name) => matchesGlobs(name, stacks)) ||
      stacks.some((glob) => isNamed(glob, broken))
    );
  for (const { index, stacks } of rules.filter(matchesNothing)) {
    const [first = ''] = stacks;
    reportAt(findings, ['rules', index, 'stacks'], {
      severity: 'warning',
      code: 'CONFIG_RULE_MATCHES_NOTHING',
      summary: `\`rules\`[${index}]: speaks about no stack of this file: ${stacks.map(quote).join(', ')}`,
      advice: () => adviseName(first, names) ?? 'Name stacks of this file, or leave the rule out.',
    });
  }
  for (const { index, name, stacks } of alerts.filter(matchesNothing)) {
    const [first = ''] = stacks;
    reportAt(findings, ['alerts', index, 'stacks'], {
      severity: 'warning',
      code: 'CONFIG_ALERT_MATCHES_NOTHING',
      summary: `alert ${quote(name)}: tells of no stack of this file: ${stacks.map(quote).join(', ')}`,
      advice: () => adviseName(first, names) ?? 'Name stacks of this file, or leave the alert out.',
    });
  }
}
