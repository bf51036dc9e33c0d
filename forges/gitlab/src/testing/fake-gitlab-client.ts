import type { RestClock } from '@trueup/forge-sdk';
import { sendToStandIn } from '@trueup/forge-sdk/testing';

import { type ConnectGitlab, createGitlabClients } from '../gitlab-client.ts';
import { answerAsGitlab, type GitlabStandInOptions } from './gitlab-stand-in.ts';

export interface FakeGitlabOptions extends GitlabStandInOptions {
  readonly clock: RestClock;
}

/** The client with a GitLab in memory, and nothing between them. */
export function createFakeGitlabClients({ clock, ...options }: FakeGitlabOptions): ConnectGitlab {
  const send = sendToStandIn((request) => answerAsGitlab(options, request));
  return createGitlabClients({ send, clock, pageLength: 3 });
}
