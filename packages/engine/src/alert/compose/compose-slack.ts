import type { JsonObject } from '@trueup/diagnostics';

import type { AlertRecord } from '../alert-record.ts';
import { type AlertWords, cutText, unlinked } from './alert-text.ts';
import { colourOf } from './tone-words.ts';

/**
 * For incoming hooks of Slack and of those who understand the same (Mattermost, Rocket.Chat): a text
 * and one attachment, since blocks are Slack's alone.
 *
 * Slack: `&`, `<` and `>` are entities, so that neither `<!channel>` nor a link can be written; nothing
 * is formatted. https://docs.slack.dev/messaging/formatting-message-text
 */
export function composeSlack(
  { title, lines, link }: AlertWords,
  { message: { tone } }: Pick<AlertRecord, 'message'>,
): JsonObject {
  const heading = escapeSlack(title);
  return {
    text: cutText(heading, mostText),
    mrkdwn: false,
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    attachments: [
      {
        color: colourOf(tone),
        fallback: cutText(heading, mostText),
        text: cutText(lines.map(escapeSlack).join('\n'), mostText),
        mrkdwn_in: [],
        ...(link !== undefined && { title: 'Show it', title_link: link }),
      },
    ],
  };
}

/** Slack cuts at 40,000; Mattermost refuses beyond 16,383. */
const mostText = 12_000;

function escapeSlack(text: string): string {
  return unlinked(text).replace(/[&<>]/g, (found) => entities[found] ?? '');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
