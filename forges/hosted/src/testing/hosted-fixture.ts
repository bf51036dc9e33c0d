import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ForgeUser } from '@trueup/forge-sdk';
import type { ForgeAbilities, ForgeFixture, StagedEvent } from '@trueup/forge-sdk/testing';

import { composePayload, signDelivery } from '../delivery/write-delivery.ts';
import { openHost } from '../host/open-host.ts';
import type { RepositoryHost } from '../host/repository-host.ts';
import type { HostedEvent } from '../hosted-client.ts';
import { createHostedForge } from '../hosted-forge.ts';
import { FakeHostedClient } from './fake-hosted-client.ts';
import { createHostedStage, pushFiles } from './hosted-stage.ts';

export const hostedAbilities: ForgeAbilities = {
  mergeMethods: ['merge', 'squash', 'fast-forward'],
  commentedReviews: true,
  replacesVerdicts: false,
  nestedGroups: false,
  conditionalRequests: false,
  limitsRequests: false,
  signs: 'body',
};

export interface TestHost extends AsyncDisposable {
  readonly host: RepositoryHost;
  readonly client: FakeHostedClient;
  readonly folder: string;
}

/** A host with a repository `shop/gitops` that has one commit. */
export async function openTestHost(): Promise<TestHost> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-hosted-'));
  const client = new FakeHostedClient(folder);
  const host = openAnotherHost(client);
  await host.create({ path });
  await pushFiles(host, { path, branch: 'main', files: { 'README.md': 'Shop.\n' } });
  return {
    host,
    client,
    folder,
    [Symbol.asyncDispose]: async () => {
      client.recover();
      await host[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Another one on the same records and folders, as after a restart. */
export function openAnotherHost(client: FakeHostedClient): RepositoryHost {
  let count = 0;
  return openHost({
    client,
    now: Date.now,
    newId: () => {
      count += 1;
      return `repository-${count}-${Date.now()}`;
    },
    onError: (error) => {
      throw error;
    },
    publicUrl: () => 'http://forge.test',
  });
}

export const path = 'shop/gitops';

/** As the contract's suite asks for it. */
export async function openHostedFixture(): Promise<ForgeFixture> {
  const { host, client, ...opened } = await openTestHost();
  const token = 'hosted-token-0123456789';
  const readerToken = 'hosted-reader-0123456789';
  const self = admit(client, 'trueup-admin', token, 'admin');
  admit(client, 'reader', readerToken, 'read');
  const forge = createHostedForge({ host });
  const place = (own: string) => ({ path, credential: { kind: 'token', token: own } }) as const;
  return {
    forge,
    self,
    token,
    repository: place(token),
    reader: place(readerToken),
    stage: createHostedStage(host, client),
    faults: client,
    pageLength: 3,
    deliver: (event, secret) => signDelivery(payloadOf(event, self), secret),
    sign: signDelivery,
    countRequests: () => client.requests,
    countWrites: () => client.writes,
    countUnchanged: () => 0,
    waits: () => [],
    impatient: createHostedForge({ host, answerMs: 200 }),
    close: async () => await opened[Symbol.asyncDispose](),
  };
}

function admit(
  { people }: FakeHostedClient,
  login: string,
  token: string,
  permission: 'admin' | 'read',
): ForgeUser {
  const user = people.create(login);
  people.tokens.set(token, user);
  people.grant(path, user, permission);
  return user;
}

function payloadOf(event: StagedEvent, by: ForgeUser): Uint8Array {
  const told = toEvent(event, by);
  const payload = told
    ? composePayload(told, '2026-01-01T00:00:00Z')
    : { event: event.kind, repository: path };
  return Buffer.from(JSON.stringify(payload));
}

function toEvent(event: StagedEvent, by: ForgeUser): HostedEvent | undefined {
  const place = { repository: path, by };
  switch (event.kind) {
    case 'push':
      return { ...place, kind: 'push', branch: event.branch, after: event.commit };
    case 'merge-request':
      return { ...place, kind: 'merge-request', number: event.number, action: 'updated' };
    case 'comment':
    case 'review':
      return { ...place, kind: event.kind, number: event.number };
    case 'check':
      return { ...place, kind: 'check', commit: event.commit, name: 'ci', state: 'passed' };
    case 'ping':
    case 'unknown':
      return undefined;
  }
}
