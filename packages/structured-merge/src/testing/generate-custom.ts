/** Random bodies of the custom resource with all types. Pools are small, so that writes meet. */
import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Dice } from './dice.ts';

type Make = (dice: Dice) => Json;

const words = ['a', 'b', 'c', 'd'];

const word: Make = (dice) => dice.pick(words);

const texts: Make = (dice) =>
  Object.fromEntries(dice.some(words).map((name) => [name, word(dice)]));

const list: Make = (dice) => dice.some(words);

/** Sometimes with the same item twice, which an apply may not have. */
const set: Make = (dice) => {
  const items = dice.some(words);
  const [first] = items;
  return first !== undefined && dice.chance(2) ? [...items, first] : items;
};

const pair: Make = (dice) => subset(dice, { x: (d) => d.below(3), y: word });

const namedPart = (dice: Dice, name: string): JsonObject => ({
  name,
  ...subset(dice, { size: (d) => d.below(3), notes: texts, words: set, steps: list }, 40),
});

const parts: Make = (dice) => {
  const items = dice.some(words).map((name) => namedPart(dice, name));
  const [first] = items;
  return first !== undefined && dice.chance(2) ? [...items, first] : items;
};

const endpoints: Make = (dice) =>
  dice
    .some(['80/TCP', '80/UDP', '80/', '81/TCP', '81/'], 3)
    .filter((item, at, all) => at === all.findIndex((other) => sameEndpoint(item, other)))
    .map((item) => {
      const [port = '', protocol = ''] = item.split('/');
      return {
        port: Number(port),
        ...(protocol !== '' && { protocol }),
        ...(dice.chance(50) && { label: word(dice) }),
      };
    });

function sameEndpoint(a: string, b: string): boolean {
  const named = (item: string): string => (item.endsWith('/') ? `${item}TCP` : item);
  return named(a) === named(b);
}

const anything: Make = (dice) =>
  dice.pick<Make>([word, (d) => d.below(3), texts, list, pair, () => null, () => ({}), () => []])(
    dice,
  );

const free: Make = (dice) =>
  Object.fromEntries(dice.some(words).map((name) => [name, anything(dice)]));

const template: Make = (dice) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  ...(dice.chance(50) && {
    metadata: { labels: texts(dice), finalizers: dice.some(['x/a', 'x/b']) },
  }),
  ...(dice.chance(50) && { data: free(dice) }),
});

const members: Readonly<Record<string, Make>> = {
  text: word,
  count: (dice) => dice.below(3),
  ratio: (dice) => dice.pick([1, 1.5, 2]),
  flag: (dice) => dice.chance(50),
  when: (dice) => dice.pick(['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']),
  either: (dice) => dice.pick<Json>([1, 2, '1', '50%']),
  maybe: (dice) => dice.pick<Json>(['a', 'b', null]),
  tier: (dice) => dice.pick(['gold', 'tin']),
  granular: texts,
  atomicMap: texts,
  pair,
  atomicPair: pair,
  parts,
  endpoints,
  atomicParts: parts,
  words: set,
  numbers: (dice) => dice.some([1, 2, 3]),
  steps: list,
  atomicList: parts,
  partsByName: (dice) =>
    Object.fromEntries(
      dice.some(words, 2).map((name) => [name, namedPart(dice, word(dice) as string)]),
    ),
  listsByName: (dice) => Object.fromEntries(dice.some(words, 2).map((name) => [name, set(dice)])),
  free,
  halfFree: (dice) => ({ ...(free(dice) as JsonObject), ...subset(dice, { pair, words: set }) }),
  anything,
  template,
};

/** A spec with about a third of all members; now and then one that is not of its type. */
export function generateSpec(dice: Dice): JsonObject {
  const names = dice.some(Object.keys(members), 9);
  const spec = Object.fromEntries(names.map((name) => [name, generateMember(dice, name)]));
  return dice.chance(1) ? { ...spec, unknown: 1 } : spec;
}

export const memberNames: readonly string[] = Object.keys(members);

export function generateMember(dice: Dice, name: string): Json {
  if (dice.chance(3)) return null;
  if (dice.chance(1)) return dice.pick<Json>([{}, [], 'a', 1]);
  return members[name]?.(dice) ?? null;
}

export function generateStatus(dice: Dice): JsonObject {
  const conditions = dice
    .some(['Ready', 'Live'])
    .map((type) => ({ type, ...(dice.chance(70) && { state: word(dice) }) }));
  return subset(dice, { phase: word, conditions: () => conditions });
}

export function generateMetadata(dice: Dice): JsonObject {
  const finalizers: Make = (d) => d.some(['trueup.dev/a', 'trueup.dev/b']);
  const owner = (uid: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: dice.pick(['one', 'two']),
    uid,
  });
  const ownerReferences: Make = (d) => d.some(['u1', 'u2']).map(owner);
  return {
    ...subset(dice, { labels: texts, annotations: texts }, 40),
    ...subset(dice, { finalizers, ownerReferences }, 10),
  };
}

export function subset(
  dice: Dice,
  makes: Readonly<Record<string, Make>>,
  percent = 60,
): JsonObject {
  const entries = Object.entries(makes).filter(() => dice.chance(percent));
  return Object.fromEntries(entries.map(([name, make]) => [name, make(dice)]));
}
