import type { ObservedResource } from '@trueup/provider-sdk';

import { type Look, toObserved } from './look-at-stack.ts';
import { observeOutputs } from './observe-outputs.ts';

/** All that one look says. */
export function observeLook(look: Look, at: Date): readonly ObservedResource[] {
  return [
    ...look.tasks.flatMap((task) => toObserved(task, at) ?? []),
    ...observeOutputs(look, look.bundle.outputs, at),
  ];
}
