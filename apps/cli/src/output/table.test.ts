import { describe, expect, it } from 'vitest';

import { span } from './line.ts';
import { paint, plainLook } from './paint.ts';
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
    expect(paint(table(columns, rows, 200), plainLook)).toBe(
      [
        'STACK                RESOURCES  WHY',
        'platform-production          3',
        'shop                       120  Progressing: 2 of 3 replicas are ready',
        '',
      ].join('\n'),
    );
  });

  it('takes what is too much from the widest flexible column', () => {
    expect(paint(table(columns, rows, 60), plainLook)).toBe(
      [
        'STACK                RESOURCES  WHY',
        'platform-production          3',
        'shop                       120  Progressing: 2 of 3 replica…',
        '',
      ].join('\n'),
    );
  });

  it('leaves out what can be spared, the last one first', () => {
    const wide: readonly Column[] = [
      { title: 'RUN' },
      { title: 'STACK', flexible: true, least: 8 },
      { title: 'PURPOSE', spare: true },
      { title: 'BY', spare: true },
    ];
    const row = [span('0123456789ab'), span('shop/production'), span('revision'), span('ada')];
    const titles = (width: number): string | undefined =>
      paint(table(wide, [row], width), plainLook).split('\n')[0];

    expect([60, 36, 30, 10].map((width) => titles(width)?.split(/ +/))).toEqual([
      ['RUN', 'STACK', 'PURPOSE', 'BY'],
      ['RUN', 'STACK', 'PURPOSE'],
      ['RUN', 'STACK'],
      ['RUN', 'STACK'],
    ]);
  });

  it('keeps its other columns however narrow the terminal is', () => {
    const lines = paint(table(columns, rows, 10), plainLook).split('\n');

    expect(lines[2]).toMatch(/120/);
  });
});
