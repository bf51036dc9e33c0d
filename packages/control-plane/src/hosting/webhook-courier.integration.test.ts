import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { MemoryStore } from '@trueup/engine/testing';
import type { HostedEvent } from '@trueup/forge-hosted';
import { createOutbound, type Outbound } from '@trueup/outbound';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createIds } from '../ids/create-ids.ts';
import { readAll } from '../paging/read-all.ts';
import { deliveryPlace, readDelivery, type Webhook, webhookRecord } from './webhook.ts';
import { WebhookCourier, write } from './webhook-courier.ts';

const path = 'shop/gitops';
const by = { id: 'ada:1', login: 'ada' };
const push: HostedEvent = { kind: 'push', repository: path, by, branch: 'main', after: 'a' };

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let store: MemoryStore;
let outbound: Outbound;
let server: Server;
let received: Received[];
let status: number;
let nowMs: number;
let courier: WebhookCourier;
let newId: () => string;

beforeEach(async () => {
  store = new MemoryStore();
  received = [];
  status = 200;
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  newId = createIds(() => nowMs);
  outbound = createOutbound({ addresses: { allowLoopback: true } });
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  courier = open(outbound);
});

afterEach(async () => {
  await courier.stop(new Error('over'));
  await outbound[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

describe('a webhook', () => {
  it('is sent what it asks for, signed', async () => {
    await add({ events: ['push'] });

    await tell([push, { kind: 'comment', repository: path, by, number: 1 }]);

    await expect.poll(() => received.length).toBe(1);
    const [one] = received;
    const { readDelivery: read } = await forge();
    const request = { headers: one?.headers as never, body: Buffer.from(one?.body ?? '') };
    expect(read(request, ['the key'])).toMatchObject({
      kind: 'hints',
      hints: [{ kind: 'branch', repository: path, branch: 'main' }],
    });
    expect(one?.headers).toMatchObject({ 'x-trueup-event': 'push' });
    await expect.poll(states).toEqual(['sent']);
  });

  it('that fails for a while is tried again, later each time', async () => {
    await add({});
    status = 503;
    await tell([push]);
    await expect.poll(() => received.length).toBe(1);
    await expect.poll(async () => (await deliveries())[0]?.attempts).toBe(1);
    const [first] = await deliveries();
    expect(first).toMatchObject({ state: 'pending', failure: { code: 'ALERT_UNAVAILABLE' } });
    expect(Date.parse(first?.nextAt ?? '') - nowMs).toBeGreaterThanOrEqual(8000);

    status = 200;
    nowMs += 3600_000;
    await reopen();

    await expect.poll(states).toEqual(['sent']);
    expect(received[1]?.headers['x-trueup-delivery']).toBe(
      received[0]?.headers['x-trueup-delivery'],
    );
  });

  it('that refuses is given up, and sent again when somebody asks', async () => {
    await add({});
    status = 410;
    await tell([push]);
    await expect.poll(states).toEqual(['failed']);
    const [given] = await deliveries();
    status = 200;

    if (given) await courier.sendAgain(given);

    await expect.poll(states).toEqual(['sent']);
  });

  it('of this machine is refused by the guard', async () => {
    await using strict = createOutbound({ addresses: {} });
    await courier.stop(new Error('another one'));
    courier = open(strict);
    await add({});

    await tell([push]);

    await expect
      .poll(async () => (await deliveries())[0]?.failure?.code)
      .toBe('OUTBOUND_ADDRESS_REFUSED');
    expect(received).toEqual([]);
  });

  it('that is gone gets nothing any more, and one that hangs holds up no other', async () => {
    const gone = await add({ id: 'gone' });
    const deliveriesOfGone = await courier.compose([push]);
    const { place, id } = webhookRecord(gone);
    await store.commit([
      { kind: 'hosted-removed', key: { place, id } },
      ...deliveriesOfGone.map(write),
    ]);
    courier.take(deliveriesOfGone);

    await expect.poll(states).toEqual(['sent']);
    expect(received).toEqual([]);
  });

  it('without its secret says so', async () => {
    await add({ secret: 'missing' });

    await tell([push]);

    await expect.poll(async () => (await deliveries())[0]?.failure?.code).toBe('SECRET_MISSING');
  });
});

function open(means: Outbound): WebhookCourier {
  return new WebhookCourier({
    store,
    outbound: means,
    readSecret: async (name) => {
      if (name === 'hook-key') return 'the key\n';
      const { StalledError } = await import('@trueup/diagnostics');
      throw new StalledError('SECRET_MISSING', 'there is none');
    },
    now: () => nowMs,
    newId: () => newId(),
    random: () => 0.5,
    paths: async () => [path],
    onError: (error) => {
      throw error;
    },
  });
}

/** As after a restart. */
async function reopen(): Promise<void> {
  await courier.stop(new Error('restart'));
  courier = open(outbound);
  await courier.begin();
}

async function add(rest: Partial<Webhook>): Promise<Webhook> {
  const { port } = server.address() as AddressInfo;
  const webhook: Webhook = {
    id: 'hook-1',
    path,
    repository: 'gitops',
    url: `http://127.0.0.1:${port}/hook`,
    secret: 'hook-key',
    events: ['push', 'merge-request'],
    createdAt: '2026-01-01T00:00:00Z',
    ...rest,
  };
  await store.commit([{ kind: 'hosted', record: webhookRecord(webhook) }]);
  return webhook;
}

async function tell(events: readonly HostedEvent[]): Promise<void> {
  const composed = await courier.compose(events);
  await store.commit(composed.map(write));
  courier.take(composed);
}

async function deliveries() {
  const filter = { place: deliveryPlace(path), order: 'rising' } as const;
  const records = await readAll((page) => store.hostedRecords(filter, page));
  return await Promise.all(records.map(readDelivery));
}

async function states(): Promise<readonly unknown[]> {
  return (await deliveries()).map((one) => one?.state);
}

async function forge() {
  const { createHostedForge } = await import('@trueup/forge-hosted');
  return createHostedForge({ host: undefined as never });
}
