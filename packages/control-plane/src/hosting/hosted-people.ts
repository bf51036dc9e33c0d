/** Members of Trueup, as the built-in forge sees them: accounts, and what they may do to a repository. */
import { type Actor, type Member, may, type RepositoryRecord, type Store } from '@trueup/engine';
import type { HostedActor, HostedPeople } from '@trueup/forge-hosted';
import type { ForgeUser, Permission } from '@trueup/forge-sdk';

import { type AccessPorts, authenticate } from '../access/authenticate.ts';

/** The word for the kind of forge, in records and identities. */
export const hostedKind = 'hosted';

/** Account of Trueup itself. No member's has this form. */
export const systemId = 'trueup';

/**
 * The account of a member. A name that somebody else gets after its member was removed is another account:
 * what the first one approved does not count for the second.
 */
export function hostedUserOf({ name, createdAt }: Pick<Member, 'name' | 'createdAt'>): ForgeUser {
  return { id: `${name}:${Date.parse(createdAt).toString(36)}`, login: name };
}

export function createHostedPeople(ports: AccessPorts): HostedPeople {
  const { store } = ports;
  const find = async (user: ForgeUser): Promise<Member | undefined> => {
    const member = await store.member(user.id.slice(0, user.id.lastIndexOf(':')));
    return member && hostedUserOf(member).id === user.id ? member : undefined;
  };
  return {
    async authenticate(token) {
      const actor = await authenticate(token, ports);
      const member = actor?.kind === 'member' ? await store.member(actor.name) : undefined;
      return member && hostedUserOf(member);
    },
    async permission(path, user) {
      const member = await find(user);
      if (!member) return 'none';
      const actor = { kind: 'member', name: member.name, grants: member.grants } as const;
      return permissionOf(actor, path, await store.repositories());
    },
    async group(name) {
      const members = (await store.members()).filter(({ groups }) => groups.includes(name));
      return members.length === 0 ? undefined : { name, members: members.map(hostedUserOf) };
    },
    async email(user) {
      return (await find(user))?.emails[0];
    },
  };
}

/**
 * What somebody may do to a hosted repository: the most of what they may in the repositories that are
 * registered with it. One that is registered under no name is open to those whose role counts everywhere.
 */
export function permissionOf(
  actor: Actor,
  path: string,
  repositories: readonly RepositoryRecord[],
): Permission {
  const names = repositories
    .filter(({ forge }) => forge?.kind === hostedKind && forge.path === path)
    .map(({ name }) => name);
  const subjects = [
    { kind: 'installation' } as const,
    ...names.map((name) => ({ kind: 'repository', name }) as const),
  ];
  const mayAny = (verb: 'view' | 'plan' | 'administer'): boolean =>
    subjects.some((subject) => may({ actor, verb, subject }));
  if (mayAny('administer')) return 'admin';
  // Whoever plans pushes what is to be planned.
  if (mayAny('plan')) return 'write';
  return mayAny('view') ? 'read' : 'none';
}

/** Who acts, for the built-in forge. `undefined` for whoever has no account there. */
export async function hostedActorOf(
  actor: Actor,
  path: string,
  store: Pick<Store, 'member' | 'repositories'>,
): Promise<HostedActor | undefined> {
  const member = actor.kind === 'member' ? await store.member(actor.name) : undefined;
  if (!member) return undefined;
  const user = hostedUserOf(member);
  const permission = permissionOf(actor, path, await store.repositories());
  return { user, permission, email: member.emails[0] ?? `${member.name}@trueup.invalid` };
}
