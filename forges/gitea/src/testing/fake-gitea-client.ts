import type { RestClock, SendRest } from '@trueup/forge-sdk';
import { type ConnectGitea, createGiteaClients } from '../gitea-client.ts';
import { answerAsGitea, type GiteaStandInOptions } from './gitea-stand-in.ts';

export interface FakeGiteaOptions extends GiteaStandInOptions {
  readonly clock: RestClock;
}

/** The client with a Gitea in memory, and nothing between them. */
export function createFakeGiteaClients({ clock, ...options }: FakeGiteaOptions): ConnectGitea {
  const send: SendRest = async ({ url, method, headers, body }, signal) => {
    signal.throwIfAborted();
    const { pathname, search, searchParams } = new URL(url);
    const answer = answerAsGitea(options, {
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
  return createGiteaClients({ send, clock, pageLength: 3 });
}
