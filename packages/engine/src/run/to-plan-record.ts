import { sourcesOf } from '../plan/digest.ts';
import type { PlanRecord } from '../plan/plan-record.ts';
import type { PlannedRun } from './run-session.ts';

/** A plan as it is stored: all but its changes. */
export function toPlanRecord(
  { open, plan, screened }: PlannedRun,
  made: Pick<PlanRecord, 'id' | 'run' | 'revision' | 'createdAt'>,
): PlanRecord {
  const { tool, inputsRead } = open.prepared;
  const sources = sourcesOf(inputsRead);
  return {
    ...made,
    stack: open.stack.name,
    targetIdentity: plan.targetIdentity,
    ...(sources && { sources }),
    digest: screened.digest,
    totals: screened.totals,
    drifted: screened.drifted,
    gaps: plan.coverage.gaps,
    foreign: plan.foreign,
    diagnostics: plan.diagnostics,
    findings: screened.findings,
    ...(screened.asked.length > 0 && { asked: screened.asked }),
    withheld: screened.withheld,
    ...(tool && { tool }),
  };
}
