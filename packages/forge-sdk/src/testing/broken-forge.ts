/** A forge in memory that breaks one promise, and the ways to bend a sound one into it. */
import type { Comment } from '../comment.ts';
import type { Check } from '../commit-status.ts';
import type { Delivery, WebhookRequest } from '../delivery.ts';
import type { Forge } from '../forge.ts';
import type { MergeRequest } from '../merge-request.ts';
import type { Review } from '../review.ts';
import type { MemoryFixture } from './memory-fixture.ts';

export interface BrokenForge {
  readonly fault: string;
  readonly breaks: (sound: Forge, fixture: MemoryFixture) => Partial<Forge>;
  /** The checks that notice. */
  readonly checks: readonly string[];
}

export type Breaks = BrokenForge['breaks'];

/** A signal that nobody aborts. */
export const never: AbortSignal = new AbortController().signal;

/** In lists and by number alike. */
export function onMergeRequest(bend: (one: MergeRequest) => MergeRequest): Breaks {
  return ({ mergeRequest, mergeRequests, openMergeRequest }) => ({
    mergeRequest: async (...args) => {
      const found = await mergeRequest(...args);
      return found && bend(found);
    },
    async *mergeRequests(...args) {
      for await (const one of mergeRequests(...args)) yield bend(one);
    },
    openMergeRequest: async (...args) => bend(await openMergeRequest(...args)),
  });
}

export function onList(bend: (all: readonly MergeRequest[]) => readonly MergeRequest[]): Breaks {
  return ({ mergeRequests }) => ({
    async *mergeRequests(...args) {
      yield* bend(await Array.fromAsync(mergeRequests(...args)));
    },
  });
}

export function onReviews(bend: (all: readonly Review[]) => readonly Review[]): Breaks {
  return ({ reviews }) => ({ reviews: async (...args) => bend(await reviews(...args)) });
}

export function onComments(bend: (all: readonly Comment[]) => readonly Comment[]): Breaks {
  return ({ comments }) => ({ comments: async (...args) => bend(await comments(...args)) });
}

export function onChecks(bend: (all: readonly Check[]) => readonly Check[]): Breaks {
  return ({ checks }) => ({ checks: async (...args) => bend(await checks(...args)) });
}

export function onDelivery(
  bend: (delivery: Delivery, request: WebhookRequest) => Delivery,
): Breaks {
  return ({ readDelivery }) => ({
    readDelivery: (request, secrets) => bend(readDelivery(request, secrets), request),
  });
}
