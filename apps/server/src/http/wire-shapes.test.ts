/**
 * The API says anew what sessions answer with, since browsers load it without the control plane. That an
 * answer fits is seen where a route gives it; here the type-checker sees that none of its members is lost on
 * the way, and that nothing is promised which no session gives.
 */
import type { Calls } from '@trueup/api';
import type { Session } from '@trueup/control-plane';
import type { Json } from '@trueup/diagnostics';
import { describe, expectTypeOf, it } from 'vitest';

/** Stays inside on purpose, with all below it. */
type Inside =
  // What a plan was made from, and what a run repeats: large, and no matter of those who read.
  | 'applied.desired'
  | 'applied.render'
  | 'entry.outcomes.repeats'
  // Told by the drift inbox, item by item.
  | 'adoptions';

describe('an answer of the API', () => {
  it('has all that sessions answer with, but for what stays inside', () => {
    expectTypeOf<Lost>().toEqualTypeOf<never>();
  });

  it('promises nothing that no session gives', () => {
    expectTypeOf<Made>().toEqualTypeOf<never>();
  });

  it('is looked at for most calls', () => {
    expectTypeOf<'mergeRequest' | 'readPath' | 'run' | 'webhooks' | 'drift'>().toExtend<Shared>();
    expectTypeOf<Given<'webhooks'>>().toEqualTypeOf<Told<'webhooks'>>();
    expectTypeOf<'content.entries.kind'>().toExtend<Given<'readPath'>>();
  });
});

/** Calls by the same name here and there; the server itself knows who asks, and by which browser. */
type Shared = Exclude<
  {
    [K in keyof Calls & keyof Session]: Calls[K] extends { response: unknown } ? K : never;
  }[keyof Calls & keyof Session],
  'actor' | 'browserSessions'
>;

type Lost = { [K in Shared]: Exclude<Given<K>, Told<K> | Inside | `${Inside}.${string}`> }[Shared];
type Made = { [K in Shared]: Exclude<Told<K>, Given<K>> }[Shared];

type Given<K extends Shared> = Session[K] extends (...input: never[]) => Promise<infer R>
  ? Paths<Item<R>>
  : never;
type Told<K extends Shared> = Calls[K] extends { response: infer R } ? Paths<Item<R>> : never;

/** Of a list or a page, one of its items. */
type Item<T> = T extends { readonly items: readonly (infer U)[] }
  ? U
  : T extends readonly (infer U)[]
    ? U
    : T;

/** All paths of members, five steps deep: what is read anywhere lies above that. */
type Paths<T, D extends number = 4> = [D] extends [never]
  ? never
  : Json extends T
    ? never
    : T extends string | number | bigint | boolean | null | undefined
      ? never
      : T extends readonly (infer U)[]
        ? Paths<U, Fewer[D]>
        : string extends keyof T
          ? Paths<T[keyof T], Fewer[D]>
          : { [K in keyof T & string]: K | `${K}.${Paths<T[K], Fewer[D]>}` }[keyof T & string];

type Fewer = [never, 0, 1, 2, 3];
