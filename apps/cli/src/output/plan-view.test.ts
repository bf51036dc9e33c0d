import { describe, expect, it } from 'vitest';

import type { PlanReport } from '../report/plan-report.ts';
import { nameOf } from '../report/plan-report.ts';
import { sampleChange, sampleField, samplePlan } from '../testing/sample-plans.ts';
import { paint, plainLook } from './paint.ts';
import { planView } from './plan-view.ts';

const nowMs = Date.parse('2026-01-01T12:00:00Z');
const writer = { name: 'kubectl-edit', writtenAt: '2026-01-01T09:00:00Z' };
const origin = { file: 'apps/web.yaml', line: 22 };

describe('a plan', () => {
  it.each<[string, Partial<PlanReport>, readonly string[]]>([
    [
      'with a field, who wrote it and where it is asked for',
      {
        changes: [
          sampleChange('Deployment.apps/shop/web', {
            origin: { file: 'apps/web.yaml', line: 1 },
            hazards: ['restarts'],
            fields: [sampleField('spec.replicas', { before: 3, after: 5, writer, origin })],
          }),
        ],
      },
      [
        'shop-production → production                                                      3b7d49341f2a',
        '  ~ update    Deployment.apps shop/web  restarts                               apps/web.yaml:1',
        '      spec.replicas  3 → 5                        by kubectl-edit, 3 h ago · apps/web.yaml:22',
        '',
        'Plan: 0 to create, 1 to update, 0 to delete · digest 3b7d49341f2a',
      ],
    ],
    [
      'with what cannot be taken back, in words',
      {
        changes: [
          sampleChange('ConfigMap/shop/new', { action: 'create' }),
          sampleChange('Service/shop/old', { action: 'delete', hazards: ['destroys-data'] }),
          sampleChange('Job.batch/shop/j', { action: 'replace', confidence: 'predicted' }),
        ],
      },
      [
        'shop-production → production                                                      3b7d49341f2a',
        '  - DELETE    Service shop/old  destroys data',
        '  ± REPLACE   Job.batch shop/j  predicted',
        '  + create    ConfigMap shop/new',
        '',
        'Plan: 1 to create, 0 to update, 1 to replace, 1 to delete · digest 3b7d49341f2a',
      ],
    ],
    [
      'with why something is replaced, where its tool says so',
      {
        changes: [
          sampleChange('aws_instance/net/a', {
            action: 'replace',
            reason: 'It cannot be changed in place: ami.',
            fields: [sampleField('ami', { before: 'a', after: 'b' })],
          }),
        ],
      },
      [
        'shop-production → production                                                      3b7d49341f2a',
        '  ± REPLACE   aws_instance net/a',
        '      It cannot be changed in place: ami.',
        '      ami  a → b',
        '',
        'Plan: 0 to create, 0 to update, 1 to replace, 0 to delete · digest 3b7d49341f2a',
      ],
    ],
    [
      'of a secret, sealed',
      {
        changes: [
          sampleChange('Secret/shop/db', {
            fields: [
              sampleField('data.password', {
                sensitive: true,
                before: 'sealed:aa',
                after: 'sealed:bb',
              }),
            ],
          }),
        ],
      },
      [
        'shop-production → production                                                      3b7d49341f2a',
        '  ~ update    Secret shop/db',
        '      data.password  (sealed) → (sealed, changed)',
        '',
        'Plan: 0 to create, 1 to update, 0 to delete · digest 3b7d49341f2a',
      ],
    ],
    [
      'with everything that is to be known besides',
      {
        changes: [sampleChange('ConfigMap/shop/a', { action: 'create', confidence: 'deferred' })],
        withheld: [
          { ...sampleChange('Namespace//shop', { action: 'delete' }), reason: 'It is protected.' },
        ],
        gaps: [
          {
            extent: 'deferred',
            subject: nameOf('ConfigMap/shop/a'),
            message: 'ConfigMap/shop/a: its namespace has to be there first',
          },
        ],
        foreign: [
          {
            ...nameOf('ConfigMap/shop/b'),
            path: 'data.x',
            observed: 'y',
            sensitive: false,
            writer,
          },
        ],
        findings: [
          { guard: 'max-deletions', severity: 'error', message: '12 would go, 10 are allowed.' },
        ],
        diagnostics: [{ severity: 'error', code: 'X', path: '', summary: 'x' }],
      },
      [
        'shop-production → production                                                      3b7d49341f2a',
        '  + create    ConfigMap shop/a  deferred',
        '  ✗ refused   nothing of this is applied: 1 error, told below',
        '  ✗ guard     max-deletions: 12 would go, 10 are allowed.',
        '  · withheld  delete of Namespace shop: It is protected.',
        '  ? deferred  ConfigMap shop/a: its namespace has to be there first',
        '  * foreign   ConfigMap shop/b  data.x  y                              by kubectl-edit, 3 h ago',
        '',
        'Plan: 1 to create, 0 to update, 0 to delete · 1 stack refused',
      ],
    ],
    [
      'of nothing',
      { totals: { ...samplePlan().totals, none: 3 } },
      [
        'shop-production → production                                nothing to do: 3 resources are right',
        '',
        'Plan: nothing to do. 3 resources are right.',
      ],
    ],
  ])('%s', (_name, plan, lines) => {
    expect(view([samplePlan(plan)], 96).map(narrow)).toEqual(lines.map(narrow));
  });

  it('is cut with counts, and shown whole when asked for', () => {
    const fields = Array.from({ length: 30 }, (_, index) => sampleField(`data.k${index}`));
    const changes = Array.from({ length: 60 }, (_, index) =>
      sampleChange(`ConfigMap/n${index}/c`, {
        fields: index === 0 ? fields : [sampleField(`data.own${index}`, { after: index })],
      }),
    );

    const cut = view([samplePlan({ changes })], 96);
    const whole = view([samplePlan({ changes })], 96, true);

    expect(cut).toContain('      … 18 more fields (--all shows them)');
    expect(cut).toContain('  … 20 more changes (--all shows them)');
    expect(whole.join('\n')).not.toContain('more');
    expect(whole.filter((text) => text.includes('~ update'))).toHaveLength(60);
  });

  it('says the same of many once, and names them', () => {
    const changes = Array.from({ length: 40 }, (_, index) =>
      sampleChange(`ConfigMap/shop/setting-${index}`, { action: 'create' }),
    );

    const lines = view([samplePlan({ changes })], 80);

    expect(lines[1]).toBe('  + create    40 × ConfigMap in shop');
    expect(lines.slice(2, 4).join(' ')).toMatch(/setting-0, .* … and \d+ more$/);
    expect(lines[4]).toBe('');
  });

  it.each([40, 80, 120])('breaks no line that it can fit into %i columns', (width) => {
    const image = 'registry.example.com/a-rather-long-path/of-an-image';
    const changes = [
      sampleChange('HorizontalPodAutoscaler.autoscaling/shop/web', {
        origin,
        fields: [
          sampleField('spec.template.spec.containers[name=web].image', {
            before: `${image}:1.4.0`,
            after: `${image}:1.5.0`,
            writer,
            origin,
          }),
        ],
      }),
    ];

    const lines = view([samplePlan({ changes })], width);
    const long = lines.filter((text) => text.length > width);

    expect(long.every((text) => /containers|Autoscaler|^Plan/.test(text))).toBe(true);
  });

  it('names the artifact that a plan was made of', () => {
    const sources = { 'source:oci://ghcr.io/shop:1': `sha256:${'1'.repeat(64)}` };

    const lines = view([samplePlan({ changes: [sampleChange('ConfigMap/shop/a')], sources })], 96);

    expect(lines).toContain('  · made of   oci://ghcr.io/shop:1 sha256:111111111111');
  });

  it('sums up several stacks', () => {
    const changes = [sampleChange('ConfigMap/shop/a')];

    const lines = view([samplePlan({ changes }), samplePlan({ stack: 'other', changes })], 96);

    expect(lines.at(-1)).toBe('Plan for 2 stacks: 0 to create, 2 to update, 0 to delete');
  });
});

/** How far right a remark stands is not the point. */
function narrow(text: string): string {
  return text.replaceAll(/(?<=\S) {2,}/g, '  ');
}

function view(plans: readonly PlanReport[], width: number, all = false): readonly string[] {
  return paint(planView(plans, { width, all, nowMs }), plainLook).trimEnd().split('\n');
}
