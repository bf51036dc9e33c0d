/**
 * What the server knows of the shape of a value, compiled from an OpenAPI schema. Nodes of recursive
 * types are resolved when they are first asked for.
 */

import type { Json } from '@trueup/diagnostics';

export type TypeNode = ObjectNode | ListNode | ScalarNode | AnyNode;

export interface ObjectNode {
  readonly kind: 'object';
  /** Name of the Go struct, for the server's messages. */
  readonly typeName: string;
  /** Members by name. Empty for a pure map. */
  readonly fields: ReadonlyMap<string, FieldNode>;
  /** What members are that `fields` does not name. Absent: there may be none. */
  readonly additional: (() => TypeNode) | undefined;
  /** Written as `null` by the server when absent: Go slices and pointers without `omitempty`. */
  readonly nulls: readonly string[];
}

export interface FieldNode {
  readonly type: () => TypeNode;
  /** Written by the server when the member is absent. */
  readonly default: Json | undefined;
  /** Left out by the server when it holds the zero value of its type. */
  readonly vanishesAtZero: boolean;
  /** Left out by the server when it holds an empty list or map. */
  readonly vanishesWhenEmpty: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: () => TypeNode;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly type:
    | 'string'
    | 'boolean'
    | 'integer'
    | 'number'
    | 'quantity'
    | 'int-or-string'
    | 'time';
  readonly format: string;
}

/** Anything goes, as it is. */
export interface AnyNode {
  readonly kind: 'any';
}
