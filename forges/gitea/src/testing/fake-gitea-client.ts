import type { RestClock } from '@trueup/forge-sdk';
import { sendToStandIn } from '@trueup/forge-sdk/testing';
import { type ConnectGitea, createGiteaClients } from '../gitea-client.ts';
import { answerAsGitea, type GiteaStandInOptions } from './gitea-stand-in.ts';

export interface FakeGiteaOptions extends GiteaStandInOptions {
  readonly clock: RestClock;
}

/** The client with a Gitea in memory, and nothing between them. */
export function createFakeGiteaClients({ clock, ...options }: FakeGiteaOptions): ConnectGitea {
  const send = sendToStandIn((request) => answerAsGitea(options, request));
  return createGiteaClients({ send, clock, pageLength: 3 });
}
