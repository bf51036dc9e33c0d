/**
 * What cannot be written through a resource or one of its subresources: the API server puts the old
 * value back, so nobody comes to own it there.
 */
import { type ElementPath, emptyFieldSet, type FieldSet, fieldSetOf } from '../fields/field-set.ts';
import type { GroupVersionKind } from '../schema/schema-from-open-api.ts';

const spec: ElementPath = ['f:spec'];
const status: ElementPath = ['f:status'];
const metadata: ElementPath = ['f:metadata'];

interface Rule {
  /** Through the resource itself. */
  readonly main: FieldSet;
  /** Through `/status`. */
  readonly status: FieldSet;
}

const plain: Rule = { main: fieldSetOf([status]), status: fieldSetOf([spec]) };
const strict: Rule = { main: fieldSetOf([status]), status: fieldSetOf([metadata, spec]) };
const none: Rule = { main: emptyFieldSet, status: emptyFieldSet };

/** As of Kubernetes 1.35. A kind of its own groups that is not here has nothing to be put back. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...each(plain, '', [
    'Namespace',
    'Node',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'ReplicationController',
    'ResourceQuota',
    'Service',
  ]),
  ['/Pod', podRule()],
  ...each(plain, 'apps', ['DaemonSet', 'ReplicaSet', 'StatefulSet']),
  ['apps/Deployment', { ...plain, status: fieldSetOf([spec, ['f:metadata', 'f:labels']]) }],
  ...each(plain, 'autoscaling', ['HorizontalPodAutoscaler']),
  ...each(plain, 'batch', ['CronJob', 'Job']),
  ...each(plain, 'networking.k8s.io', ['Ingress']),
  ...each(plain, 'policy', ['PodDisruptionBudget']),
  ...each(strict, 'admissionregistration.k8s.io', ['ValidatingAdmissionPolicy']),
  ...each(strict, 'apiextensions.k8s.io', ['CustomResourceDefinition']),
  ...each(strict, 'apiregistration.k8s.io', ['APIService']),
  ...each(strict, 'flowcontrol.apiserver.k8s.io', ['FlowSchema', 'PriorityLevelConfiguration']),
  ...each(strict, 'internal.apiserver.k8s.io', ['StorageVersion']),
  ...each(strict, 'resource.k8s.io', ['DeviceTaintRule', 'ResourceClaim']),
  ...each(strict, 'storage.k8s.io', ['VolumeAttachment']),
  ...each(strict, 'storagemigration.k8s.io', ['StorageVersionMigration']),
  [
    'certificates.k8s.io/CertificateSigningRequest',
    {
      main: fieldSetOf([spec, status]),
      status: fieldSetOf([spec, ['f:status', 'f:conditions']]),
    },
  ],
]);

function each(rule: Rule, group: string, kinds: readonly string[]): readonly [string, Rule][] {
  return kinds.map((kind) => [`${group}/${kind}`, rule]);
}

function podRule(): Rule {
  const kept: readonly ElementPath[] = [
    ['f:metadata', 'f:deletionTimestamp'],
    ['f:metadata', 'f:ownerReferences'],
  ];
  return { ...plain, status: fieldSetOf([spec, ...kept]) };
}

/** For the kinds of Kubernetes itself. Subresources other than `status` have nothing put back. */
export function resetFieldsOf(kind: GroupVersionKind, subresource: string): FieldSet {
  return pick(rules.get(`${kind.group}/${kind.kind}`) ?? none, subresource);
}

/** For custom resources; one without a status subresource has its status like any other field. */
export function resetFieldsOfCustom(hasStatus: boolean, subresource: string): FieldSet {
  return pick(hasStatus ? plain : none, subresource);
}

function pick(rule: Rule, subresource: string): FieldSet {
  if (subresource === '') return rule.main;
  return subresource === 'status' ? rule.status : emptyFieldSet;
}
