import type { MergeRequestNumber } from './merge-request.ts';

/** A webhook's request, as it came. The body is bounded before it gets here, and not parsed. */
export interface WebhookRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/**
 * Something to look at. A webhook says no more than that: what is true is asked of the forge, so that
 * a delivery that is forged, repeated, late or out of order does no harm besides a look.
 */
export type ForgeHint =
  | { readonly kind: 'branch'; readonly repository: string; readonly branch: string }
  | {
      readonly kind: 'merge-request';
      readonly repository: string;
      readonly number: MergeRequestNumber;
      /** What moved: all of it, or only what people said, or what a CI said. */
      readonly about: 'merge-request' | 'comments' | 'reviews' | 'checks';
    }
  | { readonly kind: 'commit'; readonly repository: string; readonly commit: string };

/**
 * - `hints`: signed by who knows the secret. None where the event means nothing to us.
 * - `refused`: not signed, wrongly signed, or nothing that this forge sends; says no more, since
 *   whoever sent it may be anybody.
 */
export type Delivery =
  | {
      readonly kind: 'hints';
      /**
       * The same when it is sent again, by the forge or by whoever got hold of it: a digest of what
       * was signed, which the headers around it are not.
       */
      readonly id: string;
      readonly hints: readonly ForgeHint[];
    }
  | { readonly kind: 'refused'; readonly reason: 'unsigned' | 'wrong-signature' | 'malformed' };
