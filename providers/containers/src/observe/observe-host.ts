/** Looks at one host: which of its containers, networks and volumes are resources, and how they are. */
import { hash } from 'node:crypto';

import { formatJson, type JsonObject, readText } from '@trueup/diagnostics';
import {
  formatResourceId,
  type ObservedResource,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { Host } from '../client/keep-hosts.ts';
import { type Labels, ownerLabel } from '../marks/marks.ts';
import { translateErrors } from '../translate-errors.ts';
import { openLook } from './look-at-container.ts';
import {
  addressOf,
  type LookedContainer,
  marksOf,
  type ObservedContainer,
  textMapOf,
} from './observed-body.ts';

export interface LookContext {
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface Look {
  readonly host: Host;
  /** Whether anybody asks for a resource. */
  readonly isWanted: (id: ResourceId, owner: string | undefined) => boolean;
  /** Where only these kinds are asked for, the others are not listed. All if absent. */
  readonly kinds?: ReadonlySet<string>;
  /** Nothing that is kept is good enough: something is to be written by it. */
  readonly fresh?: true;
}

/** All that is wanted, in a fixed order. */
export function observeHost(
  { host, isWanted, kinds, fresh }: Look,
  { now, signal }: LookContext,
): Promise<readonly ObservedResource[]> {
  const isAsked = (...some: readonly string[]): boolean =>
    !kinds || some.some((kind) => kinds.has(kind));
  return translateErrors(host.name, signal, async () => {
    const look = openLook(host, fresh ?? false, signal);
    const [listed, networks, volumes] = await Promise.all([
      isAsked('Service', 'Job') ? look.list() : [],
      isAsked('Network') ? host.api.networks(signal) : [],
      isAsked('Volume') ? host.api.volumes(signal) : [],
    ]);
    const wanted = listed.flatMap((one) => {
      const labels = textMapOf(one['Labels']);
      const address = addressOf(labels);
      const id = address && formatResourceId({ ...address, scope: host.name });
      const container = readText(one, 'Id');
      if (!id || !container || !isWanted(id, labels[ownerLabel])) return [];
      return [{ id, container }];
    });
    // One that goes between the list and this look is left out, as it should be.
    const inspected = await Promise.all(
      wanted.map(async ({ id, container }) => [id, await look.inspect(container)] as const),
    );
    await look.prove();
    const services = groupContainers(inspected, now());
    const places = [
      ...placesOf('Network', networks, { host, isWanted }),
      ...placesOf('Volume', volumes, { host, isWanted }),
    ];
    const observedAt = now().toISOString();
    return [...services, ...places]
      .map(({ id, body, version }) => ({ id, body, version, observedAt }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  });
}

interface Seen {
  readonly id: ResourceId;
  readonly body: JsonObject;
  readonly version: string;
}

function groupContainers(
  inspected: readonly (readonly [ResourceId, LookedContainer | undefined])[],
  now: Date,
): readonly Seen[] {
  const groups = new Map<ResourceId, LookedContainer[]>();
  for (const [id, one] of inspected) {
    if (!one) continue;
    const group = groups.get(id) ?? [];
    group.push(one);
    groups.set(id, group);
  }
  return [...groups].map(([id, group]) => {
    const sorted = group.toSorted((a, b) => (a.parsed.name < b.parsed.name ? -1 : 1));
    const containers = sorted.map(({ body, parsed }) => ({
      Inspected: body,
      flapping: isFlapping(parsed, now),
    }));
    return { id, body: { kind: parseResourceId(id).kind, containers }, version: versionOf(sorted) };
  });
}

/**
 * It was restarted again and again, the last time just now. Podman restarts without a pause, so only
 * the rate says something; a count grows for ever.
 */
function isFlapping({ restartCount, startedAt }: ObservedContainer, now: Date): boolean {
  const started = Date.parse(startedAt);
  return restartCount >= 3 && Number.isFinite(started) && now.getTime() - started < flappingMs;
}

const flappingMs = 60_000;

/** Of what a write would change. Health and restarts come and go by themselves, so they do not count. */
function versionOf(containers: readonly LookedContainer[]): string {
  const parts = containers.map(({ parsed }) => {
    const { id, name, image, state, networks, memory, nanoCpus, restart } = parsed;
    const isUp = state === 'running' || state === 'restarting';
    return [id, name, image, isUp, [...networks], memory, nanoCpus, restart];
  });
  return hash('sha256', formatJson(parts)).slice(0, 32);
}

function placesOf(
  kind: 'Network' | 'Volume',
  listed: readonly JsonObject[],
  { host, isWanted }: Look,
): readonly Seen[] {
  return listed.flatMap((one) => {
    const name = readText(one, 'Name');
    if (name === undefined) return [];
    const id = formatResourceId({ kind, scope: host.name, name });
    const labels: Labels = marksOf(one['Labels']);
    if (!isWanted(id, labels[ownerLabel])) return [];
    const made = readText(one, 'Id') ?? readText(one, 'CreatedAt') ?? '';
    const driver = readText(one, 'Driver') ?? '';
    const body = { kind, name, driver, labels };
    return [{ id, body, version: hash('sha256', formatJson([made, body])).slice(0, 32) }];
  });
}
