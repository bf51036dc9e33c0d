import { hash } from 'node:crypto';

export interface OwnerPlace {
  /** Names this installation, for as long as its key lives. */
  readonly installation: string;
  /** Name of the repository. */
  readonly repository: string;
  /** Name of the stack in it. */
  readonly stack: string;
}

/**
 * The mark that says whose a resource is: 32 hexadecimal digits, short enough for a label. It is
 * public, so it tells nothing but equality.
 */
export function markOwner({ installation, repository, stack }: OwnerPlace): string {
  return hash('sha256', JSON.stringify([installation, repository, stack])).slice(0, 32);
}
