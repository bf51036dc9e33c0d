import { describe, expect, it } from 'vitest';

import { span } from './line.ts';
import { paint } from './paint.ts';
import { type Column, table } from './table.ts';

const columns: readonly Column[] = [
  { title: 'STACK', flexible: true },
  { title: 'RESOURCES', align: 'right' },
  { title: 'WHY', flexible: true },
];

const rows = [
  [span('platform-production'), span('3'), span('')],
  [span('shop'), span('120'), span('Progressing: 2 of 3 replicas are ready')],
];

describe('a table', () => {
  it('is as wide as what it holds', () => {
    expect(paint(table(columns, rows, 200), false)).toBe(
      [
        'STACK                RESOURCES  WHY',
        'platform-production          3',
        'shop                       120  Progressing: 2 of 3 replicas are ready',
        '',
      ].join('\n'),
    );
  });

  it('takes what is too much from the widest flexible column', () => {
    expect(paint(table(columns, rows, 60), false)).toBe(
      [
        'STACK                RESOURCES  WHY',
        'platform-production          3',
        'shop                       120  Progressing: 2 of 3 replica…',
        '',
      ].join('\n'),
    );
  });

  it('keeps its other columns however narrow the terminal is', () => {
    const lines = paint(table(columns, rows, 10), false).split('\n');

    expect(lines[2]).toMatch(/120/);
  });
});
