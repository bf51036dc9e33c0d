/**
 * Turns what the parser built into JSON, before anything else may walk it.
 *
 * Aliases make the parser's value a graph, which a few lines blow up or close into a circle. Each
 * visit is counted, so the walk ends, and what it returns is a tree that is safe to copy and print.
 */
import type { Json, JsonObject } from '@trueup/diagnostics';

import { isMergeMark } from './reading-schema.ts';

/** What is left of the limits of a text; shared by its documents. */
export interface Budget {
  nodes: number;
  readonly maxDepth: number;
}

export type Unsettled =
  | 'too-deep'
  | 'too-many-nodes'
  | 'no-json-number'
  | 'broken-text'
  | 'bad-merge';

/** Thrown inside this folder only. */
export class UnsettledError extends Error {
  override readonly name = 'UnsettledError';
  readonly reason: Unsettled;

  constructor(reason: Unsettled) {
    super(reason);
    this.reason = reason;
  }
}

/** @throws UnsettledError when the value is no JSON, or more than the budget allows. */
export function settleValue(value: unknown, budget: Budget, depth = 0): Json {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw new UnsettledError('too-many-nodes');
  if (value === null || value === undefined) return null;

  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new UnsettledError('no-json-number');
      return value;
    case 'string':
      return settleText(value, budget);
    default:
      if (depth >= budget.maxDepth) throw new UnsettledError('too-deep');
      return Array.isArray(value)
        ? value.map((item: unknown) => settleValue(item, budget, depth + 1))
        : settleObject(value, budget, depth);
  }
}

function settleText(text: string, budget: Budget): string {
  budget.nodes -= text.length >> 6;
  if (isMergeMark(text)) return '<<';
  // Half of a surrogate pair has no bytes: it would be another text once written down.
  if (!text.isWellFormed()) throw new UnsettledError('broken-text');
  return text;
}

function settleObject(value: object, budget: Budget, depth: number): JsonObject {
  const settled: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (isMergeMark(name)) mergeInto(settled, member, { budget, depth });
    else setMember(settled, settleText(name, budget), settleValue(member, budget, depth + 1));
  }
  return settled;
}

interface Place {
  readonly budget: Budget;
  readonly depth: number;
}

/** What is merged overrides the members above it; of several sources the first one wins. */
function mergeInto(target: Record<string, Json>, source: unknown, { budget, depth }: Place): void {
  const sources: readonly unknown[] = Array.isArray(source) ? source : [source];
  for (const one of sources.toReversed()) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) {
      throw new UnsettledError('bad-merge');
    }
    const members = Object.entries(settleObject(one, budget, depth));
    for (const [name, member] of members) setMember(target, name, member);
  }
}

/** An assignment to `__proto__` would change the prototype instead. */
function setMember(target: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    target[name] = value;
  }
}
