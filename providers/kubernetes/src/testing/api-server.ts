/** An HTTP server that answers as a test says, to see what the client does with it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterAccess, Credential } from '../client/cluster-access.ts';
import { type ClientOptions, openKubernetesClient } from '../client/open-kubernetes-client.ts';
import type { KubernetesClient } from '../kubernetes-client.ts';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (asked: Asked, response: ServerResponse) => void;

export class ApiServer {
  readonly asked: Asked[] = [];
  /** How many connections were opened. */
  connections = 0;
  readonly #server: Server;
  readonly #clients: KubernetesClient[] = [];

  constructor(answer: Answer) {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const asked = {
        method: request.method ?? '',
        url: new URL(request.url ?? '/', 'http://server'),
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      this.asked.push(asked);
      answer(asked, response);
    });
    this.#server.on('connection', () => {
      this.connections += 1;
    });
  }

  async connect(
    credential: Credential = { kind: 'none' },
    options: Partial<ClientOptions> = {},
  ): Promise<KubernetesClient> {
    if (!this.#server.listening) {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    }
    const { port } = this.#server.address() as AddressInfo;
    const access: ClusterAccess = {
      server: new URL(`http://127.0.0.1:${port}/base`),
      tls: { insecure: false },
      credential,
      namespace: 'default',
    };
    const client = openKubernetesClient(access, {
      concurrency: 4,
      requestTimeoutMs: 5000,
      watchIdleMs: 5000,
      exec: { searchPath: '', environment: {} },
      random: () => 0.5,
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-kubernetes-pf-flowschema-uid': 'flow',
  });
  response.end(JSON.stringify(body));
}

export function sendStatus(response: ServerResponse, code: number, reason: string): void {
  sendJson(response, { kind: 'Status', status: 'Failure', reason, code }, code);
}
