/**
 * Keeps two installations from working on one stack at once, by a Lease in the cluster itself: a
 * server and somebody at a terminal share nothing else.
 *
 * L1 Whoever holds it renews it long before it ends; when renewing fails for too long, the holder is
 *    told, and stops writing before anybody else may begin.
 * L2 Nobody trusts a foreign clock: a lease of others counts as ended when it was seen unchanged for
 *    as long as it says, by our own clock.
 * L3 It is there only while somebody works: to make it and to delete it are two requests, and nothing
 *    is left in the cluster.
 */
import { hash } from 'node:crypto';

import { type JsonObject, TransientError } from '@trueup/diagnostics';
import type { LeaseAnswer, TargetLease } from '@trueup/provider-sdk';

import { readNumber, readText } from '../client/read-fields.ts';
import {
  KubernetesApiError,
  type KubernetesClient,
  type ObjectPlace,
} from '../kubernetes-client.ts';
import { translateErrors } from '../translate-errors.ts';
import type { LeaseClock } from './lease-clock.ts';
import type { LeaseSightings } from './lease-sightings.ts';

export interface StackLeaseOptions {
  /** Who holds it, for people. Unique among all who might. */
  readonly holder: string;
  /** The stack's full name. */
  readonly stack: string;
  /** Where it lies; `default` while that does not exist. */
  readonly namespace: string;
  /** What this process has seen of leases of others. */
  readonly sightings: LeaseSightings;
  readonly clock: LeaseClock;
  readonly signal: AbortSignal;
}

/** Does not wait: a lease of somebody who is gone is given to whoever asks again later (L2). */
export async function acquireStackLease(
  client: KubernetesClient,
  options: StackLeaseOptions,
): Promise<LeaseAnswer> {
  return translateErrors(undefined, options.signal, async () => {
    const wanted = { group: 'coordination.k8s.io', kind: 'Lease' };
    const kind = await client.findKind(wanted, options.signal);
    if (!kind) return { kind: 'unavailable', message: 'The cluster has no leases.' };
    const name = `trueup-${hash('sha256', options.stack).slice(0, 20)}`;
    const { holder, stack, sightings, clock } = options;
    return take({ client, kind, name, holder, stack, sightings, clock }, options);
  });
}

/** How long it is good for after a renewal. It is renewed three times as often. */
const durationMs = 30_000;

interface Asking extends Pick<StackLeaseOptions, 'holder' | 'stack' | 'sightings' | 'clock'> {
  readonly client: KubernetesClient;
  readonly kind: ObjectPlace['kind'];
  readonly name: string;
}

/** Others may be faster, but not for ever. */
const mostAttempts = 5;

async function take(
  asking: Asking,
  { namespace, signal }: StackLeaseOptions,
): Promise<LeaseAnswer> {
  let place: ObjectPlace = { kind: asking.kind, namespace, name: asking.name };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await takeAt(asking, place, signal);
    } catch (error) {
      if (!(error instanceof KubernetesApiError)) throw error;
      const isHomeless = error.has('namespace-missing') || error.has('namespace-terminating');
      if (isHomeless && place.namespace !== fallback) place = { ...place, namespace: fallback };
      else if (error.status === 403) return forbidden(place);
      // Somebody was faster: look who.
      else if (error.status !== 409 || attempt >= mostAttempts) throw error;
    }
  }
}

/** Every cluster has it. A stack may make its own namespace. */
const fallback = 'default';

function forbidden({ namespace }: ObjectPlace): LeaseAnswer {
  const message = `Leases may not be written in namespace ${namespace}.`;
  return { kind: 'unavailable', message };
}

async function takeAt(
  asking: Asking,
  place: ObjectPlace,
  signal: AbortSignal,
): Promise<LeaseAnswer> {
  const { client, holder, sightings } = asking;
  const made = await createIfAbsent(asking, place, signal);
  if (made) return keep(asking, place, made);
  const found = await client.get(place, signal);
  if (!found) throw new KubernetesApiError(409, 'Conflict');
  const by = readText(found, 'spec', 'holderIdentity') ?? '';
  const key = [client.server, place.namespace, place.name].join(' ');
  const version = versionOf(found) ?? '';
  if (by === '' || by === holder || sightings.hasEnded(key, { version, ...goodFor(found) })) {
    const taken = await client.replace(place, bodyOf(asking, place, found), writing(signal));
    sightings.forget(key);
    return keep(asking, place, taken);
  }
  return { kind: 'held', by, since: toInstant(readText(found, 'spec', 'acquireTime')) };
}

async function createIfAbsent(
  asking: Asking,
  place: ObjectPlace,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  try {
    return await asking.client.create(place, bodyOf(asking, place), writing(signal));
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status === 409) return undefined;
    throw error;
  }
}

function goodFor(lease: JsonObject): { readonly goodForMs: number } {
  return {
    goodForMs: (readNumber(lease, 'spec', 'leaseDurationSeconds') ?? durationMs / 1000) * 1000,
  };
}

/** What others wrote is shown to people, so it may be anything. */
function toInstant(written: string | undefined): string {
  const ms = Date.parse(written ?? '');
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString();
}

function versionOf(body: JsonObject): string | undefined {
  return readText(body, 'metadata', 'resourceVersion');
}

/** In the place of `found`, in that version of it; a new one if absent. */
function bodyOf(
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

function writing(signal: AbortSignal) {
  return { fieldManager: 'trueup', dryRun: false, signal };
}

function keep(asking: Asking, place: ObjectPlace, body: JsonObject): LeaseAnswer {
  const kept = new KeptLease(asking, place, body);
  return { kind: 'acquired', lease: kept };
}

class KeptLease implements TargetLease {
  readonly #asking: Asking;
  readonly #place: ObjectPlace;
  readonly #stop = new AbortController();
  readonly #lost = new AbortController();
  readonly #renewing: Promise<void>;
  /** As the cluster has it, as far as we know. */
  #body: JsonObject;
  #released: Promise<void> | undefined;

  constructor(asking: Asking, place: ObjectPlace, body: JsonObject) {
    this.#asking = asking;
    this.#place = place;
    this.#body = body;
    this.#renewing = this.#keepRenewing();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  release(): Promise<void> {
    this.#released ??= this.#giveUp();
    return this.#released;
  }

  async #keepRenewing(): Promise<void> {
    const { clock } = this.#asking;
    const stop = this.#stop.signal;
    let renewedAt = clock.now();
    while (!(stop.aborted || this.#lost.signal.aborted)) {
      await clock.sleep(durationMs / 3, stop);
      if (stop.aborted) return;
      const begunAt = clock.now();
      const outcome = await this.#renew();
      if (outcome === 'renewed') renewedAt = begunAt;
      // The last third is for those who have to stop before the lease ends (L1).
      const isLate = clock.now() - renewedAt >= (durationMs * 2) / 3;
      if (outcome === 'taken' || isLate) this.#lose();
    }
  }

  async #renew(): Promise<'renewed' | 'taken' | 'failed'> {
    const { client, holder } = this.#asking;
    const left = AbortSignal.timeout(durationMs / 3 - 1000);
    const signal = AbortSignal.any([this.#stop.signal, left]);
    try {
      if (await this.#write(signal)) return 'renewed';
      // An answer may have been lost on its way back: then it is ours in another version.
      const found = await client.get(this.#place, signal);
      if (!found || readText(found, 'spec', 'holderIdentity') !== holder) return 'taken';
      this.#body = found;
      return (await this.#write(signal)) ? 'renewed' : 'taken';
    } catch {
      return 'failed';
    }
  }

  /** False when it is not there any more in the version that we know. */
  async #write(signal: AbortSignal): Promise<boolean> {
    const body = bodyOf(this.#asking, this.#place, this.#body);
    try {
      this.#body = await this.#asking.client.replace(this.#place, body, writing(signal));
      return true;
    } catch (error) {
      if (error instanceof KubernetesApiError && [404, 409].includes(error.status)) return false;
      throw error;
    }
  }

  #lose(): void {
    const { stack } = this.#asking;
    const message = `${stack}: its lease in the cluster was lost`;
    this.#lost.abort(new TransientError('KUBERNETES_LEASE_LOST', message, stack));
  }

  /** Only the one that we know: another holder's stays. */
  async #giveUp(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    const uid = readText(this.#body, 'metadata', 'uid');
    const resourceVersion = versionOf(this.#body);
    if (uid === undefined || resourceVersion === undefined) return;
    const onlyIf = { uid, resourceVersion };
    const signal = AbortSignal.timeout(5000);
    const options = { onlyIf, propagation: 'Background', signal } as const;
    await this.#asking.client.delete(this.#place, options).catch(() => false);
  }
}
