import { toAscii } from './ascii-text.ts';
import type { Line, Span, Tone } from './line.ts';
import { plainText } from './plain-text.ts';
import { cutText, textWidth } from './text-width.ts';

/** What the place that is written to can show. */
export interface Look {
  readonly colours: boolean;
  /** It reads no UTF-8. */
  readonly ascii: boolean;
}

/** As in a pipe. */
export const plainLook: Look = { colours: false, ascii: false };

/** Lines as they are written, each with its line end. */
export function paint(lines: readonly Line[], look: Look): string {
  return lines.map((line) => `${paintLine(line, look)}\n`).join('');
}

export function paintLine(line: Line, { colours, ascii }: Look): string {
  const parts = line.map(({ text, tone }) => {
    const plain = ascii ? toAscii(plainText(text)) : plainText(text);
    return colours && tone !== undefined && plain !== '' ? paintTone(plain, tone) : plain;
  });
  return parts.join('').replace(/ +$/, '');
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + textWidth(plainText(text)), 0);
}

/** At most so many columns of a line; what is left out is marked. */
export function cutLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const kept: Span[] = [];
  let left = columns;
  for (const { text, ...tone } of line) {
    const plain = plainText(text);
    const width = textWidth(plain);
    kept.push({ text: width < left ? plain : cutText(`${plain} `, left), ...tone });
    left -= width;
    if (left <= 0) break;
  }
  return kept;
}

function paintTone(text: string, tone: Tone): string {
  const [on, off] = codes[tone];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** The sixteen colours that every terminal has, in the shades that its user chose. */
const codes: Readonly<Record<Tone, readonly [string, string]>> = {
  strong: ['1', '22'],
  dim: ['2', '22'],
  good: ['32', '39'],
  bad: ['31', '39'],
  warn: ['33', '39'],
  accent: ['36', '39'],
  create: ['32', '39'],
  update: ['33', '39'],
  replace: ['1;35', '22;39'],
  delete: ['1;31', '22;39'],
  'take-over': ['1;36', '22;39'],
  execute: ['34', '39'],
};
