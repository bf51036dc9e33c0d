/**
 * Talks JSON to a forge.
 *
 * R1. Nothing that does not have its shape gets past (`guardOf`).
 * R2. No error repeats an answer, a URL or a credential: it names the repository and the status.
 * R3. A rate limit is waited for where that is short, else told of with its time; whatever was
 *     refused by it was not carried out, so it may be sent again, writes included.
 * R4. Pages are followed on our own address, wherever the forge says that the next one lies: behind
 *     a proxy it often names an address of its own, and the credential must not go elsewhere.
 * R5. A write goes where the forge says that the repository is by now, as it is: browsers make a GET of
 *     a POST that meets 301, and Gitea answers so.
 */
import { type OperationError, StalledError, TransientError } from '@trueup/diagnostics';

import { RateLimitError } from '../rate-limit-error.ts';
import type { RestAnswer, RestClock, RestRequest, SendRest } from './rest-request.ts';
import { guardOf, type Shape } from './shape.ts';
import type { TagCache } from './tag-cache.ts';
import { translateStatus } from './translate-status.ts';

export interface RestOptions {
  readonly send: SendRest;
  readonly clock: RestClock;
  /** Root of the API without a slash at its end. */
  readonly apiUrl: string;
  /** With the credential. */
  readonly headers: Readonly<Record<string, string>>;
  /** What errors are about: the repository's path. */
  readonly subject: string;
  /** Milliseconds since 1970 when the forge answers again, if this answer is about a rate limit. */
  readonly readLimit: (answer: RestAnswer, nowMs: number) => number | undefined;
  /** What a status means on this forge, where that differs from {@link translateStatus}. */
  readonly translate?: (answer: RestAnswer, subject: string) => OperationError | undefined;
  /**
   * How a list tells that it goes on where it names no next page: the parameter that bounds a page, and
   * the header with the number of all items. Only for lists that are asked for with that parameter.
   */
  readonly counting?: { readonly parameter: string; readonly total: string };
  /** Without it nothing is asked conditionally. */
  readonly cache?: TagCache;
}

export type RestQuery = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RestWrite {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: RestQuery;
  readonly body?: object;
}

/** Paths begin with a slash, and their parts are encoded already. */
export interface RestClient {
  /** `undefined` for what is not there. */
  readonly find: <T>(
    shape: Shape<T>,
    path: string,
    query: RestQuery,
    signal: AbortSignal,
  ) => Promise<T | undefined>;
  /** The same page by page, where a page is more than a list. */
  readonly pages: <T>(
    shape: Shape<T>,
    path: string,
    query: RestQuery,
    signal: AbortSignal,
  ) => AsyncGenerator<T>;
  /** All pages, one after the other, in the forge's order. */
  readonly list: <T>(
    shape: Shape<readonly T[]>,
    path: string,
    query: RestQuery,
    signal: AbortSignal,
  ) => AsyncGenerator<T>;
  /** The answer to what was written, whatever its status; see {@link RestClient.read}. */
  readonly write: (request: RestWrite, signal: AbortSignal) => Promise<RestAnswer>;
  /** What a successful answer holds. Throws what any other one means. */
  readonly read: <T>(shape: Shape<T>, answer: RestAnswer) => Promise<T>;
  /** Throws what an answer without success means. */
  readonly check: (answer: RestAnswer) => void;
}

/** Longer than that, whoever called has better things to do. */
export const longestLimitMs = 30_000;
const mostAttempts = 4;
/** A repository that was renamed again and again is known by its newest path. */
const mostMoves = 3;
/** More than any forge has of what we ask for; a list without an end is an attack. */
const mostPages = 2000;

export function createRestClient(options: RestOptions): RestClient {
  const { send, clock, subject, cache } = options;

  async function exchange(request: RestRequest, signal: AbortSignal): Promise<RestAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      const answer = await send(request, signal);
      const until = options.readLimit(answer, clock.now());
      if (until === undefined) return answer;
      // A second more: the forge's clock is another one, and names whole seconds.
      const waitMs = Math.max(until - clock.now(), 0) + 1000;
      if (attempt >= mostAttempts || waitMs > longestLimitMs + 1000) {
        throw limited(until, subject);
      }
      await clock.wait(waitMs, signal);
    }
  }

  async function get(path: string, query: RestQuery, signal: AbortSignal): Promise<RestAnswer> {
    const url = `${options.apiUrl}${path}${formatQuery(query)}`;
    const key = `${options.headers['authorization'] ?? ''} ${url}`;
    const known = cache?.get(key);
    const tag = known?.headers.get('etag');
    const headers = { ...options.headers, ...(tag !== undefined && { 'if-none-match': tag }) };
    const answer = await exchange({ url, method: 'GET', headers }, signal);
    if (answer.status === 304 && known) return known;
    if (answer.status === 200) cache?.put(key, answer);
    return answer;
  }

  function check(answer: RestAnswer): void {
    if (answer.status >= 200 && answer.status < 300) return;
    throw options.translate?.(answer, subject) ?? translateStatus(answer.status, subject);
  }

  async function read<T>(shape: Shape<T>, answer: RestAnswer): Promise<T> {
    check(answer);
    const isOne = await guardOf(shape);
    const value = parse(answer.body, subject);
    if (isOne(value)) return value;
    const message = `${subject}: answer not read: it is not what this kind of forge answers`;
    throw new StalledError('FORGE_ANSWER_UNKNOWN', message, subject);
  }

  async function* pages<T>(
    shape: Shape<T>,
    path: string,
    query: RestQuery,
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    const place = new PagePlace(query, options.counting);
    for (let page = place.next; page; page = place.next) {
      if (place.page > mostPages) throw endless(subject);
      const answer = await get(path, page, signal);
      const content: T = await read(shape, answer);
      yield content;
      place.advance(answer, content);
    }
  }

  return {
    check,
    read,
    async find(shape, path, query, signal) {
      const answer = await get(path, query, signal);
      const isAbsent = answer.status === 404 || answer.status === 204;
      return isAbsent ? undefined : await read(shape, answer);
    },
    pages,
    async *list(shape, path, query, signal) {
      for await (const items of pages(shape, path, query, signal)) yield* items;
    },
    async write({ method, path, query = {}, body }, signal) {
      const url = `${options.apiUrl}${path}${formatQuery(query)}`;
      const headers = { ...options.headers, 'content-type': 'application/json' };
      const sent = { url, method, headers, ...(body && { body: JSON.stringify(body) }) };
      return await writeWhereItIs(sent, (request) => exchange(request, signal));
    },
  };
}

function parse(body: Uint8Array, subject: string): unknown {
  const json = tryParse(body);
  if (json) return json.value;
  const message = `${subject}: answer not read: it is no JSON`;
  throw new TransientError('FORGE_ANSWER_BROKEN', message, subject);
}

function tryParse(body: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return undefined;
  }
}

/** Where in a list we are. */
class PagePlace {
  /** What to ask for; `undefined` at the end. */
  next: RestQuery | undefined;
  page = 1;
  readonly #query: RestQuery;
  readonly #counting: RestOptions['counting'];
  #seen = 0;

  constructor(query: RestQuery, counting: RestOptions['counting']) {
    this.next = query;
    this.#query = query;
    this.#counting = counting;
  }

  advance(answer: RestAnswer, content: unknown): void {
    const length = Array.isArray(content) ? content.length : 0;
    this.#seen += length;
    this.page += 1;
    const isMore = length > 0 && this.#isCounted() && this.#totalOf(answer) > this.#seen;
    const counted = isMore ? { ...this.#query, page: this.page } : undefined;
    this.next = nextPage(answer) ?? counted;
  }

  #isCounted(): boolean {
    const { parameter } = this.#counting ?? {};
    return parameter !== undefined && this.#query[parameter] !== undefined;
  }

  #totalOf({ headers }: RestAnswer): number {
    return Number(headers.get(this.#counting?.total ?? '') ?? 0);
  }
}

/** R4: only the query counts (https://www.rfc-editor.org/rfc/rfc8288). */
function nextPage({ headers }: RestAnswer): RestQuery | undefined {
  const [, address] = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '') ?? [];
  const url = address === undefined ? null : URL.parse(address, 'https://forge.invalid');
  return url ? Object.fromEntries(url.searchParams) : undefined;
}

/** R5 */
async function writeWhereItIs(
  write: RestRequest,
  exchange: (request: RestRequest) => Promise<RestAnswer>,
): Promise<RestAnswer> {
  let request: RestRequest = { ...write, redirections: 'return' };
  for (let left = mostMoves; ; left -= 1) {
    const answer = await exchange(request);
    const next = left > 0 ? movedTo(answer, request) : undefined;
    if (next === undefined) return answer;
    request = { ...request, url: next };
  }
}

/** R5: on the same origin only, since the credential goes along. */
function movedTo({ status, headers }: RestAnswer, { url }: RestRequest): string | undefined {
  if (![301, 302, 307, 308].includes(status)) return undefined;
  const next = URL.parse(headers.get('location') ?? '', url);
  return next && next.origin === new URL(url).origin ? next.href : undefined;
}

function formatQuery(query: RestQuery): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return entries.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(entries))}`;
}

function limited(until: number, subject: string): RateLimitError {
  const retryAt = new Date(until).toISOString();
  const message = `${subject}: not done: the forge takes no more requests until ${retryAt}`;
  return new RateLimitError(message, retryAt, subject);
}

function endless(subject: string): StalledError {
  const message = `${subject}: list not read: it has more than ${mostPages} pages`;
  return new StalledError('FORGE_LIST_TOO_LONG', message, subject);
}
