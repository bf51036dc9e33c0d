import { formatJson, type Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sampleAlert } from '../../testing/sample-records.ts';
import type { AlertRecord } from '../alert-record.ts';
import { cutText, toWords } from './alert-text.ts';
import { composeCloudEvent } from './compose-cloud-event.ts';
import { composeDiscord } from './compose-discord.ts';
import { composeEmail } from './compose-email.ts';
import { composeNtfy } from './compose-ntfy.ts';
import { composeSlack } from './compose-slack.ts';
import { composeTeams } from './compose-teams.ts';

const hostile = [
  '@everyone',
  '@here',
  '<!channel>',
  '<!here|x>',
  '<@U123456>',
  '<@&1234>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[click me](https://evil.example.com)',
  '<https://evil.example.com|your bank>',
  'https://evil.example.com/x',
  'www.evil.example.com',
  '**bold** __under__ ~~gone~~ `code` # head',
  '\u001b[31mred\u001b[0m',
  '\u202egnp.exe',
  '\u2066hidden\u2069',
  'line\r\nBcc: victim@example.com',
  'zero\u200bwidth\ufeff',
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
  '🏳️‍🌈'.repeat(400),
];

function alertOf(...items: readonly string[]): AlertRecord {
  const sample = sampleAlert('a1');
  const [subject = ''] = items;
  const title = `${subject}: run failed`;
  return { ...sample, message: { ...sample.message, subject, title, items } };
}

const forms: Readonly<Record<string, (alert: AlertRecord) => Json>> = {
  slack: (alert) => composeSlack(wordsOf(alert), alert),
  discord: (alert) => composeDiscord(wordsOf(alert), alert),
  teams: (alert) => composeTeams(wordsOf(alert), alert),
  ntfy: (alert) => composeNtfy(wordsOf(alert), { ...alert, topic: 'ops' }),
  email: (alert) => ({ ...composeEmail(wordsOf(alert), alert) }),
  webhook: (alert) => composeCloudEvent(wordsOf(alert), alert),
};

function wordsOf(alert: AlertRecord) {
  return toWords(alert, 'https://trueup.example.com/');
}

/** Everything that somebody sees: the texts of a message, and not how they are written as JSON. */
function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const names = fc.array(
  fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 60 })),
  { minLength: 1, maxLength: 30 },
);

describe('messages', () => {
  it.each(Object.keys(forms))(
    'show nothing that is invisible or turns the text round: %s',
    (form) => {
      fc.assert(
        fc.property(names, (some) => {
          const texts = textsIn(forms[form]?.(alertOf(...some)) ?? null);

          for (const text of texts) {
            expect(text).toBe(text.toWellFormed());
            expect(text.replaceAll('\n', '')).not.toMatch(
              /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]/u,
            );
          }
        }),
        { seed: 7, numRuns: 200 },
      );
    },
  );

  it.each(['slack', 'discord', 'teams', 'ntfy'])('mention nobody and link nothing: %s', (form) => {
    fc.assert(
      fc.property(names, (some) => {
        const alert = alertOf(...some);
        const own = 'https://trueup.example.com/runs/r1';
        const texts = textsIn(forms[form]?.(alert) ?? null).filter(
          (text) => text !== own && !text.startsWith('http://adaptivecards.io/'),
        );

        for (const text of texts) {
          expect(text).not.toMatch(/@(?!\u200b)/);
          expect(text).not.toMatch(/:\/\/|\]\(/);
        }
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it('leave no sign of a mention or a link to Slack', () => {
    const texts = textsIn(forms['slack']?.(alertOf(...hostile)) ?? null);

    for (const text of texts) expect(text).not.toMatch(/<|>|&(?!amp;|lt;|gt;)/);
    expect(texts.join(' ')).toContain('&lt;!channel&gt;');
  });

  it('leave nothing of Markdown to Discord', () => {
    const [embed] = JSON.parse(formatJson(forms['discord']?.(alertOf(...hostile)) ?? null)).embeds;

    for (const text of [embed.title, embed.description]) {
      expect(String(text).replaceAll(/\\[^A-Za-z0-9\s]/g, '')).not.toMatch(/[*_~`[\]()<>#|]/);
    }
    expect(forms['discord']?.(alertOf('x'))).toMatchObject({ allowed_mentions: { parse: [] } });
  });

  it('leave nothing of HTML to mail programs, and one line to the subject', () => {
    fc.assert(
      fc.property(names, (some) => {
        const alert = alertOf(...some);
        const { html, subject } = composeEmail(wordsOf(alert), alert);
        const tags = [...html.matchAll(/<\/?([a-z!]+)/g)].map(([, tag]) => tag);

        expect(new Set(tags)).toEqual(
          new Set(['!doctype', 'html', 'body', 'h', 'p', 'a', 'small']),
        );
        expect(html).not.toMatch(/<[^>]*(?:onerror|src|style="(?!color:#))/);
        expect(subject).not.toMatch(/[\r\n]/);
        expect(subject.length).toBeLessThanOrEqual(200);
      }),
      { seed: 9, numRuns: 200 },
    );
  });

  it('stay within the limits of each service', () => {
    const alert = alertOf(...Array.from({ length: 40 }, (_, index) => `${index}`.repeat(3000)));
    const size = (form: string) => Buffer.byteLength(formatJson(forms[form]?.(alert) ?? null));
    const discord = JSON.parse(formatJson(forms['discord']?.(alert) ?? null)).embeds[0];
    const ntfy = JSON.parse(formatJson(forms['ntfy']?.(alert) ?? null));

    expect(size('slack')).toBeLessThan(16_000);
    expect(size('teams')).toBeLessThan(28_000);
    expect(discord.title.length).toBeLessThanOrEqual(256);
    expect(discord.title.length + discord.description.length).toBeLessThanOrEqual(6000);
    expect(Buffer.byteLength(ntfy.message)).toBeLessThanOrEqual(4096);
    expect(size('webhook')).toBeLessThan(64_000);
  });

  it('lead to the UI where the server knows its own URL', () => {
    const alert = sampleAlert('a');

    expect(toWords(alert, 'https://trueup.example.com/').link).toBe(
      'https://trueup.example.com/runs/r1',
    );
    expect(toWords(alert, undefined).link).toBeUndefined();
  });

  it('say how many there are, and how often it came again', () => {
    const { message } = sampleAlert('a');
    const words = (change: Partial<AlertRecord['message']>, repeats = 0) =>
      toWords({ message: { ...message, ...change }, repeats }, undefined).lines;

    expect(words({ count: 12 })).toContain('and 11 more');
    expect(words({ again: true })).toContain('It came once more.');
    expect(words({ again: true }, 4)).toContain('It came 5 times more.');
    expect(words({})).toHaveLength(2);
  });

  it('are CloudEvents 1.0 for programs, the same for each attempt', () => {
    const event = composeCloudEvent(wordsOf(sampleAlert('a1')), sampleAlert('a1'));

    expect(event).toMatchObject({
      specversion: '1.0',
      id: 'a1',
      source: '/trueup/repositories/infra',
      type: 'dev.trueup.run.failed',
      subject: 'infra/shop',
      datacontenttype: 'application/json',
      data: { event: 'run:failed', stacks: ['infra/shop'], count: 1 },
    });
  });

  it('are cut at a whole character', () => {
    expect(cutText('ab🙂', 3)).toBe('ab…');
    expect(cutText('a🙂b', 3)).toBe('a…');
    expect(cutText('abc', 3)).toBe('abc');
  });
});
