import { isNamed } from './check-stack-names.ts';
import type { ExpandedStacks, StackDefinition } from './configuration.ts';

/**
 * What Git says about a stack that we know:
 *
 * - `active`: it is there.
 * - `renamed`: another one was `formerly` it.
 * - `removed`: somebody wrote that it is to go.
 * - `unclear`: it is written with errors, or may be. Nothing is concluded from it.
 * - `orphaned`: nobody writes about it.
 */
export type WrittenStanding =
  | { readonly name: 'active'; readonly stack: StackDefinition }
  | { readonly name: 'renamed'; readonly heir: StackDefinition }
  | { readonly name: 'removed'; readonly resources: 'delete' | 'keep' }
  | { readonly name: 'unclear' }
  | { readonly name: 'orphaned' };

/** @param name Of the stack, without the repository. */
export function standingOf(name: string, expanded: ExpandedStacks): WrittenStanding {
  const { stacks, removed, broken, complete } = expanded;
  const stack = stacks.find((one) => one.name === name);
  if (stack) return { name: 'active', stack };
  if (isNamed(name, broken)) return { name: 'unclear' };
  const heir = stacks.find(({ formerly }) => formerly === name);
  if (heir) return { name: 'renamed', heir };
  if (!complete) return { name: 'unclear' };
  const removal = removed.find((one) => one.stack === name);
  return removal ? { name: 'removed', resources: removal.resources } : { name: 'orphaned' };
}
