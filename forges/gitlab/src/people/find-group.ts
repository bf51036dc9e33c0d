import type { ForgeGroup, ForgeUser, Permission } from '@trueup/forge-sdk';

import type { GitlabClient } from '../gitlab-client.ts';
import { toUser } from '../merge-request/to-merge-request.ts';
import type { GitlabMember } from '../schema.ts';

const namePattern = /^(?!\.)[\w.-]{1,255}(?:\/(?!\.)[\w.-]{1,255}){0,20}$/;

/**
 * The members of a group and of the groups within it, each once. Not those of the groups around it, whom
 * GitLab lets in as well: who belongs to a company is not yet one of its operators.
 */
export async function findGroup(
  client: GitlabClient,
  name: string,
): Promise<ForgeGroup | undefined> {
  if (!namePattern.test(name)) return undefined;
  const own = await client.groupMembers(name);
  if (!own) return undefined;
  const within = await client.subgroups(name);
  const inner = await Promise.all(within.map(({ id }) => client.groupMembers(String(id))));
  const active = [...own, ...inner.flatMap((found) => found ?? [])].filter(isActive);
  const members = new Map(active.map((member) => [member.id, toUser(member)]));
  return { name, members: [...members.values()] };
}

/** Blocked accounts, and those that wait to be let in, do nothing. */
function isActive({ state }: Pick<GitlabMember, 'state'>): boolean {
  return !state || state === 'active';
}

/** https://docs.gitlab.com/api/access_requests/#valid-access-levels. A guest sees no code. */
const reporter = 20;
const developer = 30;
const maintainer = 40;

export async function findPermission(client: GitlabClient, { id }: ForgeUser): Promise<Permission> {
  if (!/^\d{1,16}$/.test(id)) return 'none';
  const member = await client.member(id);
  if (member && !isActive(member)) return 'none';
  const level = member?.access_level ?? 0;
  if (level >= maintainer) return 'admin';
  if (level >= developer) return 'write';
  return level >= reporter ? 'read' : await permissionOfAll(client, id);
}

/** What everybody may do who has an account. */
async function permissionOfAll(client: GitlabClient, id: string): Promise<Permission> {
  const { visibility } = await client.project();
  if (visibility !== 'public' && visibility !== 'internal') return 'none';
  const user = await client.user(id);
  return user && isActive(user) ? 'read' : 'none';
}
