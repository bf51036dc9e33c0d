import { type Change, formatResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { AlertRecord } from '../alert/alert-record.ts';
import type { ChangeSet } from '../change-set/change-set.ts';
import type { DriftItem } from '../drift/drift-item.ts';
import type { Digest } from '../plan/digest.ts';
import type { PlannedChange, PlanRecord } from '../plan/plan-record.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Run } from '../run/run.ts';
import type { RepositoryRecord, StackRecord } from '../stack/stack-record.ts';

/** Records that are complete and of no importance: a test names the members that it is about. */

export const sampleTime = '2026-01-02T03:04:05.678Z';

export function sampleDigest(number: number): Digest {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

export function sampleResource(name: string): ResourceId {
  return formatResourceId({ kind: 'ConfigMap', scope: 'default', name });
}

export function sampleRepository(rest: Partial<RepositoryRecord> = {}): RepositoryRecord {
  return {
    id: 'r1',
    name: 'infra',
    url: 'https://git.example.com/infra.git',
    branch: 'main',
    intervalMs: 60_000,
    diagnostics: [],
    ...rest,
  };
}

export function sampleStack(name: string, rest: Partial<StackRecord> = {}): StackRecord {
  return {
    id: `infra/${name}`,
    repository: 'r1',
    name,
    path: `apps/${name}`,
    target: 'staging',
    provider: 'kubernetes',
    standing: 'active',
    diagnostics: [],
    health: 'unknown',
    resourceCount: 0,
    ...rest,
  };
}

export function sampleRun(id: string, rest: Partial<Run> = {}): Run {
  return {
    id,
    repository: 'r1',
    stack: 'infra/shop',
    revision: 'a'.repeat(40),
    purpose: 'revision',
    requestedBy: 'commit:ada',
    createdAt: sampleTime,
    updatedAt: sampleTime,
    phase: { name: 'queued' },
    accepted: [],
    counts: { done: 0, failed: 0, total: 0 },
    replans: 0,
    retries: 0,
    ...rest,
  };
}

export function sampleChange(name: string, rest: Partial<Change> = {}): Change {
  return {
    id: sampleResource(name),
    action: 'update',
    fields: [{ path: ['data', 'key'], before: 'a', after: 'b', sensitive: false }],
    confidence: 'certain',
    hazards: [],
    position: { wave: 0, rank: 0 },
    dependsOn: [],
    ...rest,
  };
}

export function samplePlanned(count: number): readonly PlannedChange[] {
  return Array.from({ length: count }, (_, index) => ({
    change: sampleChange(`c${index}`),
    digest: sampleDigest(index),
  }));
}

export function samplePlan(id: string, rest: Partial<PlanRecord> = {}): PlanRecord {
  return {
    id,
    run: 'run-1',
    stack: 'infra/shop',
    revision: 'a'.repeat(40),
    createdAt: sampleTime,
    targetIdentity: 'cluster-1',
    digest: sampleDigest(0),
    totals: {
      create: 0,
      update: 1,
      replace: 0,
      delete: 0,
      'take-over': 0,
      execute: 0,
      none: 0,
    },
    drifted: 0,
    gaps: [],
    foreign: [],
    diagnostics: [],
    findings: [],
    withheld: [],
    ...rest,
  };
}

export function sampleRollout(id: string, rest: Partial<Rollout> = {}): Rollout {
  return {
    id,
    repository: 'r1',
    revision: 'a'.repeat(40),
    createdAt: sampleTime,
    updatedAt: sampleTime,
    phase: 'running',
    stacks: { 'infra/shop': { after: [], state: { name: 'waiting' } } },
    ...rest,
  };
}

export function sampleChangeSet(id: string, rest: Partial<ChangeSet> = {}): ChangeSet {
  return {
    id,
    repository: 'r1',
    number: 7,
    head: 'a'.repeat(40),
    base: 'b'.repeat(40),
    merged: 'c'.repeat(40),
    author: '42',
    headSeenAt: sampleTime,
    createdAt: sampleTime,
    updatedAt: sampleTime,
    phase: { name: 'planning' },
    diagnostics: [],
    stacks: { 'infra/shop': { name: 'waiting' } },
    ...rest,
  };
}

export function sampleDrift(id: string, rest: Partial<DriftItem> = {}): DriftItem {
  return {
    id,
    stack: 'infra/shop',
    resource: sampleResource(id),
    change: sampleChange(id),
    state: 'open',
    openedAt: sampleTime,
    changedAt: sampleTime,
    ...rest,
  };
}

export function sampleAlert(id: string, change: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id,
    repository: 'infra',
    name: 'slack-ops',
    to: { kind: 'slack', url: { secret: 'ops' } },
    message: {
      event: 'run:failed',
      tone: 'bad',
      repository: 'infra',
      stacks: ['infra/shop'],
      subject: 'infra/shop',
      title: 'infra/shop: run failed',
      items: ['revision 1234'],
      count: 1,
      again: false,
      at: sampleTime,
      path: '/runs/r1',
    },
    keys: [`same-${id}`],
    createdAt: sampleTime,
    updatedAt: sampleTime,
    state: 'pending',
    attempts: 0,
    nextAt: sampleTime,
    repeats: 0,
    ...change,
  };
}
