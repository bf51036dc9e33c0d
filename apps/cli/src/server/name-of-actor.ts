import type { Actor } from '@trueup/api';

export function nameOfActor(actor: Actor): string {
  return actor.kind === 'member' ? actor.name : actor.kind;
}
