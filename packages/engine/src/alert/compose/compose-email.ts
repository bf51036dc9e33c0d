import type { AlertRecord } from '../alert-record.ts';
import { type AlertWords, cutText, explainEvent } from './alert-text.ts';
import { colourOf } from './tone-words.ts';

export interface ComposedEmail {
  /** One line, without controls: it goes into a header. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Twice the same: as plain text, and as HTML that loads nothing. */
export function composeEmail(
  { title, lines, link }: AlertWords,
  { message: { tone, event } }: Pick<AlertRecord, 'message'>,
): ComposedEmail {
  const why = `${explainEvent(event)} Sent since trueup.yaml asks for ${event}.`;
  const shown = link === undefined ? [] : [link];
  const paragraphs = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n');
  const anchor = shown.map((url) => `<p><a href="${escapeHtml(url)}">Show it</a></p>`).join('');
  return {
    subject: cutText(`[trueup] ${title}`, 200),
    text: [title, '', ...lines, '', ...shown, '', '-- ', why, ''].join('\n'),
    html: `<!doctype html><html><body>
<h3 style="color:${colourOf(tone)}">${escapeHtml(title)}</h3>
${paragraphs}
${anchor}
<p><small>${escapeHtml(why)}</small></p>
</body></html>
`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (found) => `&#${found.charCodeAt(0)};`);
}
