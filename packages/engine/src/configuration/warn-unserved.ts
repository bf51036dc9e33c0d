/** Says what is written rightly and is not done yet: nobody should believe that it is. */
import type { Configuration } from './configuration.ts';
import { type Findings, reportAt } from './place.ts';

export function warnUnserved({ rules }: Pick<Configuration, 'rules'>, findings: Findings): void {
  for (const { index, drift } of rules) {
    if (drift !== 'propose') continue;
    reportAt(findings, ['rules', index, 'drift'], {
      severity: 'warning',
      code: 'CONFIG_NOT_SERVED',
      summary: `\`rules\`[${index}]: \`drift\`: merge requests are not opened yet, so drift is listed only`,
      advice: 'Write `report` to mean just that, or `heal`.',
    });
  }
}
