import type { ChangeReport, FieldReport, PlanReport } from '../report/plan-report.ts';
import { nameOf } from '../report/plan-report.ts';

export const noTotals: PlanReport['totals'] = {
  create: 0,
  update: 0,
  replace: 0,
  delete: 0,
  'take-over': 0,
  execute: 0,
  none: 0,
};

export function sampleField(path: string, field: Partial<FieldReport> = {}): FieldReport {
  return { path, sensitive: false, ...field };
}

export function sampleChange(id: string, change: Partial<ChangeReport> = {}): ChangeReport {
  return {
    ...nameOf(id),
    action: 'update',
    confidence: 'certain',
    hazards: [],
    fields: [],
    ...change,
  };
}

export function samplePlan(plan: Partial<PlanReport> = {}): PlanReport {
  const { changes = [] } = plan;
  const totals: Record<string, number> = { ...noTotals };
  for (const { action } of changes) totals[action] = (totals[action] ?? 0) + 1;
  return {
    stack: 'shop-production',
    target: 'production',
    path: 'apps/shop/production',
    targetIdentity: 'uid',
    digest: `sha256:3b7d49341f2a${'0'.repeat(52)}`,
    totals: totals as PlanReport['totals'],
    changes,
    withheld: [],
    gaps: [],
    foreign: [],
    findings: [],
    diagnostics: [],
    ...plan,
  };
}
