import type { ForgeRepository } from '@trueup/forge-sdk';
import { type ForgeFixture, openStandInServer, type TestLine } from '@trueup/forge-sdk/testing';
import type { Outbound } from '@trueup/outbound';

import { createGiteaForge } from '../gitea-forge.ts';
import { deliverAsGitea, signAsGitea } from './gitea-deliveries.ts';
import type { NewUser, RealGitea } from './real-gitea.ts';
import { createRealStage } from './real-stage.ts';

/** An organisation, our account there and somebody who may only read: made once, since it takes long. */
export interface RealGiteaSetting {
  readonly gitea: RealGitea;
  readonly organisation: string;
  readonly self: NewUser;
  readonly token: string;
  readonly reader: NewUser;
  readonly readerToken: string;
}

const pageLength = 3;

export async function openSetting(gitea: RealGitea): Promise<RealGiteaSetting> {
  const organisation = gitea.unique('shop');
  const [self, reader] = [
    await gitea.createUser(gitea.unique('trueup-bot')),
    await gitea.createUser(gitea.unique('reader')),
  ];
  await gitea.ask({
    method: 'POST',
    path: '/orgs',
    body: { username: organisation, visibility: 'private' },
  });
  const teams = await gitea.ask({ method: 'GET', path: `/orgs/${organisation}/teams` });
  const [owners] = teams as readonly { readonly id: number }[];
  // Whoever reads the members of a team has to belong to it, or to own the organisation.
  await gitea.ask({ method: 'PUT', path: `/teams/${owners?.id}/members/${self.login}` });
  const token = await gitea.createToken(self);
  const readerToken = await gitea.createToken(reader);
  return { gitea, organisation, self, token, reader, readerToken };
}

/** The adapter on a real Gitea, through a proxy that can fail. */
export async function openRealFixture(
  { gitea, organisation, self, token, reader, readerToken }: RealGiteaSetting,
  { clock, outbound, hasty }: TestLine<Outbound>,
): Promise<ForgeFixture> {
  clock.waits.length = 0;
  const name = gitea.unique('gitops');
  const path = `${organisation}/${name}`;
  await gitea.ask({
    method: 'POST',
    path: `/orgs/${organisation}/repos`,
    body: { name, private: true, auto_init: true, default_branch: 'main' },
  });
  await gitea.ask({
    method: 'PATCH',
    path: `/repos/${path}`,
    body: {
      has_pull_requests: true,
      allow_merge_commits: true,
      allow_squash_merge: true,
      allow_fast_forward_only_merge: true,
    },
  });
  const permission = { permission: 'read' };
  await gitea.ask({
    method: 'PUT',
    path: `/repos/${path}/collaborators/${reader.login}`,
    body: permission,
  });
  const server = await openStandInServer({
    answer: (request) => gitea.forward(request.target, request),
    limited: (ms) => ({ status: 429, headers: { 'retry-after': String(ms / 1000) } }),
  });
  const repository = (of: string): ForgeRepository => ({
    apiUrl: `${server.url}/api/v1`,
    path,
    credential: { kind: 'token', token: of },
  });

  return {
    forge: createGiteaForge({ outbound, clock, pageLength }),
    impatient: createGiteaForge({ outbound: hasty, clock, pageLength }),
    repository: repository(token),
    reader: repository(readerToken),
    self: { id: self.id, login: self.login },
    token,
    stage: createRealStage({ gitea, organisation, path }),
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
