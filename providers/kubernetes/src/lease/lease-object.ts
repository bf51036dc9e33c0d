import { type JsonObject, readText } from '@trueup/diagnostics';

import type { KubernetesClient, ObjectPlace, PatchOptions } from '../kubernetes-client.ts';
import type { LeaseClock } from './lease-clock.ts';

/** How long it is good for after a renewal. It is renewed three times as often. */
export const durationMs = 30_000;

/** Who asks for which lease. */
export interface Asking {
  readonly client: KubernetesClient;
  readonly kind: ObjectPlace['kind'];
  /** Of the lease. */
  readonly name: string;
  readonly holder: string;
  /** The stack's full name, for people. */
  readonly stack: string;
  readonly clock: LeaseClock;
}

export function versionOf(body: JsonObject): string | undefined {
  return readText(body, 'metadata', 'resourceVersion');
}

/** In the place of `found`, in that version of it; a new one if absent. */
export function bodyOf(
  { holder, stack }: Asking,
  { namespace, name }: ObjectPlace,
  found?: JsonObject,
): JsonObject {
  const now = new Date().toISOString().replace('Z', '000Z');
  const isOurs = found && readText(found, 'spec', 'holderIdentity') === holder;
  const since = isOurs ? readText(found, 'spec', 'acquireTime') : undefined;
  const resourceVersion = found && versionOf(found);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace,
      name,
      annotations: { 'trueup.dev/stack': stack },
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: since ?? now,
      renewTime: now,
    },
  };
}

export function writing(signal: AbortSignal): PatchOptions {
  return { fieldManager: 'trueup', dryRun: false, signal };
}
