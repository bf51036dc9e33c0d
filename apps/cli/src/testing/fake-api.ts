/** A server that answers what it was told to, by method and path; everything else is not found. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface FakeApi extends AsyncDisposable {
  readonly url: string;
  /** What was asked that changes something: `POST /stacks/shop/web/pause {"reason":"x"}`. */
  readonly asked: readonly string[];
}

/** Of an answer that is a refusal. */
export interface FakeProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export type FakeAnswers = Readonly<Record<string, unknown>>;

export async function openFakeApi(answers: FakeAnswers): Promise<FakeApi> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const place = `${request.method} ${pathOf(request)}`;
    void text(request).then((body) => {
      if (request.method !== 'GET') asked.push(`${place} ${body}`.trimEnd());
      answer(response, answers[place] ?? { status: 404, code: 'NOT_FOUND', detail: place });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, body: unknown): void {
  if (isProblem(body)) {
    response.writeHead(body.status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ ...body, title: '', type: '', request: 'r' }));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.replace('/api/v1', '').replace(/\?.*$/, '');
}

function isProblem(body: unknown): body is FakeProblem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
