import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

/** Names of all secrets that settings ask for by `{ secret: NAME }`. Sorted, each once. */
export function findSecrets(settings: Json | undefined): readonly string[] {
  const names = new Set<string>();
  replaceSecrets(settings ?? null, (name, written) => {
    names.add(name);
    return written;
  });
  return [...names].sort();
}

/**
 * Puts values in the place of `{ secret: NAME }`. One without a value stays as it is written, so that
 * the provider can say what it misses. What comes out holds secrets in clear.
 */
export function fillSecrets(settings: Json, values: ReadonlyMap<string, string>): Json {
  return replaceSecrets(settings, (name, written) => values.get(name) ?? written);
}

function replaceSecrets(value: Json, replace: (name: string, written: Json) => Json): Json {
  if (isJsonList(value)) return value.map((item) => replaceSecrets(item, replace));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value);
  const [only] = members;
  if (members.length === 1 && only?.[0] === 'secret' && typeof only[1] === 'string') {
    return replace(only[1], value);
  }
  return Object.fromEntries(
    members.map(([name, member]) => [name, replaceSecrets(member, replace)]),
  );
}
