/** What `apply` has to know of the plan: for which bundle it was made, and what it held. */
import { isJsonList, isJsonObject, type JsonObject, readField } from '@trueup/diagnostics';
import type { Change } from '@trueup/provider-sdk';

export interface Artifact {
  /** Digest of the bundle. */
  readonly pinned: string;
  /** Ids of everything that the plan wanted to do. */
  readonly steps: readonly string[];
}

export function packArtifact(pinned: string, changes: readonly Change[]): Uint8Array {
  const steps = changes.filter(({ action }) => action !== 'none').map(({ id }) => id);
  const artifact: JsonObject = { pinned, steps };
  return new TextEncoder().encode(JSON.stringify(artifact));
}

/** `undefined` for bytes that this provider did not make. */
export function unpackArtifact(bytes: Uint8Array | undefined): Artifact | undefined {
  if (!bytes) return undefined;
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!isJsonObject(value)) return undefined;
  const [pinned, steps] = [readField(value, 'pinned'), readField(value, 'steps')];
  if (typeof pinned !== 'string' || !isJsonList(steps)) return undefined;
  return { pinned, steps: steps.filter((one) => typeof one === 'string') };
}
