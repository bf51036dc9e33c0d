/**
 * Posts a message to a place on the web, and judges its answer by the status.
 *
 * - D1. A redirection is not followed: it would lead to a place that nobody wrote down.
 * - D2. Of an answer only its status and one bare word are looked at, so that a huge or hostile one
 *   costs nothing and is repeated nowhere (P5).
 * - D3. Whatever the place does, it is over after `timeoutMs`.
 */
import { StalledError, TransientError } from '@trueup/diagnostics';
import type { Outbound, OutboundHead, OutboundStream } from '@trueup/outbound';

export interface PostedMessage {
  /** May hold credentials; they are never shown. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostPorts {
  readonly outbound: Pick<Outbound, 'open'>;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** 20 seconds if absent. */
  readonly timeoutMs?: number;
}

/** Longer than any of these services takes on a bad day, short enough to give its slot to another. */
const usualTimeoutMs = 20_000;

/** An answer that asks to be left alone for a while. */
export class BusyError extends TransientError {
  /** Absent where it did not say for how long. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, host: string, retryAfterMs: number | undefined) {
    super('ALERT_BUSY', message, host);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Resolves with what the place answered, in a few words.
 *
 * @throws TransientError `ALERT_BUSY` for 429, and for 503 with a time; `ALERT_UNAVAILABLE` for 408, 425
 * and other 5xx; StalledError `ALERT_REDIRECTED`, `ALERT_REFUSED` for any other status; and as
 * `Outbound.open`.
 */
export async function postMessage(message: PostedMessage, ports: PostPorts): Promise<string> {
  const { url, headers, body } = message;
  const { timeoutMs = usualTimeoutMs } = ports;
  await using answer = await ports.outbound.open(
    {
      url,
      method: 'POST',
      headers: { accept: '*/*', ...headers },
      body,
      redirections: 'return',
      repeatable: false,
      limits: { timeoutMs, responseBytes: mostRead, attempts: 1 },
    },
    ports.signal,
  );
  if (answer.status >= 200 && answer.status < 300) return `answered ${answer.status}`;
  const word = await readWord(answer.body);
  throw refusal(answer, { word, nowMs: ports.nowMs() });
}

function refusal(
  { status, headers, url }: OutboundHead,
  { word, nowMs }: { readonly word: string; readonly nowMs: number },
): Error {
  const host = URL.parse(url)?.hostname ?? '';
  const said = `${host}: not taken: it answered ${status}${word === '' ? '' : ` (${word})`}`;
  if (status >= 300 && status < 400) {
    const message = `${host}: not taken: it redirects (${status}), which is not followed`;
    return new StalledError('ALERT_REDIRECTED', message, host);
  }
  const wishMs = parseRetryAfter(headers.get('retry-after'), nowMs);
  if (status === 429 || (status === 503 && wishMs !== undefined)) {
    return new BusyError(said, host, wishMs);
  }
  if (status >= 500 || status === 408 || status === 425) {
    return new TransientError('ALERT_UNAVAILABLE', said, host);
  }
  return new StalledError('ALERT_REFUSED', said, host);
}

/** In seconds or as a date. `undefined` for what is neither. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(at - nowMs, 0);
}

const mostRead = 1024;

/** Slack says `no_service`, for example. Sentences and markup may repeat anything. */
async function readWord(body: OutboundStream['body']): Promise<string> {
  try {
    for await (const chunk of body) {
      const text = new TextDecoder().decode(chunk.subarray(0, mostRead)).trim();
      return /^[a-z][a-z_]{2,39}$/.test(text) ? text : '';
    }
  } catch {
    // The status says enough.
  }
  return '';
}
