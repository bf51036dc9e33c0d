import type { JsonObject } from '@trueup/diagnostics';

import type { AlertRecord } from '../alert-record.ts';
import { type AlertWords, cutText, unlinked } from './alert-text.ts';
import { colourOf } from './tone-words.ts';

/**
 * For hooks of Discord: one embed, nobody mentioned whatever it says, and every sign of its Markdown
 * behind a backslash. https://discord.com/developers/docs/resources/webhook#execute-webhook
 */
export function composeDiscord(
  { title, lines, link }: AlertWords,
  { message: { tone, at } }: Pick<AlertRecord, 'message'>,
): JsonObject {
  return {
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cutText(escapeMarkdown(title), mostTitle),
        description: cutText(lines.map(escapeMarkdown).join('\n'), mostDescription),
        color: Number.parseInt(colourOf(tone).slice(1), 16),
        timestamp: at,
        ...(link !== undefined && { url: link }),
      },
    ],
  };
}

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const mostTitle = 256;
const mostDescription = 4096;

function escapeMarkdown(text: string): string {
  return unlinked(text).replace(/[\\`*_{}[\]()#+\-.!|~<>:]/g, (found) => `\\${found}`);
}
