/** A bare HTTP client for whichever API server is under test. */

import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import type { Json } from '@trueup/diagnostics';

export interface ApiServer {
  readonly url: string;
  readonly token: string;
  /** PEM; absent for plain HTTP. */
  readonly ca?: Buffer;
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: Json | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** `undefined` when the text is not JSON. */
  readonly body: Json | undefined;
}

export async function ask(server: ApiServer, question: Ask): Promise<Answer> {
  const response = await open(server, question);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, text, body: tryJson(text) };
}

/** For watches: the answer as soon as it begins. */
export function open(server: ApiServer, question: Ask): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const url = new URL(question.path, server.url);
  const { body } = question;
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const sent = send(
    url,
    {
      method: question.method,
      ...(server.ca && { ca: server.ca }),
      ...(question.signal && { signal: question.signal }),
      headers: {
        authorization: `Bearer ${server.token}`,
        accept: 'application/json',
        'user-agent': 'contract/1',
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(textOf(body))),
        }),
        ...question.headers,
      },
    },
    resolve,
  );
  sent.on('error', reject);
  sent.end(body === undefined ? undefined : textOf(body));
  return promise;
}

function textOf(body: Json | string): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** The lines of a watch as they come, parsed. Ends with the answer, or when it is broken off. */
export async function* readEvents(response: IncomingMessage): AsyncGenerator<WatchEvent> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent;
  }
}

export interface WatchEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
  readonly object: any;
}

function tryJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The real server without controllers that a test bed has started, if there is one. */
export function realServer(environment: Environment): ApiServer | undefined {
  const { TRUEUP_BARE_SERVER: url, TRUEUP_BARE_TOKEN: token, TRUEUP_BARE_CA: ca } = environment;
  return url && token && ca ? { url, token, ca: readFileSync(ca) } : undefined;
}

/** The real cluster, controllers included, that a test bed has started, if there is one. */
export function realCluster(environment: Environment): ApiServer | undefined {
  const { TRUEUP_CLUSTER_SERVER: url, TRUEUP_CLUSTER_TOKEN: token } = environment;
  const { TRUEUP_CLUSTER_CA: ca } = environment;
  return url && token && ca ? { url, token, ca: readFileSync(ca) } : undefined;
}
