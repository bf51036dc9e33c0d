/** Checks storage, access, scaling and admission. */

import type { JsonObject } from '@trueup/diagnostics';

import { parseQuantity } from '../object/quantity.ts';
import {
  readAt,
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
} from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { showJson } from '../object/show-json.ts';
import {
  type FieldError,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
} from './field-error.ts';
import { checkSubdomain } from './names.ts';
import { atMostWhole, countOrShare } from './numbers.ts';
import { fractionWarning, isWhole } from './pod-warnings.ts';
import { immutable } from './validate-workloads.ts';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function validateClaim(value: JsonObject): readonly FieldError[] {
  const modes = readList(value, 'spec', 'accessModes').filter((one) => typeof one === 'string');
  const storage = readAt(value, 'spec', 'resources', 'requests', 'storage');
  const size = storage === undefined ? undefined : parseQuantity(showJson(storage));
  return [
    ...(modes.length === 0
      ? [requiredField('spec.accessModes', 'at least 1 access mode is required')]
      : []),
    ...modes
      .filter((mode) => !accessModes.includes(mode))
      .map((mode) => unsupportedField('spec.accessModes', mode, accessModes)),
    ...(storage === undefined ? [requiredField('spec.resources[storage]')] : []),
    ...(size !== undefined && size <= 0n
      ? [invalidField('spec.resources[storage]', storage, 'must be greater than zero')]
      : []),
  ];
}

export function claimWarnings(value: JsonObject): readonly string[] {
  return ['limits', 'requests'].flatMap((list) => {
    const storage = readAt(value, 'spec', 'resources', list, 'storage');
    const text = storage === undefined ? '0' : showJson(storage);
    return isWhole(text) ? [] : [fractionWarning(`spec.resources.${list}[storage]`, text)];
  });
}

export function keepClaim(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const isBound = readText(old, 'status', 'phase') === 'Bound';
  if (isSameJson(fixedClaim(value, old, isBound), fixedClaim(old, old, isBound))) return [];
  const [mode, before] = [value, old].map((one) => readText(one, 'spec', 'volumeMode'));
  return [
    forbiddenField(
      'spec',
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ),
    ...(mode === before ? [] : [invalidField('volumeMode', mode, immutable)]),
  ];
}

/** A claim gets its volume and, once, its class later. */
function fixedClaim(value: JsonObject, old: JsonObject, isBound: boolean): JsonObject {
  const {
    volumeName: _volume,
    volumeAttributesClassName: _attributes,
    ...spec
  } = readObject(value, 'spec');
  const { storageClassName: _class, ...rest } = spec;
  const classed = readAt(old, 'spec', 'storageClassName') === undefined ? rest : spec;
  if (!isBound) return classed;
  const { resources: _resources, ...without } = classed;
  return without;
}

export function validateVolume(value: JsonObject): readonly FieldError[] {
  const modes = readList(value, 'spec', 'accessModes');
  const capacity = readAt(value, 'spec', 'capacity', 'storage');
  return [
    ...(modes.length === 0 ? [requiredField('spec.accessModes')] : []),
    ...(capacity === undefined ? [requiredField('spec.capacity')] : []),
  ];
}

export function validateStorageClass(value: JsonObject): readonly FieldError[] {
  const policies = ['Delete', 'Retain'];
  const policy = readText(value, 'reclaimPolicy') ?? 'Delete';
  return [
    ...((readText(value, 'provisioner') ?? '') === '' ? [requiredField('provisioner')] : []),
    ...(policies.includes(policy) ? [] : [unsupportedField('reclaimPolicy', policy, policies)]),
  ];
}

export function keepStorageClass(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const differs = (name: string): boolean => !isSameJson(value[name], old[name]);
  return [
    ...['parameters', 'provisioner', 'reclaimPolicy']
      .filter(differs)
      .map((name) => forbiddenField(name, `updates to ${name} are forbidden.`)),
    ...['volumeBindingMode']
      .filter(differs)
      .map((name) => invalidField(name, value[name], immutable)),
  ];
}

export function validateAutoscaler(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const [least, most] = [readNumber(spec, 'minReplicas'), readNumber(spec, 'maxReplicas') ?? 0];
  const target = readObject(spec, 'scaleTargetRef');
  const field = 'spec.scaleTargetRef';
  const missing = ['kind', 'name'].filter((name) => (readText(target, name) ?? '') === '');
  return [
    ...(least !== undefined && least < 1
      ? [invalidField('spec.minReplicas', least, 'must be greater than or equal to 1')]
      : []),
    ...(most < 1 ? [invalidField('spec.maxReplicas', most, 'must be greater than 0')] : []),
    ...(least !== undefined && most < least
      ? [invalidField('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...missing.map((name) => requiredField(`${field}.${name}`)),
    ...((readText(target, 'apiVersion') ?? '').includes('/') ||
    readText(target, 'kind') === 'ReplicationController'
      ? []
      : [
          invalidField(
            `${field}.apiVersion`,
            target['apiVersion'] ?? '',
            'apiVersion must specify API group',
          ),
        ]),
    ...(least === 0 && !hasOutsideMetric(spec)
      ? [
          forbiddenField(
            'spec.metrics',
            'must specify at least one Object or External metric to support scaling to zero replicas',
          ),
        ]
      : []),
  ];
}

function hasOutsideMetric(spec: JsonObject): boolean {
  return readObjects(spec, 'metrics').some(({ type }) => type === 'Object' || type === 'External');
}

export function validateBudget(value: JsonObject): readonly FieldError[] {
  const spec = readObject(value, 'spec');
  const { minAvailable, maxUnavailable } = spec;
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [invalidField('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...countOrShare('spec.minAvailable', minAvailable),
    ...atMostWhole('spec.minAvailable', minAvailable),
    ...countOrShare('spec.maxUnavailable', maxUnavailable),
    ...atMostWhole('spec.maxUnavailable', maxUnavailable),
  ];
}

export function validateRole(namespaced: boolean): (value: JsonObject) => readonly FieldError[] {
  return (value) =>
    readObjects(value, 'rules').flatMap((rule, index) =>
      validateRule(rule, `rules[${index}]`, namespaced),
    );
}

function validateRule(rule: JsonObject, field: string, namespaced: boolean): readonly FieldError[] {
  const has = (name: string): boolean => readList(rule, name).length > 0;
  const errors: FieldError[] = [];
  if (!has('verbs'))
    errors.push(requiredField(`${field}.verbs`, 'verbs must contain at least one value'));
  if (has('nonResourceURLs')) {
    if (namespaced) {
      const detail = 'namespaced rules cannot apply to non-resource URLs';
      errors.push(invalidField(`${field}.nonResourceURLs`, rule['nonResourceURLs'], detail));
    }
    return errors;
  }
  if (!has('apiGroups')) {
    errors.push(
      requiredField(`${field}.apiGroups`, 'resource rules must supply at least one api group'),
    );
  }
  if (!has('resources')) {
    errors.push(
      requiredField(`${field}.resources`, 'resource rules must supply at least one resource'),
    );
  }
  return errors;
}

export function validateBinding(
  kinds: readonly string[],
): (value: JsonObject) => readonly FieldError[] {
  return (value) => {
    const kind = readText(value, 'roleRef', 'kind') ?? '';
    const group = readText(value, 'roleRef', 'apiGroup') ?? '';
    const groups = ['rbac.authorization.k8s.io'];
    return [
      ...(groups.includes(group) ? [] : [unsupportedField('roleRef.apiGroup', group, groups)]),
      ...(kinds.includes(kind) ? [] : [unsupportedField('roleRef.kind', kind, kinds)]),
      ...((readText(value, 'roleRef', 'name') ?? '') === '' ? [requiredField('roleRef.name')] : []),
      ...readObjects(value, 'subjects').flatMap((subject, index) =>
        validateSubject(subject, `subjects[${index}]`, kinds.length === 1),
      ),
    ];
  };
}

function validateSubject(
  subject: JsonObject,
  field: string,
  clusterWide: boolean,
): readonly FieldError[] {
  const kinds = ['ServiceAccount', 'User', 'Group'];
  const kind = readText(subject, 'kind') ?? '';
  const errors: FieldError[] = [];
  if ((readText(subject, 'name') ?? '') === '') errors.push(requiredField(`${field}.name`));
  if (!kinds.includes(kind)) errors.push(unsupportedField(`${field}.kind`, kind, kinds));
  const isHomeless = kind === 'ServiceAccount' && (readText(subject, 'namespace') ?? '') === '';
  if (isHomeless && clusterWide) errors.push(requiredField(`${field}.namespace`));
  return errors;
}

export function keepRoleReference(value: JsonObject, old: JsonObject): readonly FieldError[] {
  if (isSameJson(value['roleRef'], old['roleRef'])) return [];
  return [invalidField('roleRef', value['roleRef'], 'cannot change roleRef')];
}

/** What users may ask for; more is kept for the system. */
const highestPriority = 1_000_000_000;

export function validatePriority(value: JsonObject): readonly FieldError[] {
  const name = readText(value, 'metadata', 'name') ?? '';
  const priority = readNumber(value, 'value') ?? 0;
  if (name.startsWith('system-')) {
    const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`;
    return [forbiddenField('metadata.name', detail)];
  }
  if (priority <= highestPriority) return [];
  return [
    forbiddenField(
      'value',
      `maximum allowed value of a user defined priority is ${highestPriority}`,
    ),
  ];
}

export function keepPriority(value: JsonObject, old: JsonObject): readonly FieldError[] {
  return [
    ...(value['value'] === old['value']
      ? []
      : [forbiddenField('value', 'may not be changed in an update.')]),
    ...(value['preemptionPolicy'] === old['preemptionPolicy']
      ? []
      : [invalidField('preemptionPolicy', value['preemptionPolicy'], immutable)]),
  ];
}

export function keepIngressClass(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const [after, before] = [value, old].map((one) => readAt(one, 'spec', 'controller'));
  return after === before ? [] : [invalidField('spec.controller', after, immutable)];
}

export function validateWebhooks(value: JsonObject): readonly FieldError[] {
  return readObjects(value, 'webhooks').flatMap((hook, index) =>
    validateWebhook(hook, `webhooks[${index}]`),
  );
}

function validateWebhook(hook: JsonObject, field: string): readonly FieldError[] {
  const name = readText(hook, 'name') ?? '';
  const effects = ['None', 'NoneOnDryRun'];
  const effect = readText(hook, 'sideEffects') ?? '';
  const client = readObject(hook, 'clientConfig');
  const isDomain = checkSubdomain(name) === undefined && name.split('.').length >= 3;
  const isReachable = (client['url'] === undefined) !== (client['service'] === undefined);
  return [
    ...(isDomain
      ? []
      : [
          invalidField(
            `${field}.name`,
            name,
            'should be a domain with at least three segments separated by dots',
          ),
        ]),
    ...(effects.includes(effect)
      ? []
      : [unsupportedField(`${field}.sideEffects`, effect, effects)]),
    ...(readList(hook, 'admissionReviewVersions').length === 0
      ? [requiredField(`${field}.admissionReviewVersions`, 'must specify one of v1, v1beta1')]
      : []),
    ...(isReachable
      ? []
      : [requiredField(`${field}.clientConfig`, 'exactly one of url or service is required')]),
  ];
}
