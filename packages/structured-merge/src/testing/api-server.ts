/** A client of a real API server, as small as the checks against it allow. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { parseExactJson } from '../values/go-json.ts';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  /** The server's clock. */
  readonly at: Date;
}

export interface ApiServer {
  readonly call: (call: Call) => Promise<Answer>;
  readonly close: () => void;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: Json;
  readonly type?: string;
}

/** What the test bed's `cluster start` prints; `undefined` when it says nothing about a server. */
export function connectApiServer(
  environment: Readonly<Record<string, string | undefined>>,
): ApiServer | undefined {
  const { TRUEUP_BARE_SERVER: server, TRUEUP_BARE_TOKEN: token } = environment;
  const { TRUEUP_BARE_CA: authority } = environment;
  if (!server || !token || !authority) return undefined;
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: readFileSync(authority) });
  return {
    call: (call) => send(new URL(call.path, server), { ...call, agent, token }),
    close: () => agent.destroy(),
  };
}

interface Sending extends Call {
  readonly agent: Agent;
  readonly token: string;
}

function send(url: URL, { agent, token, method, body, type }: Sending): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': type ?? 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const parsed = parseExactJson(Buffer.concat(chunks).toString('utf8'));
        const at = new Date(response.headers.date ?? 0);
        resolve({ status: response.statusCode ?? 0, body: isJsonObject(parsed) ? parsed : {}, at });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
