/**
 * Runs git's own server program for one request, as a CGI (git-http-backend(1), RFC 3875).
 *
 * S1. Nothing is held as a whole: the client's body goes to git as git takes it, and git's answer goes out
 *     as the client takes it.
 * S2. When the client goes, when the time is over or more comes than may, git is ended, and its children
 *     with it.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { TransientError } from '@trueup/diagnostics';
import type { RunningProgram } from '@trueup/programs';
import type { OwnRepository } from '@trueup/repository';

import { invalid } from '../translate-errors.ts';
import type { GitAnswer, GitRequest } from './git-request.ts';

export interface BackendLimits {
  /** For a whole request. */
  readonly timeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** Of what a client sends: a pack, and what it says before. */
  readonly bodyBytes: number;
}

export interface BackendRequest extends Omit<GitRequest, 'body' | 'path'> {
  readonly body: AsyncIterable<Buffer>;
  readonly repository: OwnRepository;
  /** Who asks, for git's own records. */
  readonly login: string;
  /** What errors name. */
  readonly subject: string;
}

const headBytes = 16 * 1024;

/** `ended` is called once, when nothing of git is left, and before the answer's body ends. */
export async function runBackend(
  request: BackendRequest,
  limits: BackendLimits,
  { signal, ended }: { readonly signal: AbortSignal; readonly ended: () => Promise<void> },
): Promise<GitAnswer> {
  const { repository, subject } = request;
  const call = {
    arguments: ['http-backend'],
    environment: composeCgi(request),
    settings: settingsOf(limits),
    drainMs: limits.timeoutMs,
  };
  const watch = new Watch(await repository.start(call, signal), limits, signal);
  const finished = watch.ended().then(ended);
  // Whoever reads the body hears of it there.
  finished.catch(() => undefined);
  const sending = send(request.body, watch, { most: limits.bodyBytes, subject });
  sending.catch(() => undefined);
  try {
    const chunks = watch.output();
    const { status, headers, rest } = await readHead(chunks, subject);
    const body = Readable.from(relay(chunks, { rest, sending, finished }), { objectMode: false });
    body.on('close', () => watch.quit());
    return { status, headers, body };
  } catch (error) {
    watch.quit();
    await finished;
    // That more was sent than may be says more than that git gave no answer.
    await sending;
    throw error;
  }
}

/** S2 */
class Watch {
  readonly program: RunningProgram;
  readonly #signal: AbortSignal;
  readonly #idleMs: number;
  readonly #timer: NodeJS.Timeout;
  #idle: NodeJS.Timeout;

  constructor(program: RunningProgram, { timeoutMs, idleMs }: BackendLimits, signal: AbortSignal) {
    this.program = program;
    this.#signal = signal;
    this.#idleMs = idleMs;
    this.#timer = setTimeout(this.quit, timeoutMs);
    this.#idle = setTimeout(this.quit, idleMs);
    program.stderr.resume();
    signal.addEventListener('abort', this.quit, { once: true });
    if (signal.aborted) this.quit();
  }

  /** Ends git, unless it has ended. What it has said and nobody has read is lost. */
  readonly quit = (): void => {
    this.program.stop({ kind: 'timed-out' });
    this.program.stdin.destroy();
    this.program.stdout.destroy();
  };

  /** Something moved. */
  readonly touch = (): void => {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(this.quit, this.#idleMs);
  };

  async *output(): AsyncGenerator<Buffer> {
    for await (const chunk of this.program.stdout) {
      this.touch();
      yield chunk;
    }
  }

  async ended(): Promise<void> {
    await this.program.ended.catch(() => undefined);
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    this.#signal.removeEventListener('abort', this.quit);
  }
}

interface Relay {
  readonly rest: Buffer;
  readonly sending: Promise<void>;
  readonly finished: Promise<void>;
}

async function* relay(
  chunks: AsyncGenerator<Buffer>,
  { rest, sending, finished }: Relay,
): AsyncGenerator<Buffer> {
  if (rest.length > 0) yield rest;
  yield* chunks;
  await sending;
  await finished;
}

/** S1. Git may close its input before it has read all: then nobody needs the rest. */
async function send(
  body: AsyncIterable<Buffer>,
  { program, touch, quit }: Watch,
  { most, subject }: { readonly most: number; readonly subject: string },
): Promise<void> {
  let length = 0;
  let tooLong = false;
  async function* bounded(): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      length += chunk.length;
      tooLong = length > most;
      if (tooLong) return;
      touch();
      yield chunk;
    }
  }
  try {
    await pipeline(bounded, program.stdin);
  } catch {
    // The client went, or git did: the answer tells, or nobody is there to be told.
    program.stdin.destroy();
  }
  if (!tooLong) return;
  quit();
  throw invalid(subject, `more than ${most} bytes were sent`);
}

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly rest: Buffer;
}

async function readHead(chunks: AsyncGenerator<Buffer>, subject: string): Promise<Head> {
  let text: Buffer = Buffer.alloc(0);
  while (text.length <= headBytes) {
    const end = text.indexOf('\r\n\r\n');
    if (end >= 0)
      return { ...parseHead(text.toString('latin1', 0, end)), rest: text.subarray(end + 4) };
    const { done, value } = await chunks.next();
    if (done === true) break;
    text = Buffer.concat([text, value]);
  }
  throw new TransientError('FORGE_GIT_FAILED', `${subject}: git gave no answer`, subject);
}

/** Only what git-http-backend writes: nothing else goes on to the client. */
const passedOn = new Set(['content-type', 'cache-control', 'expires', 'pragma']);

function parseHead(text: string): Omit<Head, 'rest'> {
  const fields = text.split('\r\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
  });
  const status = Number.parseInt(new Map(fields).get('status') ?? '200', 10);
  const headers = fields.filter(([name]) => passedOn.has(name));
  return {
    status: status >= 200 && status < 600 ? status : 500,
    headers: Object.fromEntries(headers),
  };
}

function composeCgi({
  repository,
  service,
  step,
  contentType = '',
  contentEncoding = '',
  gitProtocol = '',
  login,
}: BackendRequest): Readonly<Record<string, string>> {
  const action = `git-${service}`;
  return {
    GIT_PROJECT_ROOT: repository.path,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: step === 'refs' ? '/info/refs' : `/${action}`,
    QUERY_STRING: step === 'refs' ? `service=${action}` : '',
    REQUEST_METHOD: step === 'refs' ? 'GET' : 'POST',
    CONTENT_TYPE: /^[\w/.+-]{1,100}$/.test(contentType) ? contentType : '',
    HTTP_CONTENT_ENCODING: /^(?:x-)?gzip$/.test(contentEncoding) ? contentEncoding : '',
    GIT_PROTOCOL: /^[\w=:.-]{1,100}$/.test(gitProtocol) ? gitProtocol : '',
    REMOTE_USER: login.replaceAll(/[^\w.@-]/g, '-'),
    REMOTE_ADDR: 'localhost',
  };
}

function settingsOf({ bodyBytes }: BackendLimits): readonly (readonly [string, string])[] {
  return [
    ['http.receivepack', 'true'],
    // Files of a repository by their paths: only what smart HTTP says is served.
    ['http.getanyfile', 'false'],
    ['receive.maxInputSize', String(bodyBytes)],
    ['receive.autogc', 'false'],
    ['uploadpack.allowFilter', 'true'],
    // Heads of merge requests, what is kept, whatever else is ours: nobody sees or writes it.
    ['transfer.hideRefs', 'refs/'],
    ['transfer.hideRefs', '!refs/heads/'],
    ['transfer.hideRefs', '!refs/tags/'],
  ];
}
