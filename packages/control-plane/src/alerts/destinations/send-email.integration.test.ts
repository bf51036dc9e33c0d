import type { AlertRecord } from '@trueup/engine';
import { composeEmail, toWords } from '@trueup/engine';
import { sampleAlert } from '@trueup/engine/testing';
import { createAddressGuard } from '@trueup/outbound';
import { testAuthority } from '@trueup/outbound/testing';
import { describe, expect, it } from 'vitest';

import { type MailServerOptions, StandInMailServer } from '../testing/stand-in-mail-server.ts';
import { parseMailServer } from './parse-mail-server.ts';
import { sendEmail } from './send-email.ts';

const login = { user: 'trueup', password: 'pass word' };
const trusting = createAddressGuard({ trustedHosts: ['localhost'] });

interface Letter {
  readonly server: string;
  readonly alert?: AlertRecord;
  readonly guard?: typeof trusting;
  readonly trust?: readonly string[];
  readonly signal?: AbortSignal;
}

function write(mail: StandInMailServer, letter: Letter): Promise<string> {
  const { alert = sampleAlert('alert-1'), guard = trusting, trust = [testAuthority] } = letter;
  const email = composeEmail(toWords(alert, 'https://trueup.example.com'), alert);
  return sendEmail(
    {
      server: letter.server.replace('PORT', String(mail.port)),
      from: 'trueup@example.com',
      to: ['ops@example.com', 'dev@example.com'],
      id: alert.id,
      event: alert.message.event,
      email,
    },
    {
      outbound: { guard },
      certificates: trust,
      signal: letter.signal ?? new AbortController().signal,
    },
  );
}

function headersOf(data = ''): readonly string[] {
  return data
    .slice(0, data.indexOf('\r\n\r\n'))
    .replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n');
}

describe('e-mail', () => {
  it.each<[string, MailServerOptions, string]>([
    ['TLS', { tls: true, login }, 'smtps://trueup:pass%20word@localhost:PORT'],
    ['STARTTLS', { startTls: true, login }, 'smtp://trueup:pass%20word@localhost:PORT'],
  ])('is sent over %s, by somebody who is known', async (_name, options, server) => {
    await using mail = await StandInMailServer.open(options);

    expect(await write(mail, { server })).toBe('answered 250');

    const [taken] = mail.taken;
    expect(taken).toMatchObject({
      from: 'trueup@example.com',
      to: ['ops@example.com', 'dev@example.com'],
      user: 'trueup',
      encrypted: true,
    });
    expect(headersOf(taken?.data)).toEqual(
      expect.arrayContaining([
        'Subject: [trueup] infra/shop: run failed',
        'Message-ID: <alert-1@example.com>',
        'Auto-Submitted: auto-generated',
        'X-Trueup-Event: run:failed',
      ]),
    );
    expect(taken?.data).toContain('https://trueup.example.com/runs/r1');
  });

  it('tries the next address of a server where one does not answer', async () => {
    await using mail = await StandInMailServer.open();
    const resolve = async () => [
      // Nobody listens there on this port.
      { address: '127.0.0.2', family: 4 } as const,
      { address: '127.0.0.1', family: 4 } as const,
    ];
    const guard = createAddressGuard({ allowLoopback: true }, resolve);

    const server = 'smtp://mail.example.com:PORT?tls=none';
    expect(await write(mail, { server, guard })).toBe('answered 250');
  });

  it('goes without TLS only where that is asked for', async () => {
    await using mail = await StandInMailServer.open();

    await expect(write(mail, { server: 'smtp://localhost:PORT' })).rejects.toMatchObject({
      code: 'ALERT_REFUSED',
    });
    expect(mail.taken).toEqual([]);
    expect(await write(mail, { server: 'smtp://localhost:PORT?tls=none' })).toBe('answered 250');
    expect(mail.taken).toMatchObject([{ encrypted: false }]);
  });

  it.each(['smtps', 'smtp'])('is not sent to a server that nobody vouches for: %s', async (way) => {
    const options = way === 'smtps' ? { tls: true } : { startTls: true };
    await using mail = await StandInMailServer.open(options);
    const sending = write(mail, { server: `${way}://localhost:PORT`, trust: [] });

    await expect(sending).rejects.toThrow(/not (?:taken|connected)/);
    expect(mail.taken).toEqual([]);
  });

  it('says nothing of its password when it is not let in', async () => {
    await using mail = await StandInMailServer.open({ tls: true, login });

    await expect(
      write(mail, { server: 'smtps://trueup:hunter2@localhost:PORT' }),
    ).rejects.toMatchObject({
      family: 'stalled',
      code: 'ALERT_REFUSED',
      message: 'localhost: not taken: it does not accept the user and password',
    });
  });

  it('is not sent to an address that the operator did not allow', async () => {
    await using mail = await StandInMailServer.open();
    const guard = createAddressGuard({});

    for (const host of ['localhost', '127.0.0.1', '[::1]', '169.254.169.254']) {
      const server = `smtp://${host}:PORT?tls=none`;
      await expect(write(mail, { server, guard })).rejects.toMatchObject({
        code: 'OUTBOUND_ADDRESS_REFUSED',
      });
    }
    expect(mail.commands).toEqual([]);
  });

  it('cannot be given another header, recipient or part by a name', async () => {
    await using mail = await StandInMailServer.open();
    const evil = 'x\r\nBcc: victim@example.com\r\n\r\n.\r\nRCPT TO:<victim@example.com>\n<script>';
    const sample = sampleAlert('alert-1');
    const message = { ...sample.message, subject: evil, title: evil, items: [evil, '.'] };

    await write(mail, {
      server: 'smtp://localhost:PORT?tls=none',
      alert: { ...sample, message },
    });

    const [taken] = mail.taken;
    expect(mail.taken).toHaveLength(1);
    expect(taken?.to).toEqual(['ops@example.com', 'dev@example.com']);
    expect(headersOf(taken?.data).some((line) => /^bcc/i.test(line))).toBe(false);
    expect(mail.commands.filter((line) => /victim/.test(line))).toEqual([]);
    const [, html = ''] = taken?.data.split('text/html') ?? [];
    expect(html).toContain('&#60;script&#62;');
    expect(html).not.toContain('<script>');
  });

  it.each<[string, string, string, object]>([
    ['is full', 'RCPT', '452 4.2.2 hunter2', { family: 'transient' }],
    ['knows nobody of that name', 'RCPT', '550 5.1.1 hunter2', { family: 'stalled' }],
    ['is closed', 'MAIL', '421 4.3.2 hunter2', { family: 'transient' }],
    ['takes no such mail', '.', '554 5.7.1 hunter2', { family: 'stalled' }],
    ['greets with nonsense', 'CONNECT', 'HTTP/1.1 200 OK', { family: 'transient' }],
  ])('to a server that %s is judged by that', async (_name, word, answer, wanted) => {
    await using mail = await StandInMailServer.open({
      answer: (command) => (command.startsWith(word) ? answer : undefined),
    });
    const sending = write(mail, { server: 'smtp://localhost:PORT?tls=none' });

    await expect(sending).rejects.toMatchObject(wanted);
    await expect(sending).rejects.toThrow(/^(?!.*hunter2)localhost: not taken: /);
    expect(mail.taken).toEqual([]);
  });

  it('does not listen to an answer without an end', async () => {
    const endless = `250-${'x'.repeat(1000)}\r\n`.repeat(200);
    await using mail = await StandInMailServer.open({
      answer: (command) => (command.startsWith('EHLO') ? endless : undefined),
    });

    await expect(write(mail, { server: 'smtp://localhost:PORT?tls=none' })).rejects.toMatchObject({
      family: 'transient',
    });
  });

  it('is left when somebody stops, whatever the server is waiting for', async () => {
    const abort = new AbortController();
    await using mail = await StandInMailServer.open({
      answer: (command) => {
        if (command.startsWith('MAIL')) abort.abort(new Error('stopping'));
        return command.startsWith('MAIL') ? '' : undefined;
      },
    });
    const server = 'smtp://localhost:PORT?tls=none';

    await expect(write(mail, { server, signal: abort.signal })).rejects.toThrow('stopping');
  });
});

describe('parseMailServer', () => {
  it.each([
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, encryption: 'tls' }],
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, encryption: 'starttls' }],
    ['smtp://[2001:db8::1]:25?tls=none', { host: '2001:db8::1', port: 25, encryption: 'none' }],
    [
      'smtps://a%40b:p%3Aw@mail.example.com:2465\n',
      { host: 'mail.example.com', port: 2465, encryption: 'tls', user: 'a@b', password: 'p:w' },
    ],
  ])('reads %s', (text, server) => {
    expect(parseMailServer(text)).toEqual(server);
  });

  it.each([
    'hunter2',
    'https://user:hunter2@mail.example.com',
    'smtp://user:hunter2@mail.example.com?tls=none',
    'smtps://user:hunter2@mail.example.com?tls=none',
    'smtp://user:hunter2@mail.example.com?tls=maybe',
  ])('refuses %s, and shows nothing of it', (text) => {
    expect(() => parseMailServer(text)).toThrow(/^(?!.*hunter2)mail server: not used: /);
  });
});
