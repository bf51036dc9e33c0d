import { formatJson, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import type { FieldReport } from '../report/plan-report.ts';
import { count } from './count.ts';
import { plainLines } from './plain-text.ts';

/** What stands for a secret (P5). */
export const sealed = '(sealed)';
export const sealedChanged = '(sealed, changed)';

/** Both sides of a field, each as lines of plain text; absent where there is none. */
export interface ShownSides {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

export function showSides(field: FieldReport): ShownSides {
  const { before, after, sensitive, unknown } = field;
  if (sensitive) {
    const changed = before !== undefined && after !== undefined && before !== after;
    return {
      ...(before !== undefined && { before: [sealed] }),
      ...(after !== undefined && { after: [changed ? sealedChanged : sealed] }),
    };
  }
  return {
    ...(before !== undefined && { before: showValue(before) }),
    ...(after !== undefined && { after: showValue(after) }),
    ...(unknown && { after: ['(known when it is applied)'] }),
  };
}

/** A text of several lines as these; everything else as JSON in one line. */
export function showValue(value: Json): readonly string[] {
  if (typeof value === 'string') return showText(value);
  return plainLines(toText(value));
}

/** A text that could be taken for another value is quoted. */
function showText(value: string): readonly string[] {
  if (value.includes('\n')) return plainLines(value);
  const ambiguous =
    value === '' || /^\s|\s$|^["'[{(]|^(?:true|false|null|~)$|^[-+.\d][\d._e+-]*$/i.test(value);
  return plainLines(ambiguous ? JSON.stringify(value) : value);
}

function toText(value: Json): string {
  if (isJsonList(value)) return `[${value.map(toInline).join(', ')}]`;
  if (!isJsonObject(value)) return formatJson(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${toInline(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function toInline(value: Json): string {
  return typeof value === 'string' ? JSON.stringify(value) : toText(value);
}

/** `… 12 more lines` in the place of what is cut. */
export function cutLines(lines: readonly string[], most: number): readonly string[] {
  // One line that says that one line is missing helps nobody.
  if (lines.length <= most + 1) return lines;
  return [...lines.slice(0, most), `… ${count(lines.length - most, 'more line')}`];
}
