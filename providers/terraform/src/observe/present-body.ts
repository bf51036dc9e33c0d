/** A body as people read it: without the values of what the state marks as secret. */
import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readList,
  readObject,
} from '@trueup/diagnostics';

import { createKnownSecrets, type KnownSecrets, markedTexts } from '../plan/known-secrets.ts';

export function presentBody(body: JsonObject, sealed: string): JsonObject {
  if (Object.hasOwn(body, 'value')) {
    return body['sensitive'] === false ? body : { ...body, value: sealed };
  }
  const { attributes, sensitive, ...rest } = body;
  if (!isJsonObject(attributes)) return body;
  const paths = pathsOf(sensitive);
  const secrets = createKnownSecrets(secretTexts(body));
  const hidden = paths.reduce<Json>((value, path) => hide(value, path, sealed), attributes);
  return { ...rest, attributes: readObject(hideTexts(hidden, secrets, sealed)) };
}

/** The texts of a body that are secrets: nothing shows them, wherever they turn up. */
export function secretTexts(body: JsonObject): readonly string[] {
  const { attributes, sensitive, value = null } = body;
  if (!isJsonObject(attributes)) return sensitive === true ? markedTexts(value, true) : [];
  return pathsOf(sensitive).flatMap((path) => markedTexts(at(attributes, path), true));
}

function pathsOf(sensitive: Json | undefined): readonly (readonly string[])[] {
  return readList(sensitive).map((path) => readList(path).filter((one) => typeof one === 'string'));
}

/** Values of any type stand in the state beside their type. */
function unwrap(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value);
  const isWrapped = names.length === 2 && names.includes('value') && names.includes('type');
  return isWrapped ? (value['value'] ?? null) : value;
}

function at(value: Json, [step, ...rest]: readonly string[]): Json {
  const inner = unwrap(value);
  if (step === undefined) return inner;
  return isJsonObject(inner) && Object.hasOwn(inner, step) ? at(inner[step] ?? null, rest) : null;
}

function hide(value: Json, [step, ...rest]: readonly string[], sealed: string): Json {
  if (step === undefined) return sealed;
  const inner = unwrap(value);
  if (inner !== value) return { ...readObject(value), value: hide(inner, [step, ...rest], sealed) };
  if (!isJsonObject(value) || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: hide(value[step] ?? null, rest, sealed) };
}

function hideTexts(value: Json, secrets: KnownSecrets, sealed: string): Json {
  if (typeof value === 'string') return secrets.isIn(value) ? sealed : value;
  if (isJsonList(value)) return value.map((one) => hideTexts(one, secrets, sealed));
  if (!isJsonObject(value)) return value;
  if (Object.keys(value).some((name) => secrets.isIn(name))) return sealed;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, hideTexts(one, secrets, sealed)]),
  );
}
