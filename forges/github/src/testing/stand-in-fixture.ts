import { generateKeyPairSync } from 'node:crypto';

import type { ForgeCredential } from '@trueup/forge-sdk';
import {
  createWorldStage,
  type ForgeAbilities,
  type ForgeFixture,
  ForgeWorld,
  openStandInServer,
  type StandInAnswer,
  type TestLine,
} from '@trueup/forge-sdk/testing';
import type { Outbound } from '@trueup/outbound';

import { createGithubForge } from '../github-forge.ts';
import { deliverAsGithub, signAsGithub } from './github-deliveries.ts';
import { GithubStandIn } from './github-stand-in.ts';

export const githubAbilities: ForgeAbilities = {
  mergeMethods: ['merge', 'squash', 'fast-forward'],
  commentedReviews: true,
  replacesVerdicts: false,
  nestedGroups: true,
  conditionalRequests: true,
  movesRepositories: true,
  signs: 'body',
};

const path = 'shop/gitops';
const token = 'ghp_0123456789abcdef0123456789abcdef';
const readerToken = 'ghp_reader_0123456789abcdef';
const pageLength = 3;
const longMs = 60_000;

/** Made once: a key takes longer than a test. */
export interface AppKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function createAppKeys(): AppKeys {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** The adapter over HTTP with a stand-in on loopback; as an app where there are keys for it. */
export async function openStandInFixture(
  { clock, outbound, hasty }: TestLine<Outbound>,
  keys?: AppKeys,
): Promise<ForgeFixture> {
  clock.waits.length = 0;
  const world = new ForgeWorld();
  const own = world.createRepository(path);
  const self = { ...world.createUser(keys ? 'trueup[bot]' : 'trueup') };
  const reader = { ...world.createUser('reader') };
  own.permissions.set(self.id, 'admin').set(reader.id, 'read');
  const tokens = new Map([
    [token, self],
    [readerToken, reader],
  ]);
  const app = keys && { appId: '4711', publicKey: keys.publicKey, self };
  const standIn = new GithubStandIn({ world, tokens, ...(app && { app }) });
  const server = await openStandInServer({ answer: standIn.answer, limited, tags: true });
  const apiUrl = server.url;
  const credential: ForgeCredential = keys
    ? { kind: 'app', appId: '4711', privateKey: keys.privateKey }
    : { kind: 'token', token };

  return {
    forge: createGithubForge({ outbound, clock, pageLength }),
    impatient: createGithubForge({ outbound: hasty, clock, pageLength }),
    repository: { apiUrl, path, credential },
    ...(!keys && {
      reader: { apiUrl, path, credential: { kind: 'token', token: readerToken } },
    }),
    self,
    token: keys ? keys.privateKey.slice(40, 100) : token,
    stage: createWorldStage(world, path),
    faults: server,
    pageLength,
    deliver: (event, secret) => deliverAsGithub(path, event, secret),
    sign: (body, secret) => signAsGithub(body, secret),
    countRequests: () => server.counts.requests,
    countWrites: () => server.counts.writes,
    countUnchanged: () => server.counts.unchanged,
    waits: () => clock.waits,
    close: () => server.close(),
  };
}

/** GitHub's limit for an hour names its end; the one for too much at once names a time to wait. */
function limited(ms: number): StandInAnswer {
  const message = 'You have exceeded a secondary rate limit.';
  const seconds = Math.ceil(ms / 1000);
  if (ms < longMs) {
    return { status: 403, headers: { 'retry-after': String(seconds) }, body: { message } };
  }
  const reset = String(Math.ceil((Date.now() + ms) / 1000));
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  return { status: 403, headers, body: { message: 'API rate limit exceeded' } };
}
