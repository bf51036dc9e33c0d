import type { JsonObject } from '@trueup/diagnostics';

import type { AlertTone } from '../alert-event.ts';
import type { AlertRecord } from '../alert-record.ts';
import { type AlertWords, cutText, unlinked } from './alert-text.ts';

/**
 * For ntfy, which shows plain text. It is posted as JSON, so that no name ends up in a header.
 * https://docs.ntfy.sh/publish/#publish-as-json
 */
export function composeNtfy(
  { title, lines, link }: AlertWords,
  { topic, message: { tone } }: Pick<AlertRecord, 'message'> & { readonly topic: string },
): JsonObject {
  return {
    topic,
    title: cutText(unlinked(title), mostTitle),
    message: cutText(lines.map(unlinked).join('\n'), mostMessage),
    priority: priorities[tone],
    tags: [tags[tone]],
    markdown: false,
    ...(link !== undefined && { click: link }),
  };
}

const mostTitle = 200;
/** What is longer than 4,096 bytes becomes a file; a character takes three bytes at most here. */
const mostMessage = 1300;

const priorities: Readonly<Record<AlertTone, number>> = { bad: 4, warning: 3, good: 3, neutral: 2 };
const tags: Readonly<Record<AlertTone, string>> = {
  bad: 'rotating_light',
  warning: 'warning',
  good: 'white_check_mark',
  neutral: 'information_source',
};
