import type { ContainersClient, EngineAnswer, EngineCall } from '../containers-client.ts';
import { EngineGoneError } from '../containers-client.ts';

/** A client of a real engine, with a line that can be cut and calls that can be refused. */
export class WrappedClient implements ContainersClient {
  readonly inner: ContainersClient;
  writes = 0;
  intervene: (call: EngineCall) => EngineAnswer | undefined = () => undefined;
  #link: 'up' | 'frozen' | 'down' = 'up';

  constructor(inner: ContainersClient) {
    this.inner = inner;
  }

  freeze(): void {
    this.#link = 'frozen';
  }

  unplug(): void {
    this.#link = 'down';
  }

  async call(call: EngineCall, signal: AbortSignal): Promise<EngineAnswer> {
    await this.#reach(signal);
    const decided = this.intervene(call);
    if (decided) return decided;
    if (call.method !== 'GET' && call.method !== 'HEAD') this.writes += 1;
    return this.inner.call(call, signal);
  }

  async *stream(
    call: EngineCall,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#reach(signal);
    yield* this.inner.stream(call, signal);
  }

  async close(): Promise<void> {
    await this.inner.close();
  }

  async #reach(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#link === 'down') throw new EngineGoneError('unreached', 'ECONNREFUSED');
    if (this.#link === 'up') return;
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    await promise;
  }
}
