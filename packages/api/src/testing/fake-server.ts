export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

export type FakeAnswer = (request: SeenRequest, server: FakeServer) => Response | Promise<Response>;

/** Answers one request after the other, and nothing that it was not told to. */
export class FakeServer {
  readonly seen: SeenRequest[] = [];
  /** How many streams their reader has let go of. */
  cancelled = 0;
  readonly #answers: FakeAnswer[];

  constructor(answers: readonly FakeAnswer[]) {
    this.#answers = [...answers];
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const request = {
      method: init.method ?? 'GET',
      url: String(input),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === 'string' ? init.body : undefined,
      signal: init.signal ?? new AbortController().signal,
    };
    this.seen.push(request);
    const answer = this.#answers.shift();
    if (!answer) throw new Error(`Nobody expects ${request.method} ${request.url}.`);
    return answer(request, this);
  };
}

/** A text is taken as it is. */
export function answerWith(body: unknown): FakeAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return () => new Response(text, { headers: { 'content-type': 'application/json' } });
}

export function problemOf(status: number, code: string, detail: string): FakeAnswer {
  const body = { type: `about:blank#${code}`, title: code, status, code, detail, request: 'r1' };
  const headers = { 'content-type': 'application/problem+json; charset=utf-8' };
  return () => new Response(JSON.stringify(body), { status, headers });
}

/** Sends these texts, then ends; after `open` it stays open until it is let go. */
export function streamOf(...pieces: readonly string[]): FakeAnswer {
  return ({ signal }, server) => {
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        signal.addEventListener('abort', () => {
          server.cancelled += 1;
          controller.error(signal.reason);
        });
        for (const piece of pieces) {
          if (piece === 'open') return;
          controller.enqueue(encoder.encode(piece));
        }
        controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}
