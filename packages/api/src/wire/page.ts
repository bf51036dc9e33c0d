import {
  integer,
  list,
  type OptionalSchema,
  object,
  optional,
  type Schema,
  text,
} from '../schema/schema.ts';

/** All of a list. */
export interface List<T> {
  readonly items: readonly T[];
}

/** One page of a list. */
export interface Page<T> extends List<T> {
  /** To be given as `after` for the next page. Absent on the last one. */
  readonly next?: string;
}

export interface PageQuery {
  /** The `next` of the page before. */
  readonly after?: string;
  /** How long the page may be: {@link defaultLimit} if absent, {@link largestLimit} at most. */
  readonly limit?: number;
}

export const defaultLimit = 100;
export const largestLimit = 1000;

export function listOf<T>(items: Schema<T>): Schema<List<T>> {
  return object<List<T>>({ items: list(items) });
}

export function pageOf<T>(items: Schema<T>): Schema<Page<T>> {
  return object<Page<T>>({ items: list(items), next: optional(text()) });
}

export const pageQuery: {
  readonly after: OptionalSchema<string>;
  readonly limit: OptionalSchema<number>;
} = {
  after: optional(text({ maxLength: 300 })),
  limit: optional(integer({ minimum: 1, maximum: largestLimit })),
};

export const pageQuerySchema: Schema<PageQuery> = object<PageQuery>(pageQuery);
