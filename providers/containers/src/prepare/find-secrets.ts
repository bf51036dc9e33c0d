import {
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';

/** Names of variables that hold secrets wherever one looks (P5). */
const secretName =
  /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)$/i;

/** Maps whose names people choose, below which secrets are found by their names. */
const named: readonly string[] = ['environment', 'driver_opts', 'logging.options'];

/**
 * The paths of a service that hold secrets: what holds the text of a sensitive input, what is named
 * like a password, and every compose secret. Lists are one value, as they are in a plan.
 */
export function findSecrets(
  spec: JsonObject,
  {
    secrets,
    secretFiles,
  }: { readonly secrets: readonly string[]; readonly secretFiles: ReadonlySet<string> },
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const isSecret = (path: readonly string[], value: Json): boolean => {
    const [section, name = ''] = path;
    const isNamed = named.some((one) => path.slice(0, -1).join('.') === one);
    if (isNamed && secretName.test(path.at(-1) ?? '')) return true;
    if (path.length === 2 && section === 'files' && secretFiles.has(name)) return true;
    const isWhole = !isJsonObject(value) || (section === 'files' && path.length === 2);
    return isWhole && holds(value, secrets);
  };
  const visit = (path: readonly string[], value: Json): void => {
    if (isSecret(path, value)) found.push(path);
    else if (isJsonObject(value) && !(path[0] === 'files' && path.length === 2)) {
      for (const [member, one] of Object.entries(value)) visit([...path, member], one);
    }
  };
  for (const [name, value] of Object.entries(spec)) visit([name], value);
  return found;
}

function holds(value: Json, secrets: readonly string[]): boolean {
  if (isJsonList(value)) return value.some((item) => holds(item, secrets));
  if (isJsonObject(value)) {
    return Object.entries(value).some(([name, one]) =>
      name === 'content' && typeof one === 'string'
        ? holds(Buffer.from(one, 'base64').toString('utf8'), secrets)
        : holds(one, secrets),
    );
  }
  const text = typeof value === 'string' ? value : formatJson(value);
  return secrets.some((secret) => text.includes(secret));
}
