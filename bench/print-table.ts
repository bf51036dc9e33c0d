import type { Sample } from './sample.ts';
import type { Row } from './suite.ts';

const titles = ['', 'ours', 'min–max', 'rival', 'min–max', 'ratio', 'target', ''];

export function printTable(rows: readonly Row[]): string {
  const cells = [titles, ...rows.map(toCells)];
  const widths = titles.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function toCells(row: Row): readonly string[] {
  const { what, unit, ours, rival } = row;
  return [
    what,
    `${format(ours.median)} ${unit}`,
    range(ours),
    rival ? `${rival.name} ${format(rival.sample.median)} ${unit}` : '',
    rival ? range(rival.sample) : '',
    rival ? `${format(rival.sample.median / ours.median)}x` : '',
    targetOf(row),
    verdict(row),
  ];
}

function range({ min, max }: Sample): string {
  return `${format(min)}–${format(max)}`;
}

function targetOf({ target, unit }: Row): string {
  switch (target.kind) {
    case 'times-faster':
      return `≥ ${target.bound}x faster`;
    case 'times-slower':
      return `< ${target.bound}x of it`;
    case 'at-most':
      return `≤ ${target.bound} ${unit}`;
    case 'none':
      return '';
  }
}

function verdict(row: Row): string {
  if (row.target.kind === 'none') return '';
  return isMet(row) ? 'met' : 'MISSED';
}

export function isMet({ ours, rival, target }: Row): boolean {
  const rivals = rival?.sample.median ?? Number.NaN;
  switch (target.kind) {
    case 'times-faster':
      return rivals / ours.median >= target.bound;
    case 'times-slower':
      return ours.median / rivals < target.bound;
    case 'at-most':
      return ours.median <= target.bound;
    case 'none':
      return true;
  }
}

/** Three digits tell enough. */
function format(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
