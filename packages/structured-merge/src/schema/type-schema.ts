/**
 * What server-side apply knows about a type: which of its parts have owners of their own.
 *
 * A type may allow several shapes at once (`x-kubernetes-int-or-string`, fields without a type), so
 * that scalar, list and map stand side by side; the value at hand decides which one counts. Types
 * refer to each other through getters that resolve on first use, so a schema may be recursive.
 */
import type { Json } from '@trueup/diagnostics';

export interface TypeSchema {
  /** The name of the component that it was read from, for messages. Inline types have none. */
  readonly name?: string;
  readonly scalar?: ScalarSchema;
  readonly list?: ListSchema;
  readonly map?: MapSchema;
  /** What the text of a scalar means, where the API server rewrites it to a canonical form. */
  readonly meaning?: ScalarMeaning;
}

export type ScalarSchema = 'numeric' | 'string' | 'boolean' | 'untyped';

export type ScalarMeaning = 'quantity' | 'duration' | 'time' | 'micro-time';

export interface ListSchema {
  /** An `atomic` list has one owner; a `set` one per value; a `map` one per field of each item. */
  readonly kind: 'atomic' | 'set' | 'map';
  /** The members that identify an item. Empty unless `kind` is `map`. */
  readonly keys: readonly string[];
  readonly element: TypeSchema;
}

export interface MapSchema {
  /** An `atomic` map has one owner; a `granular` one has one for each member. */
  readonly kind: 'atomic' | 'granular';
  /** The declared members. */
  readonly fields: ReadonlyMap<string, FieldSchema>;
  /** The type of all other members; `undefined` when there may be none. */
  readonly element: TypeSchema | undefined;
}

export interface FieldSchema {
  readonly type: TypeSchema;
  /** Stands in for an absent member that is a key of its list, such as `protocol: TCP`. */
  readonly default?: Json;
  /** Go encodes it even when nobody set it, since it has no `omitempty`. */
  readonly required?: boolean;
}
