import { type Line, span } from './line.ts';
import { cutLine, lineWidth } from './paint.ts';

/** A remark at the right edge where there is room, else on a line of its own below. */
export function withRemark(left: Line, remark: Line, width: number): readonly Line[] {
  if (remark.length === 0) return [left];
  const room = width - lineWidth(left) - lineWidth(remark);
  if (room >= 2) return [[...left, span(' '.repeat(room)), ...remark]];
  const margin = Math.max(width - lineWidth(remark), 0);
  return [left, [span(' '.repeat(margin)), ...cutLine(remark, width)]];
}
