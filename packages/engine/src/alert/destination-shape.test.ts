import type { Json } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { parseConfiguration } from '../configuration/parse-configuration.ts';
import { configurationFile } from '../configuration/testing/configuration-file.ts';
import { type AlertDestination, destinationToJson, nameDestination } from './alert-destination.ts';
import { parseDestination } from './parse-destination.ts';

function read(alerts: Json) {
  const file = configurationFile({ apiVersion: 'trueup.dev/v1', alerts });
  const { configuration, diagnostics } = parseConfiguration(file, { providers: [] });
  const problems = diagnostics.map(({ summary, advice }) => `${summary} (${advice})`);
  return { alerts: configuration.alerts, complete: configuration.complete, problems };
}

const on = ['run:failed'];

describe('alerts in trueup.yaml', () => {
  it.each<[string, Json, string]>([
    ['slack', { slack: { secret: 'ops' } }, 'slack-ops'],
    ['teams', { teams: { secret: 'ops' } }, 'teams-ops'],
    ['discord', { discord: { secret: 'ops' } }, 'discord-ops'],
    ['ntfy', { ntfy: { url: 'https://ntfy.sh/ops' } }, 'ntfy-ntfy.sh'],
    ['ntfy by secret', { ntfy: { url: { secret: 'ops' } } }, 'ntfy-ops'],
    [
      'email',
      {
        email: { server: { secret: 'mail' }, from: 'trueup@example.com', to: ['ops@example.com'] },
      },
      'email-ops@example.com',
    ],
    [
      'webhook',
      { webhook: { url: 'https://hooks.example.com/x', signature: { secret: 'key' } } },
      'webhook-hooks.example.com',
    ],
  ])('may go to %s', (_name, to, name) => {
    const { alerts, problems } = read([{ to, on }]);

    expect(problems).toEqual([]);
    expect(alerts).toMatchObject([{ name, on, stacks: ['*'] }]);
    const [alert] = alerts;
    expect(alert && destinationToJson(alert.to)).toEqual(to);
    expect(parseDestination(to)).toEqual({ to: alert?.to });
  });

  it.each<[string, Json, RegExp]>([
    ['no such kind', { slak: { secret: 'x' } }, /knows no member `slak` \(Did you mean `slack`/],
    ['the URL of a hook', { slack: 'https://hooks.slack.com/services/T0/B0/x' }, /is a text/],
    ['a URL of another kind', { ntfy: { url: 'file:///etc/passwd' } }, /no URL of http or https/],
    ['credentials in Git', { ntfy: { url: 'https://:tk@ntfy.sh/x' } }, /has credentials in it/],
    ['two kinds', { slack: { secret: 'a' }, teams: { secret: 'b' } }, /exactly one/],
    ['an unsigned webhook', { webhook: { url: 'https://a.example.com' } }, /has no `signature`/],
    ['a list in an address', mailTo('a@example.com, b@example.com'), /no address of e-mail/],
    ['a header in an address', mailTo('a@example.com\r\nBcc: b@example.com'), /no address/],
    ['a name in an address', mailTo('"Ops" <a@example.com>'), /no address of e-mail/],
    ['nobody', { email: { server: { secret: 's' }, from: 'a@b.c', to: [] } }, /is empty/],
  ])('may not name %s', (_name, to, problem) => {
    const { alerts, complete, problems } = read([{ to, on }]);

    expect(problems.join('\n')).toMatch(problem);
    expect(alerts).toEqual([]);
    // A slip here orphans no stack.
    expect(complete).toBe(true);
    expect(parseDestination(to)).toHaveProperty('problems');
  });

  it.each([
    ['run:faild', /Did you mean `run:failed`/],
    ['drift:open', /Did you mean `drift:opened`/],
    ['runs:*', /Did you mean `run:\*`/],
    ['*', /is no event that is told/],
    ['alert:test', /is no event that is told/],
    ['__proto__', /is no event that is told/],
  ])('says which event was meant by %s', (event, problem) => {
    const { problems } = read([{ to: { slack: { secret: 'ops' } }, on: [event] }]);

    expect(problems.join('\n')).toMatch(problem);
  });

  it.each<[string, Json, boolean]>([
    ['a section that is no list', { slack: {} }, true],
    ['one entry with a mistake', [{ to: { slack: 1 }, on }], false],
    ['none', [], false],
  ])('are told apart from none: %s', (_name, alerts, unread) => {
    const file = configurationFile({ apiVersion: 'trueup.dev/v1', alerts });
    const { configuration } = parseConfiguration(file, { providers: [] });

    expect(configuration.alerts).toEqual([]);
    expect(configuration.alertsUnread === true).toBe(unread);
  });

  it('says that a name means another destination already', () => {
    const slack = { to: { slack: { secret: 'ops' } }, on, name: 'ops' };

    expect(read([slack, { ...slack, on: ['drift:*'] }]).problems).toEqual([]);
    expect(read([slack, { ...slack, to: { teams: { secret: 'ops' } } }]).problems).toEqual([
      expect.stringContaining('another destination has this name already'),
    ]);
  });

  it('names a destination without showing a secret', () => {
    const to: AlertDestination = { kind: 'ntfy', url: 'https://ntfy.sh/very-secret-topic' };

    expect(nameDestination(to)).toBe('ntfy-ntfy.sh');
  });
});

function mailTo(address: string): Json {
  return { email: { server: { secret: 's' }, from: 'trueup@example.com', to: [address] } };
}
