/** Changes a manifest as people do, and as they should not. What names the object stays. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import type { Dice } from '@trueup/structured-merge/testing';
import { type BodyPath, listPlaces, valueIn, withValue } from './body-places.ts';

export interface Material {
  /** Another manifest of the kind, to take parts from. */
  readonly other: JsonObject;
  /** What the cluster made of it, to state what it would fill in. */
  readonly observed: JsonObject | undefined;
}

export function mutateBody(dice: Dice, body: JsonObject, material: Material): JsonObject {
  let mutated = body;
  for (let count = 1 + dice.below(3); count > 0; count -= 1) {
    mutated = mutateOnce(dice, mutated, material);
  }
  return mutated;
}

function mutateOnce(dice: Dice, body: JsonObject, { other, observed }: Material): JsonObject {
  const throwOf = dice.below(100);
  if (throwOf < 40) return graft(dice, body, other);
  if (throwOf < 58) return change(dice, body, () => undefined);
  if (throwOf < 68 && observed) return graft(dice, body, withoutCounts(observed));
  if (throwOf < 78) return change(dice, body, (value) => reorder(dice, value));
  if (throwOf < 94) return change(dice, body, (value) => respell(dice, value));
  if (throwOf < 97) return change(dice, body, (value) => emptied(dice, value));
  return change(dice, body, (value) => doubled(dice, value));
}

/** Without what the cluster counts in the object: nobody wins against that. */
function withoutCounts(observed: JsonObject): JsonObject {
  const counted = ['deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation'];
  return counted.reduce(
    (body, name) =>
      valueIn(body, ['metadata', 'annotations', name]) === undefined
        ? body
        : withValue(body, ['metadata', 'annotations', name], undefined),
    observed,
  );
}

/** The part of the other body at one of its places. */
function graft(dice: Dice, body: JsonObject, other: JsonObject): JsonObject {
  const path = pickPlace(dice, other, () => true);
  return path ? withValue(body, path, valueIn(other, path)) : body;
}

function change(dice: Dice, body: JsonObject, to: (value: Json) => Json | undefined): JsonObject {
  // What cannot be changed in this way stays as it is, so try again for a while.
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const path = pickPlace(dice, body, () => true);
    if (!path) return body;
    const value = valueIn(body, path) ?? null;
    const changed = to(value);
    // An empty key is filled in only after it has told items apart: each apply adds another one.
    if ((changed === '' || changed === null) && path.at(-1) === 'protocol') continue;
    if (changed !== value) return withValue(body, path, changed);
  }
  return body;
}

function pickPlace(
  dice: Dice,
  body: JsonObject,
  accept: (path: BodyPath) => boolean,
): BodyPath | undefined {
  const places = listPlaces(body).filter((path) => isFree(path) && accept(path));
  return places.length > 0 ? dice.pick(places) : undefined;
}

/** Not what says which object it is, nor what the cluster counts in it, against which nobody wins. */
function isFree([first, second, third]: BodyPath): boolean {
  if (typeof third === 'string' && /^(?:deprecated|deployment\.kubernetes)\./.test(third))
    return false;
  if (first === 'apiVersion' || first === 'kind' || first === 'status') return false;
  return first !== 'metadata' || second === 'labels' || second === 'annotations';
}

function reorder(dice: Dice, value: Json): Json {
  return isJsonList(value) && value.length > 1 ? dice.shuffle(value) : value;
}

function doubled(dice: Dice, value: Json): Json {
  return isJsonList(value) && value.length > 0 ? [...value, dice.pick(value)] : value;
}

function emptied(dice: Dice, value: Json): Json {
  if (isJsonList(value)) return dice.pick<Json>([[], null]);
  if (isJsonObject(value)) return dice.pick<Json>([{}, null]);
  return null;
}

function respell(dice: Dice, value: Json): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return dice.pick<Json>([0, value + 1, value, 2_147_483_647]);
  if (typeof value === 'string') return dice.pick([value.concat('x'), '', 'ünï', value]);
  return value;
}
