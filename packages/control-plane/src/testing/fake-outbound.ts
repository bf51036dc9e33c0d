import { StalledError } from '@trueup/diagnostics';
import type { Outbound, OutboundRequest, OutboundStream } from '@trueup/outbound';

/** What a place answers; `hang` for nothing at all. */
export type FakeAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'hang';

/** The outside without a network: takes what is posted, and answers 200 unless told otherwise. */
export class FakeOutbound implements Pick<Outbound, 'open' | 'guard'> {
  /** In the order of asking, refused or not. */
  readonly posted: { readonly url: string; readonly body: string; readonly status: number }[] = [];
  answer: (url: string) => FakeAnswer = () => ({ status: 200 });
  /** Called after each request. */
  told: () => void = () => undefined;
  readonly guard: Outbound['guard'] = {
    resolve: async (host) => {
      throw new StalledError('OUTBOUND_ADDRESS_REFUSED', `${host}: not connected`);
    },
    checkName: () => undefined,
  };

  async open(request: OutboundRequest, signal: AbortSignal): Promise<OutboundStream> {
    signal.throwIfAborted();
    const { url, body = '' } = request;
    const answer = this.answer(url);
    const status = answer === 'hang' ? 0 : answer.status;
    if (typeof body !== 'string') throw new Error(`${url}: only texts are posted here`);
    this.posted.push({ url, body, status });
    this.told();
    if (answer === 'hang') return await untilAborted(signal);
    return {
      status,
      headers: new Map(Object.entries(answer.headers ?? {})),
      url,
      body: ReadableStream.from<Uint8Array>([]),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  /** What was taken at this address: titles of messages of Slack. */
  titles(url: string): readonly string[] {
    const taken = this.posted.filter((one) => one.url === url && one.status === 200);
    return taken.map(({ body }) => String(JSON.parse(body).text));
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
