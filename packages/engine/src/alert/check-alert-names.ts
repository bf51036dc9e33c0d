import { type Findings, quote, reportAt } from '../configuration/place.ts';
import { type AlertRoute, digestDestination } from './alert-destination.ts';

/** A name means one destination: tests by hand and messages that wait are found by it. */
export function checkAlertNames(
  alerts: readonly (AlertRoute & { readonly index: number })[],
  findings: Findings,
): void {
  const taken = new Map<string, string>();
  for (const { name, to, index } of alerts) {
    const digest = digestDestination(to);
    const other = taken.get(name);
    taken.set(name, other ?? digest);
    if (other === undefined || other === digest) continue;
    reportAt(findings, ['alerts', index], {
      severity: 'warning',
      code: 'CONFIG_ALERT_NAME_TAKEN',
      summary: `alert ${quote(name)}: another destination has this name already`,
      advice: 'Give each destination a `name` of its own.',
    });
  }
}
