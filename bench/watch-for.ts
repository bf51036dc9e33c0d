import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';

import type { BareCluster } from './bare-cluster.ts';

/** Watches, as somebody else than the control plane, until the server tells something with `text`. */
export async function watchFor(
  { server, certificateAuthority, token }: BareCluster,
  path: string,
  text: string,
): Promise<{ readonly seen: Promise<void> }> {
  const headers = { authorization: `Bearer ${token}` };
  const watching = request(`${server}${path}`, { ca: certificateAuthority, headers }).end();
  const [answer]: IncomingMessage[] = await once(watching, 'response');
  if (!answer) throw new Error(`${path}: no answer`);
  const seen = readUntil(answer, text).finally(() => watching.destroy());
  return { seen };
}

async function readUntil(answer: IncomingMessage, text: string): Promise<void> {
  let read = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    read += String(chunk);
    if (read.includes(text)) return;
  }
  throw new Error(`The watch ended without ${text}.`);
}
