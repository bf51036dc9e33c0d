import type { Actor } from '@trueup/api';

/** Of the whole installation: members, tokens, secrets and repositories. */
export function isAdministrator(actor: Actor | undefined): boolean {
  if (actor?.kind !== 'member') return false;
  return actor.grants.some(({ role, repository }) => role === 'admin' && repository === undefined);
}
