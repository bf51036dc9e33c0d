/**
 * Puts the values of secrets into settings, for the one provider call that needs them.
 *
 * A secret names what it may be used for. A target that was re-pointed to another secret in a merge
 * request gets nothing by that alone.
 */
import { isJsonList, isJsonObject, type Json, StalledError } from '@trueup/diagnostics';
import type { SecretRecord, SecretUse } from '@trueup/engine';

/** Reads a secret for one use. @throws StalledError `SECRET_MISSING`, `SECRET_NOT_ALLOWED`. */
export type ReadSecret = (name: string, use: SecretUse) => Promise<string>;

export function createSecretReader(
  find: (name: string) => Promise<SecretRecord | undefined>,
  decrypt: (record: SecretRecord) => string,
): ReadSecret {
  return async (name, use) => {
    const record = await find(name);
    if (!record) {
      const remedy = `\`trueup secret set ${name} --for ${flagOf(use)}\``;
      const message = `secret ${name}: there is none: ${remedy} keeps it`;
      throw new StalledError('SECRET_MISSING', message, name);
    }
    if (!record.uses.some((allowed) => isSameUse(allowed, use))) {
      const message = `secret ${name}: may not be used for ${describeUse(use)}`;
      throw new StalledError('SECRET_NOT_ALLOWED', message, name);
    }
    return decrypt(record);
  };
}

/** Each `{ secret: NAME }` becomes the value of that secret. */
export async function resolveSecrets(
  settings: Json,
  use: SecretUse,
  read: ReadSecret,
): Promise<Json> {
  if (isJsonList(settings)) {
    return Promise.all(settings.map((item) => resolveSecrets(item, use, read)));
  }
  if (!isJsonObject(settings)) return settings;
  const secret = secretName(settings);
  if (secret !== undefined) return read(secret, use);
  const members = Object.entries(settings).map(
    async ([name, value]) => [name, await resolveSecrets(value, use, read)] as const,
  );
  return Object.fromEntries(await Promise.all(members));
}

/** `undefined` for what is no `{ secret: NAME }`. */
export function secretName(settings: Json): string | undefined {
  if (!isJsonObject(settings)) return undefined;
  const { secret, ...rest } = settings;
  return typeof secret === 'string' && Object.keys(rest).length === 0 ? secret : undefined;
}

function isSameUse(allowed: SecretUse, use: SecretUse): boolean {
  if (allowed.kind !== use.kind || allowed.name !== use.name) return false;
  const inRepository = (one: SecretUse): string => (one.kind === 'target' ? one.repository : '');
  return inRepository(allowed) === inRepository(use);
}

/** As `--for` takes it. */
function flagOf(use: SecretUse): string {
  return use.kind === 'target' ? `target:${use.repository}/${use.name}` : `${use.kind}:${use.name}`;
}

function describeUse(use: SecretUse): string {
  return use.kind === 'target' ? `target ${use.repository}/${use.name}` : `${use.kind} ${use.name}`;
}
