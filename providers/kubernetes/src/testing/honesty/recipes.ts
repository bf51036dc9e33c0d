/** Recipes make values by chance. They are put together as the values are. */
import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Dice } from '@trueup/structured-merge/testing';

export type Recipe = (dice: Dice) => Json;
export type Ingredient = Recipe | Json;
export type Ingredients = Readonly<Record<string, Ingredient>>;

export function make(ingredient: Ingredient, dice: Dice): Json {
  return typeof ingredient === 'function' ? ingredient(dice) : ingredient;
}

export function oneOf(...choices: readonly Ingredient[]): Recipe {
  return (dice) => make(dice.pick(choices), dice);
}

/** Members that are always there, and members that often are not. */
export function record(required: Ingredients, optional: Ingredients = {}, percent = 35): Recipe {
  return (dice) => makeObject(dice, required, optional, percent);
}

function makeObject(
  dice: Dice,
  required: Ingredients,
  optional: Ingredients,
  percent: number,
): JsonObject {
  const members = [
    ...Object.entries(required),
    ...Object.entries(optional).filter(() => dice.chance(percent)),
  ];
  return Object.fromEntries(members.map(([name, member]) => [name, make(member, dice)]));
}

export function listOf(item: Ingredient, atLeast: number, atMost: number): Recipe {
  return (dice) =>
    Array.from({ length: atLeast + dice.below(atMost - atLeast + 1) }, () => make(item, dice));
}

/** Items whose members `keys` differ from each other, as lists with keys ask for. */
export function keyedList(
  item: Ingredient,
  keys: readonly string[],
  [atLeast, atMost]: readonly [number, number],
): Recipe {
  return (dice) => {
    const made = new Map<string, Json>();
    const wanted = atLeast + dice.below(atMost - atLeast + 1);
    for (let attempt = 0; made.size < wanted && attempt < 20; attempt += 1) {
      const one = make(item, dice) as JsonObject;
      made.set(JSON.stringify(keys.map((name) => one[name] ?? null)), one);
    }
    return [...made.values()];
  };
}

/** Some of these values, each at most once, in any order. */
export function someOf(choices: readonly Json[], atLeast = 0): Recipe {
  return (dice) =>
    dice.shuffle(choices).slice(0, atLeast + dice.below(choices.length - atLeast + 1));
}

export function mapOf(names: readonly string[], value: Ingredient, atLeast = 0): Recipe {
  return (dice) => {
    const count = atLeast + dice.below(names.length - atLeast + 1);
    const picked = dice.shuffle(names).slice(0, count);
    return Object.fromEntries(picked.map((name) => [name, make(value, dice)]));
  };
}

/** Members of both. */
export function merged(...recipes: readonly Recipe[]): Recipe {
  return (dice) => Object.assign({}, ...recipes.map((recipe) => recipe(dice))) as JsonObject;
}
