/**
 * A server on the loopback that takes messages as the services do which it stands in for, written from
 * what they publish about their interfaces:
 *
 * - `/slack`: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * - `/discord`: https://discord.com/developers/docs/resources/webhook#execute-webhook
 * - `/teams`: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors (workflows)
 * - `/` and `/topic`: https://docs.ntfy.sh/publish/#publish-as-json
 * - `/events`: CloudEvents 1.0 in structured mode, signed by https://www.standardwebhooks.com
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface TakenMessage {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes.
  readonly body: any;
}

/** In the place of an answer; `true` when it has seen to it. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

export class StandInHooks implements AsyncDisposable {
  readonly taken: TakenMessage[] = [];
  /** Everything that was asked, taken or not. */
  asked = 0;
  behave: Behaviour = () => false;
  /** Of `/events`. */
  readonly key: string = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async open(): Promise<StandInHooks> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandInHooks(server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked += 1;
    const chunks: Buffer[] = await Array.fromAsync(request);
    const text = Buffer.concat(chunks).toString();
    if (this.behave(request, response)) return;
    const message = { path: request.url ?? '', headers: request.headers, text, body: parse(text) };
    const verdict = judge(message, this.key);
    if (verdict.status < 300) this.taken.push(message);
    response.writeHead(verdict.status, { 'content-type': 'text/plain' }).end(verdict.says);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Verdict {
  readonly status: number;
  readonly says: string;
}

const refused = (status: number, says: string): Verdict => ({ status, says });

function judge(message: TakenMessage, key: string): Verdict {
  if (message.body === undefined) return refused(400, 'invalid_payload');
  switch (message.path) {
    case '/slack':
      return judgeSlack(message);
    case '/discord':
      return judgeDiscord(message);
    case '/teams':
      return judgeTeams(message);
    case '/events':
      return judgeEvent(message, key);
    case '/':
      return judgeNtfy(message);
    default:
      return refused(404, 'no_service');
  }
}

function isJson({ headers }: TakenMessage): boolean {
  return headers['content-type'] === 'application/json';
}

function judgeSlack(message: TakenMessage): Verdict {
  const { body } = message;
  if (!isJson(message)) return refused(400, 'invalid_payload');
  if (!(body.text || body.blocks || body.attachments)) return refused(400, 'no_text');
  if (String(body.text).length > 40_000) return refused(400, 'msg_too_long');
  return { status: 200, says: 'ok' };
}

function judgeDiscord(message: TakenMessage): Verdict {
  const { embeds = [], content } = message.body;
  if (!isJson(message) || !(embeds.length > 0 || content)) return refused(400, '{"code": 50006}');
  const sizes = embeds.map(({ title = '', description = '' }) => [
    String(title).length,
    String(description).length,
  ]);
  const fits = sizes.every(([title = 0, text = 0]: number[]) => title <= 256 && text <= 4096);
  return fits ? { status: 204, says: '' } : refused(400, '{"code": 50035}');
}

function judgeTeams(message: TakenMessage): Verdict {
  const { type, attachments } = message.body;
  const card = attachments?.[0];
  const isCard = card?.contentType === 'application/vnd.microsoft.card.adaptive';
  if (!isJson(message) || type !== 'message' || !isCard) return refused(400, 'BadRequest');
  if (message.text.length > 28 * 1024) return refused(413, 'too large');
  return card.content.type === 'AdaptiveCard'
    ? { status: 202, says: '' }
    : refused(400, 'BadRequest');
}

function judgeNtfy(message: TakenMessage): Verdict {
  const { topic, message: text, priority } = message.body;
  if (!/^[-_A-Za-z0-9]{1,64}$/.test(topic)) return refused(400, '{"code":40009}');
  if (Buffer.byteLength(text) > 4096 || !(priority >= 1 && priority <= 5)) {
    return refused(400, '{"code":40007}');
  }
  return { status: 200, says: '{"id":"x","event":"message"}' };
}

function judgeEvent(message: TakenMessage, key: string): Verdict {
  const { headers, text, body } = message;
  if (headers['content-type'] !== 'application/cloudevents+json; charset=utf-8') {
    return refused(415, 'unsupported');
  }
  const [id, at] = [headers['webhook-id'], headers['webhook-timestamp']];
  const wanted = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
    .update(`${String(id)}.${String(at)}.${text}`)
    .digest();
  const given = Buffer.from(String(headers['webhook-signature']).slice('v1,'.length), 'base64');
  const signed = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!signed) return refused(401, 'unauthorized');
  const required = ['id', 'source', 'specversion', 'type'].every((name) => body[name]);
  return required && body.id === id ? { status: 204, says: '' } : refused(400, 'invalid_event');
}
