import type { RestClock } from '@trueup/forge-sdk';
import { sendToStandIn } from '@trueup/forge-sdk/testing';

import { type ConnectGithub, createGithubClients } from '../github-client.ts';
import { GithubStandIn } from './github-stand-in.ts';
import type { GithubStandInOptions } from './stand-in-context.ts';

export interface FakeGithubOptions extends GithubStandInOptions {
  readonly clock: RestClock;
}

/** The client with a GitHub in memory, and nothing between them. */
export function createFakeGithubClients({ clock, ...options }: FakeGithubOptions): ConnectGithub {
  const standIn = new GithubStandIn(options);
  const send = sendToStandIn((request) => standIn.answer(request));
  return createGithubClients({ send, clock, pageLength: 3 });
}
