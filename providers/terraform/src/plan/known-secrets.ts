/**
 * What is a secret in an answer of the tool (P5): what its schemas and marks say, and every text that
 * holds the value of something that is marked anywhere, or of a secret that we gave to it. A provider
 * that copies a secret into a field without a mark shows nothing.
 */
import { type FieldPath, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import { createMasker } from '@trueup/secrets';

export interface KnownSecrets {
  /** Whether a text of the value is, or holds, a secret. */
  isIn(value: Json | undefined): boolean;
  mask(text: string): string;
}

/** Shorter ones would make a secret of every other text: "1", "true", "eu". */
const shortest = 6;

export function createKnownSecrets(texts: readonly string[]): KnownSecrets {
  const masker = createMasker([...new Set(texts)].filter((text) => text.length >= shortest));
  const isSecret = (text: string): boolean => masker.mask(text) !== text;
  const isIn = (value: Json | undefined): boolean => {
    if (typeof value === 'string') return isSecret(value);
    if (isJsonList(value)) return value.some(isIn);
    if (!isJsonObject(value)) return false;
    return Object.entries(value).some(([name, member]) => isSecret(name) || isIn(member));
  };
  return { isIn, mask: (text) => masker.mask(text) };
}

/** The texts at the places that are marked: `true` marks all that lies below. */
export function markedTexts(value: Json | undefined, marks: Json | undefined): readonly string[] {
  if (value === undefined || marks === undefined || marks === false) return [];
  if (marks === true) return allTexts(value);
  if (isJsonList(value) && isJsonList(marks)) {
    return value.flatMap((item, index) => markedTexts(item, marks[index]));
  }
  if (!(isJsonObject(value) && isJsonObject(marks))) return [];
  return Object.entries(marks).flatMap(([name, mark]) =>
    markedTexts(Object.hasOwn(value, name) ? value[name] : undefined, mark),
  );
}

/** Whether the place itself, all that holds it, or a part of it is marked. */
export function isMarked(marks: Json | undefined, path: FieldPath): boolean {
  let here = marks;
  for (const step of path) {
    if (here === true) return true;
    if (typeof step !== 'string' || !isJsonObject(here) || !Object.hasOwn(here, step)) return false;
    here = here[step];
  }
  return hasMark(here);
}

export function hasMark(marks: Json | undefined): boolean {
  if (marks === true) return true;
  if (isJsonList(marks)) return marks.some(hasMark);
  return isJsonObject(marks) && Object.values(marks).some(hasMark);
}

function allTexts(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isJsonList(value)) return value.flatMap(allTexts);
  return isJsonObject(value) ? Object.values(value).flatMap(allTexts) : [];
}
