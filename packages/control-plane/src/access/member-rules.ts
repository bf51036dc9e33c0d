import type { Member } from '@trueup/engine';

/** Names stand in audit lines, rules (`member:NAME`) and addresses of the API. */
export function isMemberName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name);
}

/** Whether this member may administer the installation. */
export function isAdministrator({ grants }: Pick<Member, 'grants'>): boolean {
  return grants.some(({ role, repository }) => role === 'admin' && repository === undefined);
}
