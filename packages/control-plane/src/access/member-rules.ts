import type { Member } from '@trueup/engine';

/** Names stand in audit lines, rules (`member:NAME`) and addresses of the API. */
export function isMemberName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name);
}

/** Whose name this is, in any case: two who differ in nothing else are taken for one another. */
export function findNamesake(name: string, members: readonly Member[]): Member | undefined {
  return members.find((member) => member.name.toLowerCase() === name.toLowerCase());
}

/** Whether this member may administer the installation. */
export function isAdministrator({ grants }: Pick<Member, 'grants'>): boolean {
  return grants.some(({ role, repository }) => role === 'admin' && repository === undefined);
}
