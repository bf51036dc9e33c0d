/** Where a pod may go: on a node that takes pods, has the labels it asks for and no taint that it does not tolerate. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { readFlag, readObjects, readText, readTexts } from '../object/read-fields.ts';
import type { StoredObject } from '../storage/stored-object.ts';

/** Names, in their order. */
export function nodesFor({ store }: Cluster, pod: JsonObject): readonly string[] {
  return store
    .list('/nodes')
    .filter((node) => isSelected(node, pod) && takes(store.valueOf(node), pod))
    .map(({ name }) => name);
}

function isSelected({ labels }: StoredObject, pod: JsonObject): boolean {
  return Object.entries(readTexts(pod, 'spec', 'nodeSelector')).every(
    ([name, value]) => labels[name] === value,
  );
}

function takes(node: JsonObject, pod: JsonObject): boolean {
  if (readFlag(node, 'spec', 'unschedulable') === true) return false;
  const tolerations = readObjects(pod, 'spec', 'tolerations');
  return readObjects(node, 'spec', 'taints')
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every((taint) => tolerations.some((one) => tolerates(one, taint)));
}

function tolerates(toleration: JsonObject, taint: JsonObject): boolean {
  const { key, effect } = toleration;
  const operator = readText(toleration, 'operator') ?? 'Equal';
  const isEffect = effect === undefined || effect === '' || effect === taint['effect'];
  const isKey = key === undefined || key === '' ? operator === 'Exists' : key === taint['key'];
  const value = readText(toleration, 'value') ?? '';
  const isValue = operator === 'Exists' || value === (readText(taint, 'value') ?? '');
  return isEffect && isKey && isValue;
}
