/** Lets things go wrong with requests, as tests ask for it. */

import type { Clock } from '../cluster/clock.ts';
import { ApiError } from '../http/api-error.ts';
import type { Call } from '../http/call.ts';
import type { Fault, FaultMatch, Refusal, Webhook } from './fault.ts';
import { isWrite, type RequestInfo } from './request-info.ts';

/** What is to happen with the connection. */
export type Verdict = 'answer' | 'drop-before' | 'drop-after';

interface Active {
  readonly fault: Fault;
  met: number;
}

export class FaultInjector {
  readonly #clock: Clock;
  #active: readonly Active[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what removes it. */
  add(fault: Fault): () => void {
    const active = { fault, met: 0 };
    this.#active = [...this.#active, active];
    return () => {
      this.#active = this.#active.filter((one) => one !== active);
    };
  }

  clear(): void {
    this.#active = [];
  }

  /**
   * Applies all faults that this request meets, in the order in which they were added.
   * @throws ApiError when one of them refuses it.
   */
  async meet(info: RequestInfo, call: Pick<Call, 'signal'>): Promise<Verdict> {
    if (this.#active.length === 0) return 'answer';
    let verdict: Verdict = 'answer';
    for (const active of this.#active) {
      if (!this.#hits(active, info)) continue;
      const { effect } = active.fault;
      switch (effect.kind) {
        case 'latency':
          await this.#sleep(effect.delayMs, call.signal);
          break;
        case 'status':
          throw refuse(effect, info);
        case 'drop':
          verdict = effect.when === 'before' ? 'drop-before' : 'drop-after';
          break;
        case 'webhook':
          await this.#callWebhook(effect, info, call.signal);
          break;
      }
    }
    return verdict;
  }

  #hits(active: Active, info: RequestInfo): boolean {
    const { match, times = Number.POSITIVE_INFINITY, after = 0, effect } = active.fault;
    if (effect.kind === 'webhook' && !isWrite(info.verb)) return false;
    if (!matches(match, info)) return false;
    active.met += 1;
    return active.met > after && active.met <= after + times;
  }

  async #callWebhook(hook: Webhook, info: RequestInfo, signal: AbortSignal): Promise<void> {
    const { name, outcome = 'admit', delayMs = 0, message = 'denied' } = hook;
    if (outcome === 'refuse-dry-run' && info.dryRun) {
      const text = `admission webhook ${JSON.stringify(name)} does not support dry run`;
      throw new ApiError(400, 'BadRequest', text);
    }
    await this.#sleep(delayMs, signal);
    if (outcome === 'deny') {
      const text = `admission webhook ${JSON.stringify(name)} denied the request: ${message}`;
      throw new ApiError(403, 'Forbidden', text);
    }
    if (outcome === 'unreachable') {
      const text = `failed calling webhook ${JSON.stringify(name)}: failed to call webhook: Post "https://${name}/": context deadline exceeded`;
      throw new ApiError(500, 'InternalError', `Internal error occurred: ${text}`, {
        details: { causes: [{ reason: '', message: text, field: '' }] },
      });
    }
  }

  async #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    if (delayMs <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.schedule(delayMs, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    cancel();
  }
}

function matches(match: FaultMatch | undefined, info: RequestInfo): boolean {
  if (!match) return true;
  const { verb, ...rest } = match;
  if (verb !== undefined && !(typeof verb === 'string' ? [verb] : verb).includes(info.verb))
    return false;
  const asked: Readonly<Record<string, string | boolean | undefined>> = rest;
  const actual: Readonly<Record<string, unknown>> = { ...info };
  return Object.entries(asked).every(
    ([name, value]) => value === undefined || actual[name] === value,
  );
}

const reasons: Readonly<Record<Refusal['code'], readonly [string, string]>> = {
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'forbidden'],
  404: ['NotFound', 'the server could not find the requested resource'],
  409: [
    'Conflict',
    'the object has been modified; please apply your changes to the latest version and try again',
  ],
  410: ['Expired', 'too old resource version'],
  429: ['TooManyRequests', 'too many requests, please try again later'],
  500: ['InternalError', 'Internal error occurred: told to fail'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'request did not complete within the requested timeout'],
};

function refuse(
  { code, retryAfterSeconds, message }: Refusal,
  { resource, name }: RequestInfo,
): ApiError {
  const [reason, text] = reasons[code];
  const [kind = '', ...group] = resource.split('.');
  return new ApiError(code, reason, message ?? text, {
    details: {
      ...(name !== '' && { name }),
      ...(group.length > 0 && { group: group.join('.') }),
      ...(kind !== '' && { kind }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  });
}
