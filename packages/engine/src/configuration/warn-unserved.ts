/** Says what is written rightly and is not done yet: nobody should believe that it is. */
import type { Configuration } from './configuration.ts';
import { type Findings, reportAt } from './place.ts';

export function warnUnserved(
  { rules, alerts }: Pick<Configuration, 'rules' | 'alerts'>,
  findings: Findings,
): void {
  for (const { index, drift } of rules) {
    if (drift !== 'propose') continue;
    reportAt(findings, ['rules', index, 'drift'], {
      severity: 'warning',
      code: 'CONFIG_NOT_SERVED',
      summary: `\`rules\`[${index}]: \`drift\`: merge requests are not opened yet, so drift is listed only`,
      advice: 'Write `report` to mean just that, or `heal`.',
    });
  }
  for (const { index } of alerts) {
    reportAt(findings, ['alerts', index], {
      severity: 'warning',
      code: 'CONFIG_NOT_SERVED',
      summary: `\`alerts\`[${index}]: is read and checked, and nobody is told yet`,
      advice: 'Follow events of the API, or `/metrics`, until alerts are sent.',
    });
  }
}
