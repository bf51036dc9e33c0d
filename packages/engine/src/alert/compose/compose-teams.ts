import type { JsonObject } from '@trueup/diagnostics';

import type { AlertTone } from '../alert-event.ts';
import type { AlertRecord } from '../alert-record.ts';
import { type AlertWords, cutText, unlinked } from './alert-text.ts';

/**
 * For workflows of Microsoft Teams: an adaptive card of rich text, which - unlike a text block - knows
 * no Markdown. A mention would need an entity of its own, and there is none.
 * https://learn.microsoft.com/adaptive-cards/schema-explorer/rich-text-block
 */
export function composeTeams(
  { title, lines, link }: AlertWords,
  { message: { tone } }: Pick<AlertRecord, 'message'>,
): JsonObject {
  const heading = run(title, { size: 'Large', weight: 'Bolder', color: colours[tone] });
  const body = [block(heading), ...fitting(lines).map((line) => block(run(line, {})))];
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body,
    ...(link !== undefined && {
      actions: [{ type: 'Action.OpenUrl', title: 'Show it', url: link }],
    }),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

/** Teams refuses messages beyond 28 KB; a character of ours takes six bytes at most, escaped. */
const mostCharacters = 3000;

function fitting(lines: readonly string[]): readonly string[] {
  let left = mostCharacters;
  return lines.flatMap((line) => {
    if (left <= 1) return [];
    const cut = cutText(line, left);
    left -= cut.length;
    return [cut];
  });
}

const colours: Readonly<Record<AlertTone, string>> = {
  bad: 'Attention',
  warning: 'Warning',
  good: 'Good',
  neutral: 'Default',
};

function block(inline: JsonObject): JsonObject {
  return { type: 'RichTextBlock', inlines: [inline] };
}

function run(text: string, style: JsonObject): JsonObject {
  return { type: 'TextRun', text: unlinked(text), ...style };
}
