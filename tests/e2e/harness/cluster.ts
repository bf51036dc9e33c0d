import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';

import { type SandboxOptions, startSandbox } from '@trueup/sandbox-kubernetes';

/** What an API server answered. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
  readonly body: any;
}

/** A cluster that a test may use alone, as far as it stays in its own namespaces. */
export interface TestCluster {
  readonly kind: 'sandbox' | 'real';
  readonly kubeconfig: string;
  readonly context: string;
  request(method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
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

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly type: string | undefined;
  readonly ca?: string;
  readonly token?: string;
}

function send(server: string, { method, path, body, type, ca, token }: Sending): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const url = new URL(path, server);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    accept: 'application/json',
    ...(text !== undefined && { 'content-type': type ?? 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const sent = (url.protocol === 'https:' ? secureRequest : plainRequest)(
    url,
    { method, headers, agent: false, ...(ca && { ca }) },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          body: answer === '' ? undefined : JSON.parse(answer),
        });
      });
    },
  );
  sent.on('error', reject);
  sent.end(text);
  return promise;
}
