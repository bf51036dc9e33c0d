/** Rows of configuration, access, storage, scaling and the cluster itself. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import {
  firstText,
  readAt,
  readFlag,
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
} from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';
import { autoscalerRow } from './autoscaler-row.ts';
import { createdAgo, nameOf, none } from './cell-text.ts';
import { ageOf } from './format-age.ts';

type Row = (object: JsonObject, now: Date) => readonly Json[];

const webhooks: Row = (object, now) => [
  nameOf(object),
  readList(object, 'webhooks').length,
  createdAgo(object, now),
];

const role: Row = (object) => [
  nameOf(object),
  readText(object, 'metadata', 'creationTimestamp') ?? '',
];

export const clusterRows: Readonly<Record<string, Row>> = {
  '/configmaps': (object, now) => [
    nameOf(object),
    count(object, 'data') + count(object, 'binaryData'),
    createdAgo(object, now),
  ],
  '/secrets': (object, now) => [
    nameOf(object),
    readText(object, 'type') ?? '',
    count(object, 'data'),
    createdAgo(object, now),
  ],
  '/serviceaccounts': (object, now) => [nameOf(object), createdAgo(object, now)],
  '/namespaces': (object, now) => [
    nameOf(object),
    readText(object, 'status', 'phase') ?? '',
    createdAgo(object, now),
  ],
  '/nodes': nodeRow,
  '/events': eventRow,
  '/resourcequotas': (object, now) => [
    nameOf(object),
    quotas(object, false),
    quotas(object, true),
    createdAgo(object, now),
  ],
  '/limitranges': (object) => [
    nameOf(object),
    readText(object, 'metadata', 'creationTimestamp') ?? '',
  ],
  '/persistentvolumes': volumeRow,
  '/persistentvolumeclaims': claimRow,
  'storage.k8s.io/storageclasses': (object, now) => [
    `${nameOf(object)}${isDefaultClass(object) ? ' (default)' : ''}`,
    readText(object, 'provisioner') ?? '',
    readText(object, 'reclaimPolicy') ?? 'Delete',
    readText(object, 'volumeBindingMode') ?? 'Immediate',
    readFlag(object, 'allowVolumeExpansion') ?? false,
    createdAgo(object, now),
  ],
  'rbac.authorization.k8s.io/roles': role,
  'rbac.authorization.k8s.io/clusterroles': role,
  'rbac.authorization.k8s.io/rolebindings': bindingRow,
  'rbac.authorization.k8s.io/clusterrolebindings': bindingRow,
  'coordination.k8s.io/leases': (object, now) => [
    nameOf(object),
    readText(object, 'spec', 'holderIdentity') ?? '',
    createdAgo(object, now),
  ],
  'scheduling.k8s.io/priorityclasses': (object, now) => [
    nameOf(object),
    readNumber(object, 'value') ?? 0,
    readFlag(object, 'globalDefault') ?? false,
    createdAgo(object, now),
    readText(object, 'preemptionPolicy') ?? '',
  ],
  'policy/poddisruptionbudgets': (object, now) => [
    nameOf(object),
    budget(object, 'minAvailable'),
    budget(object, 'maxUnavailable'),
    readNumber(object, 'status', 'disruptionsAllowed') ?? 0,
    createdAgo(object, now),
  ],
  'autoscaling/horizontalpodautoscalers': autoscalerRow,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhooks,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhooks,
  'apiextensions.k8s.io/customresourcedefinitions': (object) => [
    nameOf(object),
    readText(object, 'metadata', 'creationTimestamp') ?? '',
  ],
  'apiregistration.k8s.io/apiservices': apiServiceRow,
};

function count(object: JsonObject, name: string): number {
  return Object.keys(readObject(object, name)).length;
}

function isDefaultClass(object: JsonObject): boolean {
  return (
    readText(object, 'metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class') ===
    'true'
  );
}

function budget(object: JsonObject, name: string): string {
  const value = readAt(object, 'spec', name);
  return value === undefined ? 'N/A' : showJson(value);
}

function quotas(quota: JsonObject, limits: boolean): string {
  const hard = Object.entries(readObject(quota, 'status', 'hard')).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return hard
    .filter(([name]) => name.startsWith('limits.') === limits)
    .map(
      ([name, value]) =>
        `${name}: ${readText(quota, 'status', 'used', name) ?? '0'}/${showJson(value)}`,
    )
    .join(', ');
}

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function modes(list: readonly Json[]): string {
  return Object.entries(shortModes)
    .filter(([mode]) => list.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

function phaseOf(object: JsonObject): string {
  if (readText(object, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  return readText(object, 'status', 'phase') ?? '';
}

function volumeRow(object: JsonObject, now: Date): readonly Json[] {
  const claim = readObject(object, 'spec', 'claimRef');
  const isClaimed = Object.keys(claim).length > 0;
  return [
    nameOf(object),
    readText(object, 'spec', 'capacity', 'storage') ?? '0',
    modes(readList(object, 'spec', 'accessModes')),
    readText(object, 'spec', 'persistentVolumeReclaimPolicy') ?? '',
    phaseOf(object),
    isClaimed ? `${readText(claim, 'namespace')}/${readText(claim, 'name')}` : '',
    readText(object, 'spec', 'storageClassName') ?? '',
    readText(object, 'spec', 'volumeAttributesClassName') ?? '<unset>',
    readText(object, 'status', 'reason') ?? '',
    createdAgo(object, now),
    readText(object, 'spec', 'volumeMode') ?? '<unset>',
  ];
}

function claimRow(object: JsonObject, now: Date): readonly Json[] {
  const volume = readText(object, 'spec', 'volumeName') ?? '';
  return [
    nameOf(object),
    phaseOf(object),
    volume,
    volume === '' ? '' : (readText(object, 'status', 'capacity', 'storage') ?? '0'),
    volume === '' ? '' : modes(readList(object, 'status', 'accessModes')),
    readText(object, 'spec', 'storageClassName') ?? '',
    readText(object, 'spec', 'volumeAttributesClassName') ?? '<unset>',
    createdAgo(object, now),
    readText(object, 'spec', 'volumeMode') ?? '<unset>',
  ];
}

function bindingRow(object: JsonObject, now: Date): readonly Json[] {
  const subjects = readObjects(object, 'subjects');
  const named = (kind: string): string =>
    subjects
      .filter((one) => one['kind'] === kind)
      .map((one) => {
        const name = readText(one, 'name') ?? '';
        return kind === 'ServiceAccount' ? `${readText(one, 'namespace') ?? ''}/${name}` : name;
      })
      .join(', ');
  return [
    nameOf(object),
    `${readText(object, 'roleRef', 'kind')}/${readText(object, 'roleRef', 'name')}`,
    createdAgo(object, now),
    named('User'),
    named('Group'),
    named('ServiceAccount'),
  ];
}

function nodeRow(object: JsonObject, now: Date): readonly Json[] {
  const ready = readObjects(object, 'status', 'conditions').find((one) => one['type'] === 'Ready');
  const readiness = ready?.['status'] === 'True' ? 'Ready' : 'NotReady';
  const state = ready ? readiness : 'Unknown';
  const info = readObject(object, 'status', 'nodeInfo');
  const address = (type: string): string =>
    readText(
      readObjects(object, 'status', 'addresses').find((one) => one['type'] === type),
      'address',
    ) ?? none;
  return [
    nameOf(object),
    readFlag(object, 'spec', 'unschedulable') ? `${state},SchedulingDisabled` : state,
    nodeRoles(object),
    createdAgo(object, now),
    readText(info, 'kubeletVersion') ?? '',
    address('InternalIP'),
    address('ExternalIP'),
    firstText(readText(info, 'osImage'), '<unknown>'),
    firstText(readText(info, 'kernelVersion'), '<unknown>'),
    firstText(readText(info, 'containerRuntimeVersion'), '<unknown>'),
  ];
}

function nodeRoles(object: JsonObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.entries(readObject(object, 'metadata', 'labels')).flatMap(
    ([label, value]) => {
      if (label.startsWith(prefix)) return [label.slice(prefix.length)];
      return label === 'kubernetes.io/role' ? [showJson(value)] : [];
    },
  );
  const named = roles.filter((one) => one !== '').sort();
  return named.length === 0 ? none : named.join(',');
}

function eventRow(object: JsonObject, now: Date): readonly Json[] {
  const first = firstText(readText(object, 'firstTimestamp'), readText(object, 'eventTime'));
  const [observed, latest] = [
    readText(object, 'series', 'lastObservedTime'),
    readText(object, 'lastTimestamp'),
  ];
  return [
    ageOf(firstText(observed, latest, first), now),
    readText(object, 'type') ?? '',
    readText(object, 'reason') ?? '',
    eventTarget(object),
    readText(object, 'involvedObject', 'fieldPath') ?? '',
    eventSource(object),
    (readText(object, 'message') ?? '').trim(),
    ageOf(first, now),
    // Events of the newer API are not counted.
    readNumber(object, 'series', 'count') ?? Math.max(1, readNumber(object, 'count') ?? 0),
    nameOf(object),
  ];
}

function eventTarget(object: JsonObject): string {
  const kind = (readText(object, 'involvedObject', 'kind') ?? '').toLowerCase();
  const name = readText(object, 'involvedObject', 'name') ?? '';
  return name === '' ? kind : `${kind}/${name}`;
}

function eventSource(object: JsonObject): string {
  const component = firstText(
    readText(object, 'source', 'component'),
    readText(object, 'reportingComponent'),
  );
  const host = firstText(readText(object, 'source', 'host'), readText(object, 'reportingInstance'));
  return host === '' ? component : `${component}, ${host}`;
}

function apiServiceRow(object: JsonObject, now: Date): readonly Json[] {
  const service = readObject(object, 'spec', 'service');
  const isLocal = Object.keys(service).length === 0;
  const condition = readObjects(object, 'status', 'conditions').find(
    (one) => one['type'] === 'Available',
  );
  const status = readText(condition, 'status') ?? 'Unknown';
  return [
    nameOf(object),
    isLocal ? 'Local' : `${readText(service, 'namespace')}/${readText(service, 'name')}`,
    status === 'True' ? status : `${status} (${readText(condition, 'reason') ?? 'Unknown'})`,
    createdAgo(object, now),
  ];
}
