import type { RestClock, SendRest } from '@trueup/forge-sdk';

import { type ConnectGithub, createGithubClients } from '../github-client.ts';
import { GithubStandIn } from './github-stand-in.ts';
import type { GithubStandInOptions } from './stand-in-context.ts';

export interface FakeGithubOptions extends GithubStandInOptions {
  readonly clock: RestClock;
}

/** The client with a GitHub in memory, and nothing between them. */
export function createFakeGithubClients({ clock, ...options }: FakeGithubOptions): ConnectGithub {
  const standIn = new GithubStandIn(options);
  const send: SendRest = async ({ url, method, headers, body }, signal) => {
    signal.throwIfAborted();
    const { pathname, search, searchParams } = new URL(url);
    const answer = standIn.answer({
      method,
      parts: pathname.split('/').slice(1).map(decodeURIComponent),
      target: `${pathname}${search}`,
      query: searchParams,
      headers,
      body: body === undefined ? undefined : JSON.parse(body),
    });
    return {
      status: answer.status,
      headers: new Map(Object.entries(answer.headers ?? {})),
      body: Buffer.from(answer.body === undefined ? '' : JSON.stringify(answer.body)),
    };
  };
  return createGithubClients({ send, clock, pageLength: 3 });
}
