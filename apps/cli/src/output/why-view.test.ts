import { describe, expect, it } from 'vitest';

import type { WhyField } from '../report/why-report.ts';
import { paint, plainLook } from './paint.ts';
import { whyView } from './why-view.ts';

const nowMs = Date.parse('2026-01-02T03:05:05.000Z');
const at = '2026-01-02T03:04:05.000Z';
const author = { revision: 'a'.repeat(40), author: 'Ada', committedAt: at, summary: 'shop: more' };

function view(field: Partial<WhyField>, looked = true): readonly string[] {
  const health = { health: 'current', reason: '', message: '' } as const;
  const name = { id: 'i', kind: 'Deployment.apps', scope: 'shop', name: 'web' };
  const fields = [{ path: 'spec.replicas', sensitive: false, ...field }];
  const report = { ...name, stack: 'shop', fields, ...(looked && { health }) };
  const [, , , ...lines] = paint(whyView(report, { all: false, nowMs }), plainLook).split('\n');
  return lines.filter((line) => line !== '').map((line) => line.replaceAll(/ {2,}/g, '  '));
}

describe('why a field is so', () => {
  it.each<[string, Partial<WhyField>, readonly string[]]>([
    [
      'by a committed line, and by somebody else',
      {
        ...{ desired: 3, observed: 5, origin: { file: 'web.yaml', line: 9 }, author },
        writer: { name: 'kubectl-scale', writtenAt: at },
      },
      [
        '  Git  3',
        '  web.yaml:9  Ada, 60 s ago',
        '  aaaaaaaaaaaa shop: more',
        '  target  5',
        '  written by kubectl-scale, 60 s ago',
      ],
    ],
    [
      'by a line that is not committed',
      { desired: 3, observed: 3, origin: { file: 'web.yaml', line: 9 } },
      ['  Git  3', '  web.yaml:9  not committed', '  target  3'],
    ],
    [
      'by the target alone',
      { observed: 600 },
      ['  Git  (nothing)', '  target  600', '  nobody claims it: the target filled it in'],
    ],
    [
      'by nobody that is recorded',
      { desired: 3, observed: 1 },
      [
        '  Git  3',
        '  no line asks for it: a tool filled it in',
        '  target  1',
        '  nobody claims it',
      ],
    ],
    [
      'without showing a secret',
      { desired: 'hunter2', observed: 'hunter3', sensitive: true },
      [
        '  Git  (sealed)',
        '  no line asks for it: a tool filled it in',
        '  target  (sealed)',
        '  nobody claims it',
      ],
    ],
  ])('%s', (_name, field, lines) => {
    expect(view(field)).toEqual(lines);
  });

  it('claims nothing about a target that nobody looked at', () => {
    expect(view({ observed: 600 }, false)).toEqual(['  Git  (nothing)', '  target  600']);
  });
});
