import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { text } from 'node:stream/consumers';

import { type SandboxOptions, startSandbox } from '@trueup/sandbox-kubernetes';

/** What an API server answered. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
  readonly body: any;
}

export interface WatchedEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
  readonly object: any;
}

/** A cluster that a test may use alone, as far as it stays in its own namespaces. */
export interface TestCluster {
  readonly kind: 'sandbox' | 'real';
  readonly kubeconfig: string;
  readonly context: string;
  request(method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
  /** Tells of all that happens to the objects at `path` from when it returns, until it is disposed. */
  watch(path: string, onEvent: (event: WatchedEvent) => void): Promise<Disposable>;
  close(): Promise<void>;
}

/** A sandbox of its own for every test file. */
export async function openSandbox(options: SandboxOptions = {}): Promise<TestCluster> {
  const sandbox = await startSandbox({ ...options, name: 'test' });
  return {
    kind: 'sandbox',
    kubeconfig: sandbox.kubeconfig(),
    context: 'test',
    request: (method, path, body, type) => send(sandbox.url, { method, path, body, type }),
    watch: (path, onEvent) => follow(sandbox.url, { path, onEvent }),
    close: () => sandbox.close(),
  };
}

/** The test bed's API server, where there is one. */
export function realCluster(): TestCluster | undefined {
  const { KUBECONFIG, TRUEUP_CLUSTER_SERVER, TRUEUP_CLUSTER_TOKEN, TRUEUP_CLUSTER_CA } =
    process.env;
  if (!(KUBECONFIG && TRUEUP_CLUSTER_SERVER && TRUEUP_CLUSTER_TOKEN && TRUEUP_CLUSTER_CA)) {
    return undefined;
  }
  const ca = readFileSync(TRUEUP_CLUSTER_CA, 'utf8');
  const secure = { ca, token: TRUEUP_CLUSTER_TOKEN };
  return {
    kind: 'real',
    kubeconfig: readFileSync(KUBECONFIG, 'utf8'),
    context: 'testbed',
    request: (method, path, body, type) =>
      send(TRUEUP_CLUSTER_SERVER, { method, path, body, type, ...secure }),
    watch: (path, onEvent) => follow(TRUEUP_CLUSTER_SERVER, { path, onEvent, ...secure }),
    close: async () => undefined,
  };
}

/** The sandbox always, and a real API server where the test bed runs. */
export const clusters: readonly (readonly [string, () => Promise<TestCluster>])[] = [
  ['a sandbox', () => openSandbox()],
  ...(realCluster()
    ? [['a real API server', async () => realCluster() ?? openSandbox()] as const]
    : []),
];

interface Credentials {
  readonly ca?: string;
  readonly token?: string;
}

interface Sending extends Credentials {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly type: string | undefined;
}

async function send(server: string, sending: Sending): Promise<Answer> {
  const { method, path, body, type, ...credentials } = sending;
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers = content === undefined ? {} : { 'content-type': type ?? 'application/json' };
  const sent = call(new URL(path, server), { method, headers, ...credentials });
  sent.end(content);
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (!response) throw new Error(`${path}: no answer`);
  const answer = await text(response);
  return {
    status: response.statusCode ?? 0,
    body: answer === '' ? undefined : JSON.parse(answer),
  };
}

interface Following extends Credentials {
  readonly path: string;
  readonly onEvent: (event: WatchedEvent) => void;
}

async function follow(server: string, following: Following): Promise<Disposable> {
  const { path, onEvent, ...credentials } = following;
  const sent = call(new URL(`${path}?watch=1`, server), { method: 'GET', ...credentials });
  sent.end();
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (!response) throw new Error(`${path}: no answer`);
  let left = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${left}${chunk}`.split('\n');
    left = lines.pop() ?? '';
    for (const line of lines) onEvent(JSON.parse(line));
  });
  // It breaks when it is disposed; a test that misses events says so by itself.
  response.on('error', () => undefined);
  return { [Symbol.dispose]: () => void sent.destroy() };
}

interface Calling extends Credentials {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function call(url: URL, { method, headers, ca, token }: Calling): ClientRequest {
  const request = url.protocol === 'https:' ? secureRequest : plainRequest;
  return request(url, {
    method,
    headers: {
      accept: 'application/json',
      ...headers,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    agent: false,
    ...(ca && { ca }),
  });
}
