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

import { type JsonObject, readNumber, readText } from '@trueup/diagnostics';
import type { LeaseAnswer } from '@trueup/provider-sdk';

import {
  KubernetesApiError,
  type KubernetesClient,
  type ObjectPlace,
} from '../kubernetes-client.ts';
import { translateErrors } from '../translate-errors.ts';
import { KeptLease } from './kept-lease.ts';
import type { LeaseClock } from './lease-clock.ts';
import { type Asking, bodyOf, durationMs, versionOf, writing } from './lease-object.ts';
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
    const { holder, stack, clock } = options;
    return take({ client, kind, name, holder, stack, clock }, options);
  });
}

/** Others may be faster, but not for ever. */
const mostAttempts = 5;

async function take(
  asking: Asking,
  { namespace, sightings, signal }: StackLeaseOptions,
): Promise<LeaseAnswer> {
  let place: ObjectPlace = { kind: asking.kind, namespace, name: asking.name };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await takeAt(asking, place, { sightings, signal });
    } catch (error) {
      const next = placeAfter(error, place);
      if (next === undefined) throw error;
      if ('answer' in next) return next.answer;
      if (attempt >= mostAttempts) throw error;
      place = next.place;
    }
  }
}

/** Where to try again, or the answer; `undefined` where it is neither. */
function placeAfter(
  error: unknown,
  place: ObjectPlace,
): { readonly place: ObjectPlace } | { readonly answer: LeaseAnswer } | undefined {
  if (!(error instanceof KubernetesApiError)) return undefined;
  const isHomeless = error.has('namespace-missing') || error.has('namespace-terminating');
  if (isHomeless && place.namespace !== fallback) {
    return { place: { ...place, namespace: fallback } };
  }
  if (refusals.has(error.status)) return { answer: forbidden(place) };
  // Somebody was faster: look who.
  return error.status === 409 ? { place } : undefined;
}

/** By rights, by admission, or since nobody serves leases there: no reason not to apply. */
const refusals: ReadonlySet<number> = new Set([400, 403, 404, 405, 422]);

/** Every cluster has it. A stack may make its own namespace. */
const fallback = 'default';

function forbidden({ namespace }: ObjectPlace): LeaseAnswer {
  const message = `Leases may not be written in namespace ${namespace}.`;
  return { kind: 'unavailable', message };
}

async function takeAt(
  asking: Asking,
  place: ObjectPlace,
  { sightings, signal }: Pick<StackLeaseOptions, 'sightings' | 'signal'>,
): Promise<LeaseAnswer> {
  const { client, holder } = asking;
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

function keep(asking: Asking, place: ObjectPlace, body: JsonObject): LeaseAnswer {
  return { kind: 'acquired', lease: new KeptLease(asking, place, body) };
}
