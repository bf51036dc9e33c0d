import type { ForgeGroup, ForgeUser, Permission } from '@trueup/forge-sdk';

import type { GithubClient } from '../github-client.ts';
import { toUser } from '../merge-request/to-merge-request.ts';

const namePattern = /^[\w-]{1,100}(?:\/[\w-]{1,100})?$/;
/** Apps write as `name[bot]`. */
const loginPattern = /^[\w-]{1,100}(?:\[bot\])?$/;

/** `organisation`, or `organisation/team`, by the team's slug; those within a team belong to it. */
export async function findGroup(
  client: GithubClient,
  name: string,
): Promise<ForgeGroup | undefined> {
  if (!namePattern.test(name)) return undefined;
  const [organisation = '', team] = name.split('/');
  const members =
    team === undefined
      ? await client.organisationMembers(organisation)
      : await client.teamMembers(organisation, team);
  return members && { name, members: members.map((user) => toUser(user)) };
}

const permissions: ReadonlyMap<string, Permission> = new Map([
  ['read', 'read'],
  ['triage', 'read'],
  ['write', 'write'],
  ['maintain', 'write'],
  ['admin', 'admin'],
]);

/** GitHub is asked by login, so the answer counts only for the account that was meant. */
export async function findPermission(
  client: GithubClient,
  { id, login }: ForgeUser,
): Promise<Permission> {
  if (id === '' || !loginPattern.test(login)) return 'none';
  const found = await client.permission(login);
  if (!found || toUser(found.user).id !== id) return 'none';
  return permissions.get(found.permission) ?? 'none';
}
