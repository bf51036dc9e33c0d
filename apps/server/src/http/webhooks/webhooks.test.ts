import { biggerShop, MergeRequestBench } from '@trueup/control-plane/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';

import { listen } from '../../listen.ts';
import { openMetrics } from '../../metrics/metrics.ts';
import { createHttpServer } from '../create-http-server.ts';

type Delivery = ReturnType<MergeRequestBench['sign']>;

class WebhookBench implements AsyncDisposable {
  readonly requests: MergeRequestBench;
  readonly logged: string[] = [];
  readonly #stack = new AsyncDisposableStack();
  #url = '';

  constructor(requests: MergeRequestBench) {
    this.requests = requests;
  }

  static async open(failuresPerMinute = 1000): Promise<WebhookBench> {
    const bench = new WebhookBench(await MergeRequestBench.open());
    await bench.#start(failuresPerMinute);
    return bench;
  }

  async #start(failuresPerMinute: number): Promise<void> {
    this.#stack.use(this.requests);
    const { plane } = this.requests.plane;
    const metrics = openMetrics(plane);
    this.#stack.defer(() => metrics.close());
    const logger = pino({ level: 'debug' }, { write: (line) => this.logged.push(line) });
    const server = await createHttpServer({
      plane,
      logger,
      metrics,
      trustProxy: false,
      failuresPerMinute,
    });
    this.#stack.defer(() => server.close());
    this.#url = await listen(server, { host: '127.0.0.1', port: 0 });
  }

  /** What the server answers with. */
  async deliver({ headers, body }: Delivery, name = 'infra'): Promise<number> {
    const response = await fetch(`${this.#url}/api/v1/webhooks/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...stringsOf(headers) },
      body: new Uint8Array(body),
    });
    await response.text();
    return response.status;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

function stringsOf(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

const push = { kind: 'push', branch: 'main', commit: 'f'.repeat(40) } as const;

describe('a webhook', () => {
  it('that is signed makes Trueup look', async () => {
    await using bench = await WebhookBench.open();
    const { requests } = bench;
    const request = await requests.propose(biggerShop);
    await requests.untilComment(request, 'in 1 stack');
    const stranger = requests.world.createUser('stranger');
    requests.remote.comment(request.number, stranger, '/trueup plan');

    const { number } = request;
    expect(await bench.deliver(requests.delivery({ kind: 'comment', number }))).toBe(202);

    expect(await requests.untilComment(request, 'may not push')).toContain('`stranger`');
  });

  it('unsigned, or signed by somebody else, is refused, and says no more', async () => {
    await using bench = await WebhookBench.open();
    const delivery = bench.requests.delivery(push);

    expect(await bench.deliver({ ...delivery, headers: {} })).toBe(401);
    expect(await bench.deliver(bench.requests.delivery(push, { secret: 'guess' }))).toBe(401);
    expect(await bench.deliver(bench.requests.delivery(push, { secret: '' }))).toBe(401);
    expect(await bench.deliver(delivery, 'unknown')).toBe(401);
  });

  it('replayed is refused', async () => {
    await using bench = await WebhookBench.open();
    const delivery = bench.requests.delivery(push);

    expect(await bench.deliver(delivery)).toBe(202);
    expect(await bench.deliver(delivery)).toBe(409);
  });

  it('malformed is refused, whoever signed it', async () => {
    await using bench = await WebhookBench.open();

    for (const text of ['', 'no json', '[]', '{"repository":7}', '\ud800']) {
      const delivery = bench.requests.sign(new TextEncoder().encode(text));
      expect(await bench.deliver(delivery)).toBe(400);
    }
  });

  it('that is huge is refused before it is looked at', async () => {
    await using bench = await WebhookBench.open();
    const delivery = bench.requests.sign(new Uint8Array(1024 * 1024 + 1));

    expect(await bench.deliver(delivery)).toBe(413);
  });

  it('is not listened to from an address that guesses too often', async () => {
    await using bench = await WebhookBench.open(3);
    const wrong = bench.requests.delivery(push, { secret: 'guess' });
    const answers: number[] = [];
    for (let times = 0; times < 5; times += 1) answers.push(await bench.deliver(wrong));

    expect(answers).toContain(429);
  });
});
