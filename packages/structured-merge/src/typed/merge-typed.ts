/**
 * Lays an applied configuration over an object. Nothing is removed here.
 *
 * Order: a list that the configuration mentions takes the configuration's order for the items that
 * both sides have, and the other items keep their place between those, as the API server has it.
 */
import type { Json, JsonObject } from '@trueup/diagnostics';

import type { ElementText } from '../fields/path-element.ts';
import type { ListSchema, MapSchema, TypeSchema } from '../schema/type-schema.ts';
import { isElement, itemElement } from './item-element.ts';
import {
  asList,
  asMap,
  isEmptyObject,
  memberOf,
  memberType,
  type Shape,
  setMember,
  shapeOf,
} from './shape.ts';

/** Both values have been validated; the applied one names no item twice. */
export function mergeTyped(observed: Json, applied: Json, schema: TypeSchema): Json {
  return merge(observed, applied, schema) ?? null;
}

type Side = Json | undefined;

/** At most one side is absent. `undefined` when a container has nothing in it after all. */
function merge(old: Side, young: Side, schema: TypeSchema): Side {
  if (young === undefined) return old;
  const shape = shapeOf(schema, young);
  return mergeShape(shape, { old, young, schema });
}

interface Pair {
  readonly old: Side;
  readonly young: Json;
  readonly schema: TypeSchema;
}

function mergeShape(shape: Shape | undefined, { old, young, schema }: Pair): Side {
  if (shape === 'map' && schema.map) return mergeMaps(old, young, schema.map);
  if (shape === 'list' && schema.list) return mergeLists(old, young, schema.list);
  return young;
}

function mergeMaps(old: Side, young: Json, map: MapSchema): Side {
  const observed = asMap(old);
  const applied = asMap(young);
  // Two empty maps count as values, so that the applied one of null and {} stays.
  if (map.kind === 'atomic' || (isEmptyObject(observed) && isEmptyObject(applied))) return young;

  const merged: Record<string, Json> = {};
  for (const name in observed) addMember(merged, name, { observed, applied, map });
  for (const name in applied) {
    if (!Object.hasOwn(observed, name)) addMember(merged, name, { observed, applied, map });
  }
  return isEmptyObject(merged) ? undefined : merged;
}

interface MapPair {
  readonly observed: JsonObject;
  readonly applied: JsonObject;
  readonly map: MapSchema;
}

function addMember(
  merged: Record<string, Json>,
  name: string,
  { observed, applied, map }: MapPair,
): void {
  const old = memberOf(observed, name);
  const type = memberType(map, name);
  const member = type ? merge(old, memberOf(applied, name), type) : old;
  if (member !== undefined) setMember(merged, name, member);
}

function mergeLists(old: Side, young: Json, list: ListSchema): Side {
  const observed = asList(old);
  const applied = asList(young);
  if (list.kind === 'atomic' || (observed.length === 0 && applied.length === 0)) return young;
  const merged = new ListMerge(list, index(list, observed), index(list, applied)).run();
  return merged.length > 0 ? merged : undefined;
}

interface IndexedList {
  readonly items: readonly Json[];
  readonly steps: readonly ElementText[];
  /** `null` for items that share a name: what is applied is not merged with any of them. */
  readonly byStep: ReadonlyMap<ElementText, Json>;
}

function index(list: ListSchema, items: readonly Json[]): IndexedList {
  const steps: ElementText[] = [];
  const byStep = new Map<ElementText, Json>();
  for (const item of items) {
    const step = itemElement(list, item);
    if (!isElement(step)) continue;
    byStep.set(step, byStep.has(step) ? null : item);
    steps.push(step);
  }
  return { items, steps, byStep };
}

/** Walks both lists side by side; a step takes, merges or skips the item at one of the heads. */
class ListMerge {
  readonly #list: ListSchema;
  readonly #old: IndexedList;
  readonly #young: IndexedList;
  /** What both lists have, in the order of the applied one; the item awaited next comes first. */
  readonly #shared: readonly ElementText[];
  #sharedAt = 0;
  #oldAt = 0;
  #youngAt = 0;
  readonly #done = new Set<ElementText>();
  readonly #merged: Json[] = [];

  constructor(list: ListSchema, old: IndexedList, young: IndexedList) {
    this.#list = list;
    this.#old = old;
    this.#young = young;
    this.#shared = young.steps.filter((step) => old.byStep.has(step));
  }

  run(): readonly Json[] {
    while (this.#oldAt < this.#old.steps.length || this.#youngAt < this.#young.steps.length) {
      if (!(this.#takeBoth() || this.#passOver() || this.#takeOld())) this.#takeYoung();
    }
    return this.#merged;
  }

  #takeBoth(): boolean {
    const step = this.#old.steps[this.#oldAt];
    if (step === undefined || step !== this.#young.steps[this.#youngAt]) return false;
    this.#mergeApplied(step);
    this.#oldAt += 1;
    this.#youngAt += 1;
    this.#sharedAt += 1;
    return true;
  }

  /** An observed item that has another place in the applied order. */
  #passOver(): boolean {
    const step = this.#old.steps[this.#oldAt];
    const awaited = this.#shared[this.#sharedAt];
    if (step === undefined || this.#youngAt >= this.#young.steps.length) return false;
    if (!this.#young.byStep.has(step) || awaited === undefined || awaited === step) return false;
    this.#oldAt += 1;
    return true;
  }

  #takeOld(): boolean {
    const step = this.#old.steps[this.#oldAt];
    if (step === undefined) return false;
    if (!this.#young.byStep.has(step)) {
      const item = this.#old.items[this.#oldAt];
      if (item !== undefined) this.#merged.push(item);
      this.#oldAt += 1;
      return true;
    }
    if (this.#done.has(step)) this.#oldAt += 1;
    return false;
  }

  #takeYoung(): void {
    const step = this.#young.steps[this.#youngAt];
    if (step === undefined) return;
    this.#mergeApplied(step);
    this.#youngAt += 1;
    if (this.#shared[this.#sharedAt] === step) this.#sharedAt += 1;
  }

  #mergeApplied(step: ElementText): void {
    this.#done.add(step);
    const item = merge(
      this.#old.byStep.get(step),
      this.#young.byStep.get(step),
      this.#list.element,
    );
    if (item !== undefined) this.#merged.push(item);
  }
}
