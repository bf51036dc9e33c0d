/**
 * A compose file as it was written: values that know the line they stand on, whatever is merged,
 * included or extended later.
 */
import type { Diagnostic, FieldPath, Origin } from '@trueup/diagnostics';

export type Scalar = string | number | bigint | boolean | null;

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As it stands in the file, for what YAML would read as another number (`0440`). */
  readonly text: string;
  readonly origin: Origin;
  readonly tag?: MergeTag;
}

export interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly origin: Origin;
  readonly tag?: MergeTag;
}

export interface MapTree {
  readonly kind: 'map';
  readonly members: ReadonlyMap<string, Tree>;
  readonly origin: Origin;
  readonly tag?: MergeTag;
}

/** `reset` drops what earlier files say, `override` puts this in its place without merging. */
export type MergeTag = 'reset' | 'override';

export type Tree = ScalarTree | ListTree | MapTree;

export function scalarOf(value: Scalar, origin: Origin): ScalarTree {
  return { kind: 'scalar', value, text: String(value), origin };
}

export function listOf(items: readonly Tree[], from: Tree): ListTree {
  return { kind: 'list', items, origin: from.origin, ...tagOf(from) };
}

export function mapOf(members: Iterable<readonly [string, Tree]>, from: Tree): MapTree {
  return { kind: 'map', members: new Map(members), origin: from.origin, ...tagOf(from) };
}

export function tagOf({ tag }: Tree): { readonly tag?: MergeTag } {
  return tag === undefined ? {} : { tag };
}

export function memberOf(tree: Tree | undefined, name: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.members.get(name) : undefined;
}

export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'list' ? tree.items : [];
}

export function membersOf(tree: Tree | undefined): readonly (readonly [string, Tree])[] {
  return tree?.kind === 'map' ? [...tree.members] : [];
}

/** The text of a scalar; `undefined` for lists, maps, and nothing. */
export function textOf(tree: Tree | undefined): string | undefined {
  if (tree?.kind !== 'scalar' || tree.value === null) return undefined;
  return String(tree.value);
}

/** Gathers what is wrong, so that all of it is told at once. */
export class Remarks {
  readonly #all: Diagnostic[] = [];
  /** The same place may be read several times: a file that two services extend. */
  readonly #said = new Set<string>();
  #added = 0;

  /** How often something was added, also what was said already. */
  get added(): number {
    return this.#added;
  }

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  add(
    severity: Diagnostic['severity'],
    code: string,
    at: { readonly origin?: Origin; readonly path?: FieldPath },
    text: { readonly summary: string; readonly advice?: string | undefined },
  ): void {
    this.#added += 1;
    const { origin, path = [] } = at;
    const key = JSON.stringify([code, origin, text.summary]);
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const where = origin ? `${origin.file}:${origin.line}: ` : '';
    this.#all.push({
      severity,
      code,
      path,
      ...(origin && { origin }),
      summary: `${where}${text.summary}`,
      ...(text.advice !== undefined && { advice: text.advice }),
    });
  }

  /** What is written is no value of its kind. The value itself is not repeated: it may be a secret. */
  invalid(tree: Tree, path: FieldPath, summary: string, advice?: string): void {
    this.add('error', 'COMPOSE_VALUE_INVALID', { origin: tree.origin, path }, { summary, advice });
  }
}
