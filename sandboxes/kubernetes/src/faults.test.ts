import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FaultEffect } from './faults/fault.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { map, maps, openSandbox, type SandboxClient } from './testing/sandbox-client.ts';
import { waitUntil } from './testing/watch-recorder.ts';

describe('faults', () => {
  let client: SandboxClient;

  beforeEach(async () => {
    client = await openSandbox({ controllers: false });
  });

  afterEach(() => client[Symbol.asyncDispose]());

  it.each<[number, string]>([
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [409, 'Conflict'],
    [410, 'Expired'],
    [429, 'TooManyRequests'],
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
    [504, 'Timeout'],
  ])('refuse with %i, and write nothing', async (code, reason) => {
    client.sandbox.addFault({
      match: { verb: 'apply', resource: 'configmaps' },
      times: 1,
      effect: { kind: 'status', code } as FaultEffect,
    });

    const refused = await client.apply(`${maps}/a`, map('a'));

    expect(refused.body).toMatchObject({ kind: 'Status', code, reason });
    expect((await client.send('GET', `${maps}/a`)).status).toBe(404);
    expect((await client.apply(`${maps}/a`, map('a'))).status).toBe(201);
  });

  it('say when to come again', async () => {
    client.sandbox.addFault({ effect: { kind: 'status', code: 429, retryAfterSeconds: 7 } });

    const refused = await client.send('GET', maps);

    expect(refused.headers['retry-after']).toBe('7');
    expect(refused.body).toMatchObject({ details: { retryAfterSeconds: 7 } });
  });

  it('meet only what they match, as often as they should', async () => {
    const remove = client.sandbox.addFault({
      match: { verb: ['get', 'list'], namespace: 'default', name: 'a' },
      after: 1,
      times: 1,
      effect: { kind: 'status', code: 500 },
    });
    await client.apply(`${maps}/a`, map('a'));

    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1)
      statuses.push((await client.send('GET', `${maps}/a`)).status);
    remove();

    expect(statuses).toEqual([200, 500, 200]);
    expect((await client.send('GET', maps)).status).toBe(200);
  });

  it('break connections before a write', async () => {
    client.sandbox.addFault({
      match: { verb: 'apply' },
      times: 1,
      effect: { kind: 'drop', when: 'before' },
    });

    await expect(client.apply(`${maps}/a`, map('a'))).rejects.toThrow(/socket hang up|ECONNRESET/);

    expect((await client.send('GET', `${maps}/a`)).status).toBe(404);
  });

  it('break connections after a write, which has happened', async () => {
    client.sandbox.addFault({
      match: { verb: 'apply' },
      times: 1,
      effect: { kind: 'drop', when: 'after' },
    });

    await expect(client.apply(`${maps}/a`, map('a'))).rejects.toThrow(/socket hang up|ECONNRESET/);

    expect((await client.send('GET', `${maps}/a`)).status).toBe(200);
  });

  it('are webhooks that deny, cannot be reached, or refuse dry runs', async () => {
    const { sandbox } = client;
    const outcomeOf = async (
      outcome: 'deny' | 'unreachable' | 'refuse-dry-run',
      query: string,
    ): Promise<unknown> => {
      sandbox.clearFaults();
      sandbox.addFault({
        effect: { kind: 'webhook', name: 'check.example.com', outcome, message: 'no' },
      });
      const { status, body } = await client.apply(`${maps}/${outcome}`, map(outcome), query);
      return [status, (body as { message?: string }).message];
    };

    expect(await outcomeOf('deny', '')).toEqual([
      403,
      'admission webhook "check.example.com" denied the request: no',
    ]);
    expect(await outcomeOf('unreachable', '')).toEqual([
      500,
      expect.stringContaining('failed calling webhook "check.example.com"'),
    ]);
    expect(await outcomeOf('refuse-dry-run', 'dryRun=All')).toEqual([
      400,
      'admission webhook "check.example.com" does not support dry run',
    ]);
    expect(await outcomeOf('refuse-dry-run', '')).toEqual([201, undefined]);
    expect((await client.send('GET', maps)).status).toBe(200);
  });

  it('drop watches, in good order or not', async () => {
    await using calm = await client.watch(`${maps}?watch=1`);
    await using rough = await client.watch('/api/v1/secrets?watch=1');
    await waitUntil(() => client.sandbox.requests.count({ verb: 'watch' }) === 2);

    const dropped = client.sandbox.dropWatches({ resource: '/configmaps' });
    await calm.end();
    const broken = client.sandbox.dropWatches({ abruptly: true });
    await rough.end();

    expect([dropped, broken]).toEqual([1, 1]);
  });

  it('make the past too old', async () => {
    const { body } = await client.apply(`${maps}/a`, map('a'));
    const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
    await client.apply(`${maps}/b`, map('b'));
    const page = await client.get(`${maps}?limit=1`);

    await client.apply(`${maps}/c`, map('c'));
    client.sandbox.compact();
    const late = await client.send('GET', `${maps}?limit=1&continue=${page.metadata.continue}`);
    await using watch = await client.watch(`${maps}?watch=1&resourceVersion=${resourceVersion}`);
    const [event] = await watch.take(1);

    expect(late.body).toMatchObject({
      code: 410,
      reason: 'Expired',
      metadata: { continue: expect.any(String) },
    });
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    const { metadata } = late.body as { metadata: { continue: string } };
    const rest = await client.get(`${maps}?continue=${metadata.continue}`);
    expect(rest.items.map((one: { metadata: { name: string } }) => one.metadata.name)).toEqual([
      'b',
      'c',
    ]);
  });
});

describe('latency', () => {
  it('holds a request for its time', async () => {
    const clock = new ManualClock();
    await using client = await openSandbox({ controllers: false, clock });
    client.sandbox.addFault({ effect: { kind: 'latency', delayMs: 5000 } });
    let answered = false;

    const waiting = client.send('GET', maps).then((answer) => {
      answered = true;
      return answer.status;
    });
    while (!answered) {
      clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(await waiting).toBe(200);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-01-01T00:00:05Z'));
  });
});

describe('the log of requests', () => {
  it('counts by verb, resource and dry run', async () => {
    await using client = await openSandbox({ controllers: false });
    const { requests } = client.sandbox;

    await client.apply(`${maps}/a`, map('a'), 'dryRun=All');
    await client.apply(`${maps}/a`, map('a'));
    await client.change(`${maps}/a`, { data: { a: 'b' } });
    await client.send('GET', `${maps}/none`);
    await client.send('GET', '/version');

    expect(requests.countByVerb()).toEqual({ apply: 2, patch: 1, get: 1, document: 1 });
    expect(requests.count({ verb: 'apply', dryRun: true })).toBe(1);
    expect(
      requests.count({ verb: ['apply', 'patch'], resource: 'configmaps', dryRun: false }),
    ).toBe(2);
    expect(requests.records().map(({ verb, name, status }) => `${verb} ${name} ${status}`)).toEqual(
      ['apply a 201', 'apply a 201', 'patch a 200', 'get none 404', 'document  200'],
    );
    requests.reset();
    expect(requests.count()).toBe(0);
  });
});
