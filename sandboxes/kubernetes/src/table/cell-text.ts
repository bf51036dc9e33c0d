/** The pieces that cells of tables are made of. */

import type { JsonObject } from '@trueup/diagnostics';

import { readObject, readObjects, readText, readTexts } from '../object/read-fields.ts';
import { ageOf } from './format-age.ts';

export const none = '<none>';

export function nameOf(object: JsonObject): string {
  return readText(object, 'metadata', 'name') ?? '';
}

export function createdAgo(object: JsonObject, now: Date): string {
  return ageOf(readText(object, 'metadata', 'creationTimestamp'), now);
}

/** `a=1,b=2`, or nothing to see. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? none : texts.sort().join(',');
}

/** As a label selector of an object reads in a table. */
export function formatSelector(selector: JsonObject | undefined): string {
  if (!selector) return none;
  const exact = Object.entries(readTexts(selector, 'matchLabels')).map(
    ([key, value]) => `${key}=${value}`,
  );
  const expressions = readObjects(selector, 'matchExpressions').map((one) => {
    const values = JSON.stringify(one['values'] ?? []).replace(/["[\]]/g, '');
    const key = readText(one, 'key') ?? '';
    switch (readText(one, 'operator')) {
      case 'In':
        return `${key} in (${values})`;
      case 'NotIn':
        return `${key} notin (${values})`;
      case 'Exists':
        return key;
      default:
        return `!${key}`;
    }
  });
  const texts = [...exact.sort(), ...expressions];
  return texts.length === 0 ? none : texts.join(',');
}

/** The names and the images of the containers of a pod's spec. */
export function containerCells(spec: JsonObject): readonly [string, string] {
  const containers = readObjects(spec, 'containers');
  const join = (member: string): string =>
    containers.map((one) => readText(one, member) ?? '').join(',');
  return [join('name'), join('image')];
}

export function podSpecOf(object: JsonObject): JsonObject {
  return readObject(object, 'spec', 'template', 'spec');
}

/** At most so many of them, and how many more there are. */
export function listSome(
  texts: readonly string[],
  most: number,
  count: number = texts.length,
): string {
  if (texts.length === 0) return '<unset>';
  const listed = texts.slice(0, most).join(',');
  return count > most ? `${listed} + ${count - most} more...` : listed;
}
