import { type Line, type Span, span } from './line.ts';
import { cutLine, lineWidth } from './paint.ts';

export interface Column {
  /** In capitals. */
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align?: 'right';
  /** Gives way when the terminal is narrow; all others keep their width. */
  readonly flexible?: true;
}

/** One line of a cell. */
export type Cell = Span | Line;

const gap = '  ';

/** Rows under titles, as wide as what they hold, and no wider than the terminal. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly Line[] {
  const titles = columns.map(({ title }) => span(title, 'dim'));
  const lines = [titles, ...rows].map((row) => columns.map((_, index) => toLine(row[index])));
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

/** What is too much is taken from the flexible columns, from the widest one first. */
function fitWidths(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  const flexible = columns.flatMap(({ flexible: gives }, index) => (gives ? [index] : []));
  let excess = widths.reduce((sum, one) => sum + one, gap.length * (columns.length - 1)) - width;
  while (excess > 0) {
    const widest = flexible.reduce<number | undefined>(
      (best, one) => (best === undefined || (widths[one] ?? 0) > (widths[best] ?? 0) ? one : best),
      undefined,
    );
    if (widest === undefined || (widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
