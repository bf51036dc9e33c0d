import type { ForgeGroup, ForgeUser, Permission } from '@trueup/forge-sdk';

import type { GiteaClient } from '../gitea-client.ts';
import { toUser } from '../merge-request/to-merge-request.ts';
import type { GiteaUser } from '../schema.ts';

/** What Gitea takes for names of users, organisations and teams; none of them leads elsewhere. */
const namePattern = /^(?!\.+(?:\/|$))[\w.-]{1,255}(?:\/(?!\.+$)[\w.-]{1,255})?$/;

/** `organisation`, or `organisation/team`: teams of Gitea do not nest. */
export async function findGroup(
  client: GiteaClient,
  name: string,
): Promise<ForgeGroup | undefined> {
  if (!namePattern.test(name)) return undefined;
  const [organisation = '', team] = name.split('/');
  const members =
    team === undefined
      ? await client.organisationMembers(organisation)
      : await findTeam(client, organisation, team);
  return members && { name, members: members.map((user) => toUser(user)) };
}

async function findTeam(
  client: GiteaClient,
  organisation: string,
  name: string,
): Promise<readonly GiteaUser[] | undefined> {
  const teams = await client.teams(organisation);
  const team = teams?.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return team && (await client.teamMembers(team.id));
}

const permissions: ReadonlyMap<string, Permission> = new Map([
  ['read', 'read'],
  ['write', 'write'],
  ['admin', 'admin'],
  ['owner', 'admin'],
]);

/** Gitea is asked by login, so the answer counts only for the account that was meant. */
export async function findPermission(
  client: GiteaClient,
  { id, login }: ForgeUser,
): Promise<Permission> {
  if (id === '' || !namePattern.test(login) || login.includes('/')) return 'none';
  const found = await client.permission(login);
  if (!found || toUser(found.user).id !== id) return 'none';
  return permissions.get(found.permission) ?? 'none';
}
