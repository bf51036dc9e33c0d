import type { Run, StackView } from '@trueup/api';

const at = '2026-01-02T03:04:05.000Z';

export function sampleRun(run: Partial<Run> = {}): Run {
  return {
    id: '01a20291865100000000000000000001',
    repository: 'r1',
    stack: 'shop/web',
    revision: 'a'.repeat(40),
    purpose: 'revision',
    requestedBy: 'commit:ada@example.com',
    createdAt: at,
    updatedAt: at,
    phase: { name: 'succeeded', extent: 'all' },
    accepted: [],
    counts: { done: 2, failed: 0, total: 2 },
    replans: 0,
    retries: 0,
    ...run,
  };
}

export function sampleStack(name: string, stack: Partial<StackView> = {}): StackView {
  return {
    id: `shop/${name}`,
    repository: 'r1',
    name,
    path: `apps/${name}`,
    target: 'production',
    provider: 'kubernetes',
    standing: 'active',
    diagnostics: [],
    applied: { revision: 'a'.repeat(40), run: 'r', at, targetIdentity: 'uid' },
    health: 'current',
    resourceCount: 1,
    driftCount: 0,
    may: ['view'],
    lastRun: sampleRun({ stack: `shop/${name}` }),
    ...stack,
  };
}

export const wellHealth = {
  status: 'current',
  reason: 'Current',
  message: 'It is as asked.',
} as const;
