import { Readable } from 'node:stream';

import { StalledError } from '@trueup/diagnostics';
import type { AlertDestination } from '@trueup/engine';
import { sampleAlert } from '@trueup/engine/testing';
import { createOutbound, type OutboundOptions } from '@trueup/outbound';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { StandInHooks } from '../testing/stand-in-hooks.ts';
import { parseRetryAfter, postMessage } from './post-message.ts';
import { sendAlert } from './send-alert.ts';

let hooks: StandInHooks;

beforeEach(async () => {
  hooks = await StandInHooks.open();
});

afterEach(async () => {
  await hooks[Symbol.asyncDispose]();
});

const alert = sampleAlert('alert-1');
const nowMs = Date.parse('2026-03-04T05:06:07Z');

interface SendOptions {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly addresses?: OutboundOptions['addresses'];
  readonly signal?: AbortSignal;
}

async function send(to: AlertDestination, options: SendOptions = {}): Promise<string> {
  const { secrets = {}, signal = new AbortController().signal } = options;
  const addresses = options.addresses ?? { trustedHosts: ['127.0.0.1'] };
  await using outbound = createOutbound({ addresses });
  return await sendAlert(alert, to, {
    outbound,
    nowMs: () => nowMs,
    publicUrl: 'https://trueup.example.com',
    readSecret: async (name, use) => {
      const value = use.kind === 'alert' && use.name === 'infra' ? secrets[name] : undefined;
      if (value === undefined) throw new StalledError('SECRET_MISSING', 'there is none');
      return value;
    },
    signal,
  });
}

function slack(path = '/slack') {
  const to = { kind: 'slack', url: { secret: 'hook' } } as const;
  return [to, { secrets: { hook: hooks.url(path) } }] as const;
}

describe('a message', () => {
  it.each(['slack', 'teams', 'discord'] as const)('is taken by %s', async (kind) => {
    const to = { kind, url: { secret: 'hook' } } as const;

    const answer = await send(to, { secrets: { hook: `${hooks.url(`/${kind}`)}\n` } });

    expect(answer).toMatch(/^answered 20\d$/);
    expect(hooks.taken).toHaveLength(1);
    expect(hooks.taken[0]?.text).toMatch(/infra\/shop(?:\\\\)?: run failed/);
    expect(hooks.taken[0]?.text).toContain('https://trueup.example.com/runs/r1');
  });

  it('is published to a topic of ntfy, with its token', async () => {
    await send(
      { kind: 'ntfy', url: { secret: 'topic' } },
      { secrets: { topic: `http://:tk_secret@127.0.0.1:${hooks.port}/ops-alerts` } },
    );

    const [taken] = hooks.taken;
    expect(taken?.path).toBe('/');
    expect(taken?.body).toMatchObject({ topic: 'ops-alerts', priority: 4 });
    expect(taken?.headers.authorization).toBe(
      `Basic ${Buffer.from(':tk_secret').toString('base64')}`,
    );
  });

  it('is a signed CloudEvent for programs, with its id and its time', async () => {
    await send(
      { kind: 'webhook', url: hooks.url('/events'), signature: { secret: 'key' } },
      { secrets: { key: hooks.key } },
    );

    const [taken] = hooks.taken;
    expect(taken?.headers['webhook-id']).toBe('alert-1');
    expect(taken?.headers['webhook-timestamp']).toBe(String(nowMs / 1000));
    expect(taken?.body).toMatchObject({ id: 'alert-1', type: 'dev.trueup.run.failed' });
  });

  it('with another key is not taken', async () => {
    const to = {
      kind: 'webhook',
      url: hooks.url('/events'),
      signature: { secret: 'key' },
    } as const;

    await expect(send(to, { secrets: { key: 'another' } })).rejects.toMatchObject({
      code: 'ALERT_REFUSED',
      message: '127.0.0.1: not taken: it answered 401 (unauthorized)',
    });
    expect(hooks.taken).toEqual([]);
  });

  it('is never sent where a secret may not be used, or is none', async () => {
    const [to] = slack();

    await expect(send(to)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await expect(send(to, { secrets: { hook: 'hunter2' } })).rejects.toMatchObject({
      code: 'ALERT_URL_INVALID',
      message: expect.not.stringContaining('hunter2'),
    });
    expect(hooks.asked).toBe(0);
  });
});

describe('a destination', () => {
  it.each([
    [500, {}, { family: 'transient', code: 'ALERT_UNAVAILABLE' }],
    [503, {}, { family: 'transient', code: 'ALERT_UNAVAILABLE' }],
    [503, { 'retry-after': '7' }, { code: 'ALERT_BUSY', retryAfterMs: 7000 }],
    [408, {}, { family: 'transient', code: 'ALERT_UNAVAILABLE' }],
    [404, {}, { family: 'stalled', code: 'ALERT_REFUSED' }],
    [410, {}, { family: 'stalled', code: 'ALERT_REFUSED' }],
    [429, {}, { family: 'transient', code: 'ALERT_BUSY', retryAfterMs: undefined }],
    [429, { 'retry-after': '7' }, { code: 'ALERT_BUSY', retryAfterMs: 7000 }],
    [
      429,
      { 'retry-after': new Date(nowMs + 60_000).toUTCString() },
      { code: 'ALERT_BUSY', retryAfterMs: 60_000 },
    ],
  ])('that answers %d %j is judged by that', async (status, headers, wanted) => {
    hooks.behave = (_request, response) => {
      response.writeHead(status, headers).end('<html>your token hunter2 is wrong</html>');
      return true;
    };

    const sending = send(...slack());

    await expect(sending).rejects.toMatchObject(wanted);
    await expect(sending).rejects.toMatchObject({
      message: expect.not.stringContaining('hunter2'),
    });
    expect(hooks.asked).toBe(1);
  });

  it('that redirects - to a metadata address, say - is not followed', async () => {
    hooks.behave = (_request, response) => {
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end();
      return true;
    };

    await expect(send(...slack())).rejects.toMatchObject({ code: 'ALERT_REDIRECTED' });
    expect(hooks.asked).toBe(1);
  });

  it('that answers without an end costs nothing', async () => {
    const piece = Buffer.alloc(65_536);
    let written = 0;
    hooks.behave = (request, response) => {
      const endless = new Readable({
        read() {
          written += piece.length;
          this.push(piece);
        },
      });
      response.on('close', () => endless.destroy());
      response.writeHead(request.url === '/slack' ? 200 : 500);
      endless.pipe(response);
      return true;
    };

    expect(await send(...slack())).toBe('answered 200');
    await expect(send(...slack('/other'))).rejects.toMatchObject({ code: 'ALERT_UNAVAILABLE' });
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it('that says nothing is left after a while', async () => {
    hooks.behave = () => true;
    await using outbound = createOutbound({ addresses: { trustedHosts: ['127.0.0.1'] } });
    const { signal } = new AbortController();

    const posting = postMessage(
      { url: hooks.url('/slack'), headers: {}, body: '{}' },
      { outbound, nowMs: () => nowMs, signal, timeoutMs: 50 },
    );

    await expect(posting).rejects.toMatchObject({
      family: 'transient',
      code: 'OUTBOUND_TIMED_OUT',
    });
  });

  it('that says nothing is left when somebody stops', async () => {
    hooks.behave = () => true;
    const abort = new AbortController();
    const [to, options] = slack();

    const sending = send(to, { ...options, signal: abort.signal });
    abort.abort(new Error('stopping'));

    await expect(sending).rejects.toThrow('stopping');
  });

  it.each([
    ['loopback', 'http://127.0.0.1:PORT/slack'],
    ['loopback by name', 'http://localhost:PORT/slack'],
    ['loopback in IPv6', 'http://[::1]:PORT/slack'],
    ['the metadata of a cloud', 'http://169.254.169.254/latest'],
    ['a private network', 'http://10.0.0.1/slack'],
  ])('in %s is not connected to unless the operator says so', async (_name, url) => {
    const hook = url.replace('PORT', String(hooks.port));
    const [to] = slack();

    await expect(send(to, { secrets: { hook }, addresses: {} })).rejects.toMatchObject({
      code: 'OUTBOUND_ADDRESS_REFUSED',
    });
    expect(hooks.asked).toBe(0);
  });
});

describe('parseRetryAfter', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['1e9', undefined],
    ['0', 0],
    ['1.5', 1500],
    ['Wed, 04 Mar 2026 05:06:08 GMT', 1000],
    ['Wed, 04 Mar 2020 05:06:08 GMT', 0],
    ['9'.repeat(30), undefined],
  ])('reads %j as %j ms', (text, ms) => {
    expect(parseRetryAfter(text, nowMs)).toBe(ms);
  });
});
