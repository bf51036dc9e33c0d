/** Finds rules that speak about no stack: most likely they were meant for one, and protect nothing. */

import { adviseName } from '@trueup/diagnostics';
import { isNamed } from './check-stack-names.ts';
import type { Configuration, StackDefinition } from './configuration.ts';
import { matchesGlobs } from './match-glob.ts';
import { type Findings, quote, reportAt } from './place.ts';

export interface RuleCheck {
  readonly configuration: Pick<Configuration, 'rules' | 'complete'>;
  readonly findings: Findings;
  readonly broken: ReadonlySet<string>;
}

/** `written`: every stack that the file makes, also those with errors. */
export function checkRules(
  written: readonly StackDefinition[],
  { configuration: { rules, complete }, findings, broken }: RuleCheck,
): void {
  // What cannot be read may be the stack that a rule is about.
  if (!complete) return;
  const names = [...new Set([...written.map(({ name }) => name), ...broken])];
  if (names.length === 0) return;
  const isPattern = names.some((name) => name.includes('{'));
  for (const { index, stacks } of rules) {
    if (isPattern || names.some((name) => matchesGlobs(name, stacks))) continue;
    if (stacks.some((glob) => isNamed(glob, broken))) continue;
    const [first = ''] = stacks;
    reportAt(findings, ['rules', index, 'stacks'], {
      severity: 'warning',
      code: 'CONFIG_RULE_MATCHES_NOTHING',
      summary: `\`rules\`[${index}]: speaks about no stack of this file: ${stacks.map(quote).join(', ')}`,
      advice: () => adviseName(first, names) ?? 'Name stacks of this file, or leave the rule out.',
    });
  }
}
