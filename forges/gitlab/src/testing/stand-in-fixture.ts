import {
  createWorldStage,
  type ForgeAbilities,
  type ForgeFixture,
  ForgeWorld,
  openStandInServer,
  type TestLine,
} from '@trueup/forge-sdk/testing';
import type { Outbound } from '@trueup/outbound';

import { createGitlabForge } from '../gitlab-forge.ts';
import { deliverAsGitlab, signAsGitlab } from './gitlab-deliveries.ts';
import { answerAsGitlab } from './gitlab-stand-in.ts';

/** Of a project that merges by commits; another one only fast-forwards. */
export const mergingAbilities: ForgeAbilities = {
  mergeMethods: ['merge', 'squash'],
  commentedReviews: false,
  replacesVerdicts: true,
  nestedGroups: true,
  conditionalRequests: true,
  movesRepositories: true,
  signs: 'token',
};

export const fastAbilities: ForgeAbilities = {
  ...mergingAbilities,
  mergeMethods: ['fast-forward', 'squash'],
};

const path = 'shop/platform/gitops';
const token = 'glpat-0123456789abcdef';
const readerToken = 'glpat-reader-0123456789abcdef';
const pageLength = 3;

/** The adapter over HTTP with a stand-in on loopback. */
export async function openStandInFixture(
  { clock, outbound, hasty }: TestLine<Outbound>,
  { mergeMethods }: ForgeAbilities,
): Promise<ForgeFixture> {
  clock.waits.length = 0;
  const world = new ForgeWorld();
  const own = world.createRepository(path);
  own.mergeMethods.clear();
  for (const method of mergeMethods) own.mergeMethods.add(method);
  const self = { ...world.createUser('trueup') };
  const reader = { ...world.createUser('reader') };
  own.permissions.set(self.id, 'admin').set(reader.id, 'read');
  const tokens = new Map([
    [token, self],
    [readerToken, reader],
  ]);
  const server = await openStandInServer({
    answer: (request) => answerAsGitlab({ world, tokens }, request),
    limited: (ms) => ({
      status: 429,
      headers: {
        'retry-after': String(ms / 1000),
        'ratelimit-reset': String(Math.ceil((Date.now() + ms) / 1000)),
      },
      body: { message: 'Retry later' },
    }),
    tags: true,
  });
  const apiUrl = `${server.url}/api/v4`;

  return {
    forge: createGitlabForge({ outbound, clock, pageLength }),
    impatient: createGitlabForge({ outbound: hasty, clock, pageLength }),
    repository: { apiUrl, path, credential: { kind: 'token', token } },
    reader: { apiUrl, path, credential: { kind: 'token', token: readerToken } },
    self,
    token,
    stage: createWorldStage(world, path),
    faults: server,
    pageLength,
    deliver: (event, secret) => deliverAsGitlab(path, event, secret),
    sign: (body, secret) => signAsGitlab(body, secret),
    countRequests: () => server.counts.requests,
    countWrites: () => server.counts.writes,
    countUnchanged: () => server.counts.unchanged,
    waits: () => clock.waits,
    close: () => server.close(),
  };
}
