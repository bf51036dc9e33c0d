import type { Line, Span } from './line.ts';
import { lineWidth } from './paint.ts';
import { plainText } from './plain-text.ts';
import { textWidth } from './text-width.ts';

/**
 * A line on as many as it needs, broken between words. What follows is indented by `hanging` columns;
 * by two more than the line itself if absent. Words that are wider than all there is stay whole, so that
 * they can be copied.
 */
export function wrapLine(line: Line, width: number, hanging?: number): readonly Line[] {
  if (lineWidth(line) <= width) return [line];
  const margin = Math.min(hanging ?? indentOf(line) + 2, Math.floor(width / 2));
  const lines: Span[][] = [[]];
  let used = 0;
  let isFresh = true;
  for (const { text, ...tone } of line) {
    for (const word of plainText(text).split(/(?<= )(?=[^ ])/)) {
      const visible = textWidth(word.trimEnd());
      if (!isFresh && used + visible > width) {
        lines.push([{ text: ' '.repeat(margin) }]);
        used = margin;
        isFresh = true;
      }
      lines.at(-1)?.push({ text: word, ...tone });
      used += textWidth(word);
      isFresh = isFresh && word.trim() === '';
    }
  }
  return lines.map(withoutEndSpace);
}

/** A space at the end of a full line would begin another one. */
function withoutEndSpace(line: readonly Span[]): Line {
  const last = line.at(-1);
  if (!last || line.length < 2) return line;
  return [...line.slice(0, -1), { ...last, text: last.text.trimEnd() }];
}

/** The same for several; unchanged where there is no right edge. */
export function wrapLines(lines: readonly Line[], width: number | undefined): readonly Line[] {
  return width === undefined ? lines : lines.flatMap((line) => wrapLine(line, width));
}

function indentOf(line: Line): number {
  const text = line.map((one) => one.text).join('');
  return text.length - text.trimStart().length;
}
