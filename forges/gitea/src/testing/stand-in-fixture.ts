import {
  createWorldStage,
  type ForgeAbilities,
  type ForgeFixture,
  ForgeWorld,
  openStandInServer,
  type TestLine,
} from '@trueup/forge-sdk/testing';
import type { Outbound } from '@trueup/outbound';

import { createGiteaForge } from '../gitea-forge.ts';
import { deliverAsGitea, signAsGitea } from './gitea-deliveries.ts';
import { answerAsGitea } from './gitea-stand-in.ts';

export const giteaAbilities: ForgeAbilities = {
  mergeMethods: ['merge', 'squash', 'fast-forward'],
  commentedReviews: true,
  replacesVerdicts: false,
  nestedGroups: false,
  conditionalRequests: false,
  movesRepositories: true,
  signs: 'body',
};

const path = 'shop/gitops';
const token = 'gitea-token-0123456789abcdef';
const readerToken = 'gitea-reader-0123456789abcdef';
const pageLength = 3;

/** The adapter over HTTP with a stand-in on loopback. */
export async function openStandInFixture({
  clock,
  outbound,
  hasty,
}: TestLine<Outbound>): Promise<ForgeFixture> {
  clock.waits.length = 0;
  const world = new ForgeWorld();
  const own = world.createRepository(path);
  const self = { ...world.createUser('trueup') };
  const reader = { ...world.createUser('reader') };
  own.permissions.set(self.id, 'admin').set(reader.id, 'read');
  const tokens = new Map([
    [token, self],
    [readerToken, reader],
  ]);
  const server = await openStandInServer({
    answer: (request) => answerAsGitea({ world, tokens }, request),
    // Gitea has no limit of its own; what stands before it answers like this.
    limited: (ms) => ({ status: 429, headers: { 'retry-after': String(ms / 1000) } }),
  });
  const apiUrl = `${server.url}/api/v1`;

  return {
    forge: createGiteaForge({ outbound, clock, pageLength }),
    impatient: createGiteaForge({ outbound: hasty, clock, pageLength }),
    repository: { apiUrl, path, credential: { kind: 'token', token } },
    reader: { apiUrl, path, credential: { kind: 'token', token: readerToken } },
    self,
    token,
    stage: createWorldStage(world, path),
    faults: server,
    pageLength,
    deliver: (event, secret) => deliverAsGitea(path, event, secret),
    sign: (body, secret) => signAsGitea(body, secret),
    countRequests: () => server.counts.requests,
    countWrites: () => server.counts.writes,
    countUnchanged: () => server.counts.unchanged,
    waits: () => clock.waits,
    close: () => server.close(),
  };
}
