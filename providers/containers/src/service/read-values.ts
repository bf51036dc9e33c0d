/** Reads single values of compose. What is none is remarked, and read as absent. */
import type { Json, JsonObject } from '@trueup/diagnostics';

import { itemsOf, membersOf, type Remarks, type Tree, textOf } from '../compose/tree.ts';

export interface Place {
  readonly path: readonly string[];
  readonly remarks: Remarks;
}

export type ReadValue = (tree: Tree, place: Place) => Json | undefined;

export const readText: ReadValue = (tree, place) => {
  const text = textOf(tree);
  return text ?? refuse(tree, place, 'has to be a text');
};

export const readBoolean: ReadValue = (tree, place) => {
  const text = textOf(tree)?.toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  return refuse(tree, place, 'has to be `true` or `false`');
};

export const readNumber: ReadValue = (tree, place) => {
  const text = textOf(tree);
  const value = Number(text);
  const isNumber = text !== undefined && text.trim() !== '' && Number.isFinite(value);
  return isNumber ? value : refuse(tree, place, 'has to be a number');
};

export const readInteger: ReadValue = (tree, place) => {
  const value = Number(textOf(tree) ?? Number.NaN);
  return Number.isSafeInteger(value) ? value : refuse(tree, place, 'has to be a whole number');
};

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** In bytes. Compose's units are powers of 1024. */
export const readBytes: ReadValue = (tree, place) => {
  const parts = /^(?<count>-?\d+(?:\.\d+)?)\s*(?<unit>[kmgt]?)(?:i?b)?$/i.exec(
    textOf(tree) ?? '',
  )?.groups;
  const unit = byteUnits[parts?.['unit']?.toLowerCase() ?? ''];
  if (!parts || unit === undefined) return refuse(tree, place, 'has to be a size, like `512m`');
  return Math.round(Number(parts['count']) * unit);
};

const timeUnits: Readonly<Record<string, number>> = {
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
};

/** In milliseconds. */
export const readDuration: ReadValue = (tree, place) => {
  const text = textOf(tree) ?? '';
  const isSound = /^(?:\d+(?:\.\d+)?(?:w|d|h|ms|us|µs|ns|m|s))+$/.test(text);
  if (!isSound) return text === '0' ? 0 : refuse(tree, place, 'has to be a time, like `1m30s`');
  const parts = [...text.matchAll(/(?<count>\d+(?:\.\d+)?)(?<unit>w|d|h|ms|us|µs|ns|m|s)/g)];
  return parts.reduce(
    (sum, { groups }) => sum + Number(groups?.['count']) * (timeUnits[groups?.['unit'] ?? ''] ?? 0),
    0,
  );
};

/** Permission bits. YAML reads `0440` as another number, so the text counts. */
export const readMode: ReadValue = (tree, place) => {
  const text = tree.kind === 'scalar' ? tree.text.replaceAll(/^["']|["']$/g, '') : '';
  const digits = /^0o?(?<octal>[0-7]{1,4})$/.exec(text)?.groups?.['octal'];
  if (digits !== undefined) return Number.parseInt(digits, 8);
  const value = Number(textOf(tree) ?? Number.NaN);
  const isMode = Number.isSafeInteger(value) && value >= 0 && value <= 0o7777;
  return isMode ? value : refuse(tree, place, 'has to be a mode, like `0440`');
};

export const readTexts: ReadValue = (tree, place) => {
  if (tree.kind !== 'list') return refuse(tree, place, 'has to be a list');
  return tree.items.flatMap((item) => readText(item, place) ?? []);
};

/** A member without a value is the empty text. */
export const readTextMap: ReadValue = (tree, place) => {
  if (tree.kind !== 'map') return refuse(tree, place, 'has to be a map');
  const entries = [...tree.members].map(([name, one]): [string, Json] => [
    name,
    one.kind === 'scalar' ? (textOf(one) ?? '') : (readText(one, inside(place, name)) ?? ''),
  ]);
  return Object.fromEntries(entries);
};

/** A map of texts, or a list of `name=value`. */
export const readPairs: ReadValue = (tree, place) => {
  if (tree.kind !== 'list') return readTextMap(tree, place);
  return Object.fromEntries(
    itemsOf(tree).map((item) => {
      const [name = '', ...rest] = (textOf(item) ?? '').split('=');
      return [name, rest.join('=')];
    }),
  );
};

/** As the shell would split it; a list stands as it is. */
export const readCommand: ReadValue = (tree, place) => {
  if (tree.kind === 'list') return readTexts(tree, place);
  if (tree.kind === 'scalar' && tree.value === null) return undefined;
  const words = splitWords(textOf(tree) ?? '');
  return words ?? refuse(tree, place, 'has a quote that does not end');
};

export function splitWords(text: string): readonly string[] | undefined {
  const pattern = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)|(['"\\])/g;
  const words: string[] = [];
  let word: string | undefined;
  for (const [, single, double, escaped, plain, space, broken] of text.matchAll(pattern)) {
    if (broken !== undefined) return undefined;
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const part = double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? plain ?? '';
    word = (word ?? '') + part;
  }
  return word === undefined ? words : [...words, word];
}

/** Reads the members that `readers` name; what is absent or no value of its kind is left out. */
export function readMembers(
  tree: Tree,
  readers: Readonly<Record<string, ReadValue>>,
  place: Place,
): JsonObject {
  const entries = membersOf(tree).flatMap(([name, one]): [string, Json][] => {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (!read || (one.kind === 'scalar' && one.value === null)) return [];
    const value = read(one, inside(place, name));
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

export function readEach(
  tree: Tree | undefined,
  read: (item: Tree, place: Place) => JsonObject | undefined,
  place: Place,
): readonly JsonObject[] {
  if (tree && tree.kind !== 'list') refuse(tree, place, 'has to be a list');
  return itemsOf(tree).flatMap((item): readonly JsonObject[] => {
    const value = read(item, place);
    return value ? [value] : [];
  });
}

export function inside({ path, remarks }: Place, name: string): Place {
  return { path: [...path, name], remarks };
}

function refuse(tree: Tree, { path, remarks }: Place, what: string): undefined {
  remarks.invalid(tree, path, `\`${path.at(-1) ?? ''}\` ${what}`);
  return undefined;
}
