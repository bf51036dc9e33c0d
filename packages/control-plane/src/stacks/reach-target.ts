/**
 * Puts into the settings of a target what they name: secrets, and outputs of stacks. Both at once is where
 * a secret could be led away: whoever writes the stack says where its target is. So a secret goes
 * where an output leads only if it lists that host among its uses, beside the target.
 */
import { isJsonList, isJsonObject, type Json, StalledError } from '@trueup/diagnostics';
import type { Inputs, Provider, Target } from '@trueup/provider-sdk';

import { findPlaces } from './find-places.ts';
import { resolveOutputs } from './resolve-outputs.ts';
import { type ReadSecret, resolveSecrets, secretName } from './resolve-secrets.ts';

export interface WrittenTarget {
  readonly name: string;
  readonly settings: Json;
  /** Name of the repository that writes it. */
  readonly repository: string;
  readonly provider: Pick<Provider, 'checkTarget'>;
}

export interface ReachingPorts {
  readonly readSecret: ReadSecret;
  /** Of a stack of the repository, by its name there. */
  readonly outputsOf: (stack: string) => Promise<Inputs>;
}

/**
 * Nothing is sent before all of it is there and allowed.
 *
 * @throws StalledError as {@link ReadSecret} and `resolveOutputs` do; `SECRET_NOT_ALLOWED` for one that
 * would go where an output leads and does not say that it may.
 */
export async function reachTarget(
  { name, settings, repository, provider }: WrittenTarget,
  { readSecret, outputsOf }: ReachingPorts,
): Promise<Target> {
  const use = { kind: 'target', repository, name } as const;
  const reaching = { name, provider, settings: await resolveSecrets(settings, use, readSecret) };
  const { target, values } = await resolveOutputs(reaching, outputsOf);
  for (const secret of secretsIn(settings)) {
    for (const place of values.flatMap(findPlaces)) await bind(secret, { place, name, readSecret });
  }
  return target;
}

interface Binding {
  readonly place: string;
  readonly name: string;
  readonly readSecret: ReadSecret;
}

async function bind(secret: string, { place, name, readSecret }: Binding): Promise<void> {
  await readSecret(secret, { kind: 'host', name: place }).catch((error: unknown) => {
    const isRefused = error instanceof StalledError && error.code === 'SECRET_NOT_ALLOWED';
    if (!isRefused) throw error;
    throw withheld(secret, name);
  });
}

/** An output may be a secret, so that where it leads is not said. */
function withheld(secret: string, target: string): StalledError {
  const where = `target ${target}: an output of a stack says where it is, and the secret does not name that host`;
  const remedy = 'keep it with `--for host:HOST` as well, or take all of it from outputs';
  return new StalledError(
    'SECRET_NOT_ALLOWED',
    `secret ${secret}: withheld from ${where}: ${remedy}`,
    secret,
  );
}

function secretsIn(settings: Json): readonly string[] {
  const own = secretName(settings);
  if (own !== undefined) return [own];
  if (isJsonList(settings)) return [...new Set(settings.flatMap(secretsIn))];
  return isJsonObject(settings) ? secretsIn(Object.values(settings)) : [];
}
