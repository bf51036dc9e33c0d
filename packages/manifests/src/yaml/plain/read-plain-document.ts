/**
 * Reads documents written as most manifests are: blocks indented by spaces, names without quotes, and
 * values that end in the line where they begin, or literal text (`|`). It takes a fifth of the time
 * of the parser, and leaves everything else to it: at the first thing that it does not know it gives
 * up, so whatever is wrong with a document the parser finds and says.
 *
 * Its answers are those of the parser: `read-plain-document.test.ts` holds one against the other.
 */
import type { Json } from '@trueup/diagnostics';

import type { Budget } from '../settle-value.ts';
import { newline, notPlain, PlainCursor } from './plain-cursor.ts';
import { readBlock } from './read-block.ts';

/** `undefined`: the parser must read it; the budget is as it was. */
export function readPlainDocument(text: string, budget: Budget): Json | undefined {
  // Tabs, returns, marks, halves of surrogate pairs and what is not printable mean more than they show.
  if (!text.endsWith('\n') || /[^\n -~\u00a1-\u1fff\u3000-\ud7ff]/.test(text)) return undefined;
  const nodes = budget.nodes;
  try {
    const cursor = new PlainCursor(text, budget);
    if (text.startsWith('---')) {
      if (text.charCodeAt(3) !== newline) return undefined;
      cursor.at = 4;
    }
    cursor.findContent();
    const value = readBlock(cursor);
    if (cursor.indent < 0) return value;
  } catch (error) {
    if (error !== notPlain) throw error;
  }
  budget.nodes = nodes;
  return undefined;
}
