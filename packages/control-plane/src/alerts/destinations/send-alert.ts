/** Brings one message to its destination, in the form that it understands. */
import { formatJson, type JsonObject, StalledError } from '@trueup/diagnostics';
import {
  type AlertDestination,
  type AlertRecord,
  type AlertWords,
  composeCloudEvent,
  composeDiscord,
  composeEmail,
  composeNtfy,
  composeSlack,
  composeTeams,
  toWords,
} from '@trueup/engine';
import type { Outbound } from '@trueup/outbound';

import type { ReadSecret } from '../../stacks/resolve-secrets.ts';
import { type PostPorts, postMessage } from './post-message.ts';
import { sendEmail } from './send-email.ts';
import { postSigned } from './signed-webhook.ts';

export interface SendPorts {
  readonly outbound: Pick<Outbound, 'open' | 'guard'>;
  readonly readSecret: ReadSecret;
  readonly nowMs: () => number;
  /** Where people reach the server, for links. */
  readonly publicUrl?: string;
}

export type SentAlert = Pick<AlertRecord, 'id' | 'repository' | 'message' | 'repeats'>;

/**
 * Resolves with what the destination answered, in a few words without secrets.
 *
 * @throws TransientError and StalledError as `postMessage`, `sendEmail` and {@link ReadSecret} do, and
 * `ALERT_URL_INVALID` for a secret that is no URL.
 */
export async function sendAlert(
  alert: SentAlert,
  to: AlertDestination,
  { signal, ...ports }: SendPorts & { readonly signal: AbortSignal },
): Promise<string> {
  const words = toWords(alert, ports.publicUrl);
  const read = (name: string) => ports.readSecret(name, { kind: 'alert', name: alert.repository });
  const sending = { alert, words, read, ports: { ...ports, signal } };
  switch (to.kind) {
    case 'slack':
      return postJson(await addressOf(to.url, read), composeSlack(words, alert), sending);
    case 'teams':
      return postJson(await addressOf(to.url, read), composeTeams(words, alert), sending);
    case 'discord':
      return postJson(await addressOf(to.url, read), composeDiscord(words, alert), sending);
    case 'ntfy':
      return publish(to, sending);
    case 'email': {
      const { from, to: people } = to;
      const email = composeEmail(words, alert);
      const { id, message } = alert;
      const delivery = { from, to: people, id, event: message.event, email };
      return sendEmail({ ...delivery, server: await read(to.server.secret) }, { ...ports, signal });
    }
    case 'webhook':
      return postEvent(to, sending);
  }
}

interface Sending {
  readonly alert: SentAlert;
  readonly words: AlertWords;
  readonly read: (name: string) => Promise<string>;
  readonly ports: PostPorts;
}

function postJson(url: string, body: JsonObject, { ports }: Sending): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  return postMessage({ url, headers, body: formatJson(body) }, ports);
}

type DestinationOf<K extends AlertDestination['kind']> = Extract<
  AlertDestination,
  { readonly kind: K }
>;

/** The topic is the last part of the path; JSON is published to what comes before it. */
async function publish(to: DestinationOf<'ntfy'>, sending: Sending): Promise<string> {
  const { alert, words, read } = sending;
  const url = new URL(await addressOf(to.url, read));
  const [, before = '/', topic = ''] = /^(.*\/)([\w-]{1,64})\/?$/.exec(url.pathname) ?? [];
  if (topic === '') throw invalidUrl('it does not end with the name of a topic');
  url.pathname = before;
  return postJson(url.href, composeNtfy(words, { ...alert, topic }), sending);
}

async function postEvent(to: DestinationOf<'webhook'>, sending: Sending): Promise<string> {
  const { alert, words, read, ports } = sending;
  const url = await addressOf(to.url, read);
  const key = await read(to.signature.secret);
  const body = formatJson(composeCloudEvent(words, alert));
  const contentType = 'application/cloudevents+json; charset=utf-8';
  return postSigned({ url, id: alert.id, contentType, body, key }, ports);
}

/** Says nothing of what it holds. */
async function addressOf(
  url: string | { readonly secret: string },
  read: (name: string) => Promise<string>,
): Promise<string> {
  const text = (typeof url === 'string' ? url : await read(url.secret)).trim();
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw invalidUrl('it is no URL of http or https');
}

function invalidUrl(why: string): StalledError {
  return new StalledError('ALERT_URL_INVALID', `URL of an alert: not used: ${why}`);
}
