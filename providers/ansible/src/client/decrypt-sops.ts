import { join } from 'node:path';

import { isJsonObject, type JsonObject, StalledError } from '@trueup/diagnostics';
import { findProgram, type IsolationLevel, runProgram } from '@trueup/programs';

import type { Bundle } from '../prepare/bundle.ts';
import { listLeaves } from '../prepare/list-leaves.ts';

export interface SopsOptions {
  readonly searchPath: string;
  /** Where the bundle's files lie. */
  readonly work: string;
  readonly isolation: IsolationLevel;
  readonly signal: AbortSignal;
}

export interface Decrypted {
  /** Later files win. */
  readonly variables: JsonObject;
  /** Every value in them. */
  readonly values: readonly string[];
}

/** @throws StalledError `ANSIBLE_SOPS`; sops' own words are not repeated, since they may hold values. */
export async function decryptSops(
  sops: NonNullable<Bundle['sops']>,
  { searchPath, work, isolation, signal }: SopsOptions,
): Promise<Decrypted> {
  const program = await findProgram('sops', searchPath);
  if (!program) throw new StalledError('ANSIBLE_SOPS', 'sops is not installed here', 'sops');
  let variables: JsonObject = {};
  for (const file of sops.files) {
    const { end, stdout } = await runProgram(
      {
        program,
        arguments: ['decrypt', '--output-type', 'json', join(work, file)],
        environment: { PATH: '/usr/bin:/bin', SOPS_AGE_KEY: sops.key },
        limits: { timeoutMs: 60_000, stdoutBytes: 8_000_000, stderrBytes: 64_000 },
        // A file may name services that hold its key, and nobody is to be asked as this machine.
        isolation: { level: isolation, network: 'none', readable: [work], writable: [] },
      },
      signal,
    );
    if (end.kind !== 'exited' || end.exitCode !== 0) throw notDecrypted(file);
    variables = { ...variables, ...parseVariables(stdout, file) };
  }
  return { variables, values: listLeaves(variables) };
}

function parseVariables(bytes: Uint8Array, file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (isJsonObject(value)) return value;
  } catch {
    // What it printed is a secret.
  }
  throw notDecrypted(file);
}

function notDecrypted(file: string): StalledError {
  const message = `${file}: sops does not decrypt it with the key that the stack names`;
  return new StalledError('ANSIBLE_SOPS', message, file);
}
