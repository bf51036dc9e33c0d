import { isJsonList } from '@trueup/diagnostics';

import { itemOf, memberOf, type Place } from './place.ts';
import {
  listAdvice,
  listOf,
  type MapRules,
  mapOf,
  readNames,
  refuse,
  type Shape,
  text,
} from './shape.ts';

/** One entry of a section, good or bad. */
export interface Entry<T> {
  /** Its name, or its position as text. */
  readonly key: string;
  readonly place: Place;
  /** Absent when something is wrong with it, which has been reported. */
  readonly value?: T;
}

/** Like {@link listOf}, but a bad entry stays beside the good ones. */
export function entriesOf<T>(entry: Shape<T>, maxItems: number): Shape<readonly Entry<T>[]> {
  return {
    schema: listOf(entry, { maxItems }).schema,
    read: (place) => {
      const { value } = place;
      if (!isJsonList(value)) return refuse(place, 'is not a list', listAdvice);
      if (value.length > maxItems) {
        const advice = 'Spread them over several repositories.';
        return refuse(place, `has ${value.length} entries, ${maxItems} are allowed`, advice);
      }
      return value.map((_, index) => readEntry(entry, itemOf(place, index), String(index)));
    },
  };
}

/** Like {@link mapOf}, but a bad entry stays beside the good ones. */
export function namedEntriesOf<T>(entry: Shape<T>, rules: MapRules): Shape<readonly Entry<T>[]> {
  return {
    schema: mapOf(entry, rules).schema,
    read: (place) =>
      readNames(place, rules.maxMembers)?.map((name) => {
        const at = memberOf(place, name);
        const named = text(rules.name).read({ ...at, value: name });
        const read = readEntry(entry, at, name);
        return named === undefined ? { key: name, place: at } : read;
      }),
  };
}

function readEntry<T>(entry: Shape<T>, place: Place, key: string): Entry<T> {
  const value = entry.read(place);
  return { key, place, ...(value !== undefined && { value }) };
}
