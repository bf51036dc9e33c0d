/**
 * Keeps two installations from working on one stack at once, by a Lease in the cluster itself: a
 * server and somebody at a terminal share nothing else.
 *
 * L1 Whoever holds it renews it long before it ends; when renewing fails for too long, the holder is
 *    told, and stops writing before anybody else may begin.
 * L2 Nobody trusts a foreign clock: a lease of others counts as ended when it was seen unchanged for
 *    as long as it says, by our own clock.
 */
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { type JsonObject, TransientError } from '@trueup/diagnostics';

import { readNumber, readText } from '../client/read-fields.ts';
import {
  KubernetesApiError,
  type KubernetesClient,
  type ObjectPlace,
} from '../kubernetes-client.ts';
import { translateErrors } from '../translate-errors.ts';

export interface LeaseOptions {
  /** Who holds it, for people: host and process. Unique among all who might. */
  readonly holder: string;
  /** The mark of the stack, and its name for people. */
  readonly stack: { readonly owner: string; readonly name: string };
  readonly namespace: string;
  /** How long it is good for after a renewal. 30 s when absent; renewed three times as often. */
  readonly durationMs?: number;
  readonly signal: AbortSignal;
}

/** A lease that is held. Release it: what is not released blocks others until it ends. */
export interface StackLease {
  /** Aborts when the lease may be lost, with a TransientError as the reason. */
  readonly lost: AbortSignal;
  /** Gives it up. Repeating it is harmless; failures are ignored, since it ends by itself. */
  release(): Promise<void>;
}

/**
 * @throws TransientError `KUBERNETES_LEASE_HELD` when somebody else holds it; `subject` names who.
 */
export async function acquireStackLease(
  client: KubernetesClient,
  options: LeaseOptions,
): Promise<StackLease> {
  const { holder, durationMs = 30_000, signal } = options;
  const place = await findPlace(client, options);
  const keeping: Keeping = { client, place, holder, durationMs, stack: options.stack };
  await translateErrors(undefined, signal, () => take(keeping, signal));
  const stop = new AbortController();
  const lost = new AbortController();
  const renewing = keepRenewing(keeping, { stop: stop.signal, lost });
  let released: Promise<void> | undefined;
  return {
    lost: lost.signal,
    release() {
      released ??= (async () => {
        stop.abort();
        await renewing;
        await giveUp(keeping).catch(() => undefined);
      })();
      return released;
    },
  };
}

interface Keeping {
  readonly client: KubernetesClient;
  readonly place: ObjectPlace;
  readonly holder: string;
  readonly durationMs: number;
  readonly stack: LeaseOptions['stack'];
}

async function findPlace(
  client: KubernetesClient,
  { stack, namespace, signal }: LeaseOptions,
): Promise<ObjectPlace> {
  const wanted = { group: 'coordination.k8s.io', kind: 'Lease' };
  const kind = await translateErrors(undefined, signal, () => client.findKind(wanted, signal));
  if (!kind) {
    throw new TransientError('KUBERNETES_NO_LEASES', 'kubernetes: the cluster has no leases');
  }
  return { kind, namespace, name: `trueup-${hash('sha256', stack.owner).slice(0, 20)}` };
}

async function take(keeping: Keeping, signal: AbortSignal): Promise<void> {
  const { client, place, holder } = keeping;
  for (;;) {
    const found = await client.get(place, signal);
    const holding = readText(found, 'spec', 'holderIdentity') ?? '';
    if (found && holding !== '' && holding !== holder) {
      await awaitEnd(keeping, found, signal);
    }
    try {
      await write(keeping, found, signal);
      return;
    } catch (error) {
      // Somebody was faster: look who.
      if (!(error instanceof KubernetesApiError && error.status === 409)) throw error;
    }
  }
}

/** Returns when the lease was not renewed for as long as it is good for (L2). */
async function awaitEnd(
  { client, place, stack }: Keeping,
  seen: JsonObject,
  signal: AbortSignal,
): Promise<void> {
  const goodForMs = (readNumber(seen, 'spec', 'leaseDurationSeconds') ?? 30) * 1000;
  // A holder renews within a third of it: one that lives is known after that.
  await delay(goodForMs / 2, undefined, { signal });
  const half = await client.get(place, signal);
  if (isRenewed(seen, half)) throw held(stack, seen);
  await delay(goodForMs / 2, undefined, { signal });
  if (isRenewed(seen, await client.get(place, signal))) throw held(stack, seen);
}

function isRenewed(seen: JsonObject, found: JsonObject | undefined): boolean {
  const holder = readText(found, 'spec', 'holderIdentity') ?? '';
  return holder !== '' && versionOf(seen) !== versionOf(found);
}

function held({ name }: LeaseOptions['stack'], lease: JsonObject): TransientError {
  const who = readText(lease, 'spec', 'holderIdentity') ?? 'somebody';
  return new TransientError('KUBERNETES_LEASE_HELD', `${name}: ${who} is at work on it`, who);
}

function versionOf(body: JsonObject | undefined): string | undefined {
  return readText(body, 'metadata', 'resourceVersion');
}

async function write(
  { client, place, holder, durationMs, stack }: Keeping,
  found: JsonObject | undefined,
  signal: AbortSignal,
): Promise<void> {
  const now = new Date().toISOString().replace('Z', '000Z');
  const isOurs = readText(found, 'spec', 'holderIdentity') === holder;
  const since = isOurs ? readText(found, 'spec', 'acquireTime') : undefined;
  const spec = {
    holderIdentity: holder,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: since ?? now,
    renewTime: now,
  };
  const { namespace, name } = place;
  const annotations = { 'trueup.dev/stack': stack.name };
  const metadata = { namespace, name, annotations };
  const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  const options = { fieldManager: 'trueup', dryRun: false, signal };
  if (!found) {
    await client.create(place, body, options);
    return;
  }
  const resourceVersion = versionOf(found) ?? '';
  await client.replace(place, { ...body, metadata: { ...metadata, resourceVersion } }, options);
}

interface Renewing {
  readonly stop: AbortSignal;
  readonly lost: AbortController;
}

async function keepRenewing(keeping: Keeping, { stop, lost }: Renewing): Promise<void> {
  const { durationMs } = keeping;
  let renewedAt = performance.now();
  while (!(stop.aborted || lost.signal.aborted)) {
    await delay(durationMs / 3, undefined, { signal: stop, ref: false }).catch(() => undefined);
    if (stop.aborted) return;
    const left = AbortSignal.timeout(Math.ceil(durationMs / 3));
    const outcome = await renew(keeping, AbortSignal.any([stop, left]));
    if (outcome === 'renewed') renewedAt = performance.now();
    // The last third is for those who have to stop before the lease ends (L1).
    const isLate = performance.now() - renewedAt > (durationMs * 2) / 3;
    if (outcome === 'taken' || isLate) lost.abort(lostLease(keeping));
  }
}

async function renew(
  keeping: Keeping,
  signal: AbortSignal,
): Promise<'renewed' | 'taken' | 'failed'> {
  try {
    const found = await keeping.client.get(keeping.place, signal);
    if (readText(found, 'spec', 'holderIdentity') !== keeping.holder) return 'taken';
    await write(keeping, found, signal);
    return 'renewed';
  } catch {
    return 'failed';
  }
}

function lostLease({ stack }: Keeping): TransientError {
  return new TransientError('KUBERNETES_LEASE_LOST', `${stack.name}: its lease was lost`);
}

async function giveUp({ client, place, holder }: Keeping): Promise<void> {
  const signal = AbortSignal.timeout(5000);
  const found = await client.get(place, signal);
  if (!found || readText(found, 'spec', 'holderIdentity') !== holder) return;
  const patch = {
    metadata: { resourceVersion: versionOf(found) ?? '' },
    spec: { holderIdentity: '', leaseDurationSeconds: 1 },
  };
  await client.mergePatch(place, patch, { fieldManager: 'trueup', dryRun: false, signal });
}
