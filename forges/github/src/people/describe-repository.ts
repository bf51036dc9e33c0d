import type { Diagnostic } from '@trueup/diagnostics';
import type { ForgeRepositoryFacts } from '@trueup/forge-sdk';

import type { GithubClient } from '../github-client.ts';
import { methodsOf } from '../merge-request/merge-pull.ts';
import { toUser } from '../merge-request/to-merge-request.ts';
import type { GithubRepository } from '../schema.ts';

/** Who we are there and what we may do. */
export async function describeRepository(client: GithubClient): Promise<ForgeRepositoryFacts> {
  const [repository, self] = await Promise.all([client.repository(), client.self()]);
  return {
    id: String(repository.id),
    path: repository.full_name,
    defaultBranch: repository.default_branch,
    cloneUrl: repository.clone_url,
    mergeMethods: methodsOf(repository),
    self: toUser(self),
    diagnostics: client.permissions ? missingOfApp(client.permissions) : missingOfToken(repository),
  };
}

function missingOfToken({ permissions }: GithubRepository): readonly Diagnostic[] {
  if (permissions?.push) return [];
  const what = 'post statuses, merge, and see what others may do';
  return [missing(what, 'Give the account of the token write access to the repository.')];
}

/** What an app needs, by GitHub's names: https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
const needs: readonly (readonly [name: string, level: 'read' | 'write', what: string])[] = [
  ['pull_requests', 'write', 'comment on merge requests'],
  ['contents', 'write', 'merge'],
  ['statuses', 'write', 'post statuses'],
  ['checks', 'read', 'see what CIs say'],
  ['members', 'read', 'see who belongs to a team'],
];

function missingOfApp(permissions: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return needs
    .filter(([name, level]) => !suffices(permissions[name], level))
    .map(([name, level, what]) =>
      missing(what, `Give the app the permission \`${name}: ${level}\`.`),
    );
}

function suffices(given: string | undefined, level: 'read' | 'write'): boolean {
  return given === 'write' || given === 'admin' || given === level;
}

function missing(what: string, advice: string): Diagnostic {
  const summary = `the credential does not allow us to ${what}`;
  return { severity: 'warning', code: 'FORGE_RIGHT_MISSING', path: [], summary, advice };
}
