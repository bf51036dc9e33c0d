import { type Line, type Span, span } from './line.ts';
import { cutLine, lineWidth } from './paint.ts';

export interface Column {
  /** In capitals. */
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align?: 'right';
  /** Gives way when the terminal is narrow; all others keep their width. */
  readonly flexible?: true;
  /** How narrow a flexible one gets. 12 if absent. */
  readonly least?: number;
  /** Left out where there is too little room for all; the last one first. */
  readonly spare?: true;
}

/** One line of a cell. */
export type Cell = Span | Line;

const gap = '  ';

/** Rows under titles, as wide as what they hold, and no wider than the terminal. */
export function table(
  allColumns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly Line[] {
  const titles = allColumns.map(({ title }) => span(title, 'dim'));
  const all = [titles, ...rows].map((row) => allColumns.map((_, index) => toLine(row[index])));
  const kept = keptColumns(allColumns, naturalWidths(allColumns, all), width);
  const columns = allColumns.filter((_, index) => kept.has(index));
  const lines = all.map((cells) => cells.filter((_, index) => kept.has(index)));
  const widths = fitWidths(columns, naturalWidths(columns, lines), width);
  return lines.map((cells) => {
    const last = cells.length - 1;
    return cells.flatMap((cell, index) => {
      const columnWidth = widths[index] ?? 0;
      const cut = cutLine(cell, columnWidth);
      const padding = span(' '.repeat(Math.max(columnWidth - lineWidth(cut), 0)));
      if (columns[index]?.align === 'right')
        return [padding, ...cut, span(index < last ? gap : '')];
      return index < last ? [...cut, padding, span(gap)] : cut;
    });
  });
}

function toLine(cell: Cell | undefined): Line {
  if (cell === undefined) return [];
  return 'text' in cell ? [cell] : cell;
}

function naturalWidths(
  columns: readonly Column[],
  lines: readonly (readonly Line[])[],
): readonly number[] {
  return columns.map((_, index) =>
    lines.reduce((widest, cells) => Math.max(widest, lineWidth(cells[index] ?? [])), 0),
  );
}

const narrowest = 12;

/** Indexes of the columns that fit when the flexible ones are as narrow as they get. */
function keptColumns(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): ReadonlySet<number> {
  const kept = new Set(columns.keys());
  const needed = (index: number): number => {
    const { flexible, least = narrowest } = columns[index] ?? { title: '' };
    const own = natural[index] ?? 0;
    return (flexible ? Math.min(own, least) : own) + gap.length;
  };
  const spare = [...kept].filter((index) => columns[index]?.spare).reverse();
  for (const index of spare) {
    const sum = [...kept].reduce((total, one) => total + needed(one), -gap.length);
    if (sum <= width) break;
    kept.delete(index);
  }
  return kept;
}

/**
 * What is too much is taken from the flexible columns, from the one with most to spare first; where
 * that is not enough, from all of them alike.
 */
function fitWidths(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): readonly number[] {
  const gaps = gap.length * (columns.length - 1);
  const leastOf = ({ flexible, least = narrowest }: Column): number =>
    flexible ? least : Number.POSITIVE_INFINITY;
  const fitted = shrink(natural, columns.map(leastOf), width - gaps);
  const bare = columns.map(({ flexible }) => (flexible ? barest : Number.POSITIVE_INFINITY));
  return shrink(fitted, bare, width - gaps);
}

/** A few letters and a mark that there is more. */
const barest = 6;

function shrink(
  natural: readonly number[],
  least: readonly number[],
  room: number,
): readonly number[] {
  const widths = [...natural];
  const toSpare = (index: number): number => (widths[index] ?? 0) - (least[index] ?? 0);
  const indexes = [...widths.keys()];
  let excess = widths.reduce((sum, one) => sum + one, 0) - room;
  while (excess > 0) {
    const [most] = indexes.toSorted((a, b) => toSpare(b) - toSpare(a));
    if (most === undefined || toSpare(most) <= 0) break;
    widths[most] = (widths[most] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
