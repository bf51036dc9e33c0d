import { describe, expect, it } from 'vitest';

import { sampleChange, sampleField, samplePlan } from '../testing/sample-plans.ts';
import { findDrift } from './drift-report.ts';

const at = '2026-01-01T12:00:00Z';

describe('drift without a server', () => {
  it('is what somebody else wrote; what we wrote waits to be applied', () => {
    const plan = samplePlan({
      changes: [
        sampleChange('Deployment.apps/shop/web', {
          fields: [
            sampleField('spec.replicas', { writer: { name: 'kubectl', writtenAt: at } }),
            sampleField('spec.paused', { writer: { name: 'trueup', writtenAt: at } }),
          ],
        }),
        sampleChange('ConfigMap/shop/a', {
          fields: [sampleField('data.x', { writer: { name: 'trueup', writtenAt: at } })],
        }),
        sampleChange('ConfigMap/shop/new', { action: 'create' }),
        sampleChange('Job.batch/shop/hook', { action: 'execute' }),
      ],
    });

    const { drifted, pending } = findDrift(plan, true);

    expect(drifted.map(({ id, fields }) => [id, fields.map(({ path }) => path)])).toEqual([
      ['Deployment.apps/shop/web', ['spec.replicas']],
    ]);
    expect(pending).toBe(2);
  });

  it('is all that differs where nobody records who wrote what, as on hosts', () => {
    const changes = [
      sampleChange('copy/web-1/motd', { fields: [sampleField('/etc/motd')] }),
      sampleChange('copy/web-1/new', { action: 'create' }),
      sampleChange('command/web-1/restart', { action: 'execute' }),
    ];

    const { drifted, pending, unattributed } = findDrift(samplePlan({ changes }), false);

    expect(drifted.map(({ id }) => id)).toEqual(['copy/web-1/motd', 'copy/web-1/new']);
    expect([pending, unattributed]).toEqual([0, true]);
  });

  it('is no take-over: that was never ours', () => {
    const fields = [sampleField('data.x', { writer: { name: 'kubectl', writtenAt: at } })];
    const change = sampleChange('ConfigMap/shop/a', { action: 'take-over', fields });

    expect(findDrift(samplePlan({ changes: [change] }), true).drifted).toEqual([]);
  });
});
