/**
 * Posts to programs, signed as Standard Webhooks asks (https://www.standardwebhooks.com): the
 * signature covers id, time and body, so that a receiver can tell who sent it, when, and whether it
 * has had it before. The id is the same for each attempt, the time is not.
 */
import { createHmac } from 'node:crypto';

import { type PostPorts, postMessage } from './post-message.ts';

export interface SignedDelivery {
  readonly url: string;
  /** Names what is delivered; the same for each attempt. */
  readonly id: string;
  readonly contentType: string;
  readonly body: string;
  /** `whsec_` and base64, or any text. */
  readonly key: string;
}

/** Resolves and rejects as {@link postMessage} does. */
export async function postSigned(delivery: SignedDelivery, ports: PostPorts): Promise<string> {
  const { url, contentType, body } = delivery;
  const headers = { 'content-type': contentType, ...signWebhook(delivery, ports.nowMs()) };
  return await postMessage({ url, headers, body }, ports);
}

/** The three headers that make a delivery a signed one. */
export function signWebhook(
  { id, body, key }: Pick<SignedDelivery, 'id' | 'body' | 'key'>,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', keyBytes(key))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

function keyBytes(key: string): Uint8Array {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(key.trim())?.[1];
  return encoded === undefined ? Buffer.from(key.trim()) : Buffer.from(encoded, 'base64');
}
