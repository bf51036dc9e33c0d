/**
 * The words of a message, before they take the form of a destination.
 *
 * - M1. Names and messages are hostile: controls, terminal escapes, invisible characters and those
 *   that turn the direction of writing become visible, and everything is one line and bounded.
 * - M2. Nobody is mentioned and nothing is linked by a name: `@`, `://` and `](` are parted by a
 *   character without width. Forms that have entities or escapes use them besides.
 */
import { visibleText } from '../../comment/markdown.ts';
import { alertEvents } from '../alert-event.ts';
import type { AlertRecord } from '../alert-record.ts';

export interface AlertWords {
  readonly title: string;
  /** One line each. */
  readonly lines: readonly string[];
  /** Absolute; absent where the server does not know its own URL. */
  readonly link?: string;
}

const longestTitle = 200;
const longestLine = 300;
const mostLines = 25;

/** What is said, each line visible and bounded. */
export function toWords(
  { message, repeats }: Pick<AlertRecord, 'message' | 'repeats'>,
  publicUrl: string | undefined,
): AlertWords {
  const { title, items, count, again, at, path } = message;
  const more = count - items.length;
  const lines = [
    ...items.slice(0, mostLines),
    ...(more > 0 && items.length > 0 ? [`and ${more} more`] : []),
    ...(again || repeats > 0 ? [describeRepeats(again ? repeats + 1 : repeats)] : []),
    `at ${at}`,
  ];
  return {
    title: visibleText(title, longestTitle),
    lines: lines.map((line) => visibleText(line, longestLine)),
    ...(publicUrl !== undefined && { link: `${publicUrl.replace(/\/+$/, '')}${path}` }),
  };
}

function describeRepeats(times: number): string {
  return times === 1 ? 'It came once more.' : `It came ${times} times more.`;
}

/** What the word of an event means, for who has not read it before. */
export function explainEvent(event: AlertRecord['message']['event']): string {
  return event === 'alert:test'
    ? 'Somebody tries whether alerts arrive here.'
    : alertEvents[event].says;
}

/** M2 */
export function unlinked(text: string): string {
  return text.replace(/@|:\/\/|\]\(|www\./gi, (found) => `${found[0]}\u200b${found.slice(1)}`);
}

/** At most so many UTF-16 units, whole characters, with a mark where something is left out. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
