/** Ranges of limits, which admission holds new pods and claims against. Nobody owns what it sets. */

import type { JsonObject } from '@trueup/diagnostics';

import type { ClusterState } from '../cluster/cluster-state.ts';
import { forbidden } from '../http/api-error.ts';
import { type Draft, draftsIn, ensureDraft } from '../object/draft.ts';
import { addQuantities, parseQuantity } from '../object/quantity.ts';
import { readObject, readObjects, readText, readTexts } from '../object/read-fields.ts';

type Amounts = Readonly<Record<string, string>>;

interface Asked {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Gives containers what they do not ask for, and notes that it did. */
export function fillFromRanges(pod: Draft, cluster: ClusterState): void {
  for (const limits of rangesOf(pod, cluster)) {
    const own = limits.filter(({ type }) => type === 'Container');
    const defaults: Asked = {
      requests: mergeAll(own, 'defaultRequest'),
      limits: mergeAll(own, 'default'),
    };
    const notes = ['containers', 'initContainers'].flatMap((list) =>
      draftsIn(ensureDraft(pod, 'spec'), list).flatMap((container) =>
        fillContainer(container, defaults, list === 'containers' ? 'container' : 'init container'),
      ),
    );
    if (notes.length === 0) continue;
    const annotations = ensureDraft(ensureDraft(pod, 'metadata'), 'annotations');
    annotations['kubernetes.io/limit-ranger'] = `LimitRanger plugin set: ${notes.join('; ')}`;
  }
}

function mergeAll(limits: readonly JsonObject[], name: string): Amounts {
  return Object.assign({}, ...limits.map((one) => readTexts(one, name)));
}

function fillContainer(container: Draft, defaults: Asked, word: string): readonly string[] {
  const resources = ensureDraft(container, 'resources');
  return (['requests', 'limits'] as const).flatMap((name) => {
    const missing = Object.keys(defaults[name]).filter(
      (resource) => !Object.hasOwn(readObject(resources, name), resource),
    );
    if (missing.length === 0) return [];
    const amounts = ensureDraft(resources, name);
    for (const resource of missing) amounts[resource] = defaults[name][resource] ?? '';
    const what = name === 'requests' ? 'request' : 'limit';
    return [`${missing.sort().join(', ')} ${what} for ${word} ${readText(container, 'name')}`];
  });
}

/** @throws ApiError 403 when the pod, or a container of it, lies outside of a range */
export function checkPodRanges(pod: JsonObject, cluster: ClusterState): void {
  const containers = ['containers', 'initContainers'].flatMap((list) =>
    readObjects(pod, 'spec', list).map(askedOf),
  );
  const whole = sumOf(readObjects(pod, 'spec', 'containers').map(askedOf));
  const errors = rangesOf(pod, cluster)
    .flat()
    .flatMap((limit) => {
      if (limit['type'] === 'Pod') return outside(limit, whole);
      return limit['type'] === 'Container' ? containers.flatMap((one) => outside(limit, one)) : [];
    });
  refuse('pods', pod, errors);
}

/** @throws ApiError 403 when the claim asks for less or more than a range allows */
export function checkClaimRanges(claim: JsonObject, cluster: ClusterState): void {
  const requests = readTexts(claim, 'spec', 'resources', 'requests');
  const errors = rangesOf(claim, cluster)
    .flat()
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((limit) => [
      ...belowMinimum(limit, { requests, limits: {} }),
      ...aboveMaximum(limit, { requests: {}, limits: requests }, 'request'),
    ]);
  refuse('persistentvolumeclaims', claim, errors);
}

function refuse(resource: string, value: JsonObject, errors: readonly string[]): void {
  const all = [...new Set(errors)];
  if (all.length === 0) return;
  const why = all.length === 1 ? (all[0] ?? '') : `[${all.join(', ')}]`;
  throw forbidden({ group: '', resource }, readText(value, 'metadata', 'name') ?? '', why);
}

/** The limits of each range in the object's namespace. */
function rangesOf(value: JsonObject, { store }: ClusterState): readonly (readonly JsonObject[])[] {
  const namespace = readText(value, 'metadata', 'namespace') ?? '';
  return store
    .list('/limitranges', namespace)
    .map((one) => readObjects(store.valueOf(one), 'spec', 'limits'));
}

function askedOf(container: JsonObject): Asked {
  const amounts = (name: string): Amounts => readTexts(container, 'resources', name);
  return { requests: amounts('requests'), limits: amounts('limits') };
}

function sumOf(containers: readonly Asked[]): Asked {
  const sum = (name: keyof Asked): Amounts => {
    const total = new Map<string, string>();
    for (const one of containers) {
      for (const [resource, amount] of Object.entries(one[name])) {
        total.set(resource, addQuantities(total.get(resource) ?? '0', amount));
      }
    }
    return Object.fromEntries(total);
  };
  return { requests: sum('requests'), limits: sum('limits') };
}

function outside(limit: JsonObject, asked: Asked): readonly string[] {
  return [
    ...belowMinimum(limit, asked),
    ...aboveMaximum(limit, asked, 'limit'),
    ...beyondRatio(limit, asked),
  ];
}

function belowMinimum(limit: JsonObject, { requests, limits }: Asked): readonly string[] {
  return Object.entries(readTexts(limit, 'min')).flatMap(([resource, least]) => {
    const rule = `minimum ${resource} usage per ${typeOf(limit)} is ${least}`;
    const request = requests[resource];
    if (request === undefined) return [`${rule}.  No request is specified`];
    if (amountOf(request) < amountOf(least)) return [`${rule}, but request is ${request}`];
    const own = limits[resource];
    return own !== undefined && amountOf(own) < amountOf(least)
      ? [`${rule}, but limit is ${own}`]
      : [];
  });
}

/** @param word what a claim, which has no limits, is measured by */
function aboveMaximum(
  limit: JsonObject,
  { requests, limits }: Asked,
  word: 'limit' | 'request',
): readonly string[] {
  return Object.entries(readTexts(limit, 'max')).flatMap(([resource, most]) => {
    const rule = `maximum ${resource} usage per ${typeOf(limit)} is ${most}`;
    const own = limits[resource];
    if (own === undefined) return [`${rule}.  No ${word} is specified`];
    if (amountOf(own) > amountOf(most)) return [`${rule}, but ${word} is ${own}`];
    const request = requests[resource];
    return request !== undefined && amountOf(request) > amountOf(most)
      ? [`${rule}, but request is ${request}`]
      : [];
  });
}

function beyondRatio(limit: JsonObject, { requests, limits }: Asked): readonly string[] {
  return Object.entries(readTexts(limit, 'maxLimitRequestRatio')).flatMap(([resource, most]) => {
    const rule = `${resource} max limit to request ratio per ${typeOf(limit)} is ${most}`;
    const request = amountOf(requests[resource] ?? '0');
    if (request === 0n) return [`${rule}, but no request is specified or request is 0`];
    const own = amountOf(limits[resource] ?? '0');
    if (own === 0n) return [`${rule}, but no limit is specified or limit is 0`];
    const ratio = Number(own) / Number(request);
    return ratio > Number(amountOf(most)) / 1e9
      ? [`${rule}, but provided ratio is ${ratio.toFixed(6)}`]
      : [];
  });
}

function amountOf(text: string): bigint {
  return parseQuantity(text) ?? 0n;
}

function typeOf(limit: JsonObject): string {
  return readText(limit, 'type') ?? '';
}
