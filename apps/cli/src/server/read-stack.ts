import type { ApiClient, OffspringNode, Resource, ResourceEvent, StackView } from '@trueup/api';

import { paramsOf } from './find-stacks.ts';
import { isRefusal } from './refusal.ts';

/** The shape of `trueup stack show -o json`. */
export interface StackReport {
  readonly stack: StackView;
  readonly resources: readonly Resource[];
  /** What the resources brought about. */
  readonly offspring: readonly OffspringNode[];
  readonly events: readonly ResourceEvent[];
  /** Why the lists are empty: the target could not be looked at. */
  readonly remark?: string;
}

/** What was never applied is not looked for. */
export async function readStack(client: ApiClient, stack: StackView): Promise<StackReport> {
  const nothing = { stack, resources: [], offspring: [], events: [] };
  if (!stack.applied) return nothing;
  const params = paramsOf(stack);
  try {
    const [resources, offspring, events] = await Promise.all([
      client.resources({ params }),
      client.offspring({ params }),
      client.resourceEvents({ params }),
    ]);
    return {
      stack,
      resources: resources.items,
      offspring: offspring.items,
      events: events.items,
    };
  } catch (error) {
    if (!isRefusal(error) || error.status === undefined) throw error;
    return { ...nothing, remark: error.message };
  }
}
