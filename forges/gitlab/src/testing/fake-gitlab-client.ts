import type { RestClock, SendRest } from '@trueup/forge-sdk';

import { type ConnectGitlab, createGitlabClients } from '../gitlab-client.ts';
import { answerAsGitlab, type GitlabStandInOptions } from './gitlab-stand-in.ts';

export interface FakeGitlabOptions extends GitlabStandInOptions {
  readonly clock: RestClock;
}

/** The client with a GitLab in memory, and nothing between them. */
export function createFakeGitlabClients({ clock, ...options }: FakeGitlabOptions): ConnectGitlab {
  const send: SendRest = async ({ url, method, headers, body }, signal) => {
    signal.throwIfAborted();
    const { pathname, search, searchParams } = new URL(url);
    const answer = answerAsGitlab(options, {
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
  return createGitlabClients({ send, clock, pageLength: 3 });
}
