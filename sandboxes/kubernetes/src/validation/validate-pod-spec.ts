/** Checks the spec of a pod, and of a template of pods. */

import type { JsonObject } from '@trueup/diagnostics';

import { readNumber, readObject, readObjects, readText } from '../object/read-fields.ts';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
} from './field-error.ts';
import { checkLabelName, checkSubdomain } from './names.ts';
import { atLeastZero } from './numbers.ts';
import { validateContainer } from './validate-container.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

export function validatePodSpec(spec: JsonObject, field: string): readonly FieldError[] {
  const volumes = readObjects(spec, 'volumes');
  const containers = readObjects(spec, 'containers');
  return [
    ...validateVolumes(volumes, `${field}.volumes`),
    ...(containers.length === 0 ? [requiredField(`${field}.containers`)] : []),
    ...validateContainers(spec, volumes, { list: 'containers', field }),
    ...validateContainers(spec, volumes, { list: 'initContainers', field }),
    ...oneOf(`${field}.restartPolicy`, readText(spec, 'restartPolicy'), restartPolicies),
    ...oneOf(`${field}.dnsPolicy`, readText(spec, 'dnsPolicy'), dnsPolicies),
    ...validateNames(spec, field),
    ...atLeastZero(
      `${field}.terminationGracePeriodSeconds`,
      readNumber(spec, 'terminationGracePeriodSeconds'),
    ),
  ];
}

/** Of a template: only some policies make sense for workloads that never end. */
export function validateTemplate(value: JsonObject, field: string): readonly FieldError[] {
  const spec = readObject(value, 'spec', 'template', 'spec');
  const policy = readText(spec, 'restartPolicy');
  const errors = validatePodSpec(spec, `${field}.spec`);
  if (policy === 'Always' || policy === undefined) return errors;
  return [...errors, unsupportedField(`${field}.spec.restartPolicy`, policy, ['Always'])];
}

export function oneOf(
  field: string,
  value: string | undefined,
  allowed: readonly string[],
): readonly FieldError[] {
  if (value === undefined || allowed.includes(value)) return [];
  return [unsupportedField(field, value, allowed)];
}

function validateContainers(
  spec: JsonObject,
  volumes: readonly JsonObject[],
  { list, field }: { readonly list: string; readonly field: string },
): readonly FieldError[] {
  const containers = readObjects(spec, list);
  const names = containers.map((one) => readText(one, 'name') ?? '');
  // A volume that is wrong itself is none that one could mount.
  const known = volumes
    .filter((one) => validateSource(one, '').length === 0)
    .map((one) => readText(one, 'name') ?? '');
  return containers.flatMap((container, index) => {
    const own = `${field}.${list}[${index}]`;
    const isKnown = names[index] !== '' && names.indexOf(names[index] ?? '') < index;
    return [
      ...(isKnown ? [duplicateField(`${own}.name`, names[index] ?? '')] : []),
      ...validateContainer(container, own, known),
    ];
  });
}

function validateNames(spec: JsonObject, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const account = readText(spec, 'serviceAccountName') ?? '';
  const wrong = account === '' ? undefined : checkSubdomain(account);
  if (wrong) errors.push(invalidField(`${field}.serviceAccountName`, account, wrong));
  const host = readText(spec, 'hostname') ?? '';
  const wrongHost = host === '' ? undefined : checkLabelName(host);
  if (wrongHost) errors.push(invalidField(`${field}.hostname`, host, wrongHost));
  return errors;
}

function validateVolumes(volumes: readonly JsonObject[], field: string): readonly FieldError[] {
  const names = volumes.map((one) => readText(one, 'name') ?? '');
  return volumes.flatMap((volume, index) => {
    const own = `${field}[${index}]`;
    return [...validateSource(volume, own), ...validateVolumeName(names, index, own)];
  });
}

function validateVolumeName(
  names: readonly string[],
  index: number,
  field: string,
): readonly FieldError[] {
  const name = names[index] ?? '';
  if (name === '') return [requiredField(`${field}.name`)];
  const wrong = checkLabelName(name);
  if (wrong) return [invalidField(`${field}.name`, name, wrong)];
  return names.indexOf(name) < index ? [duplicateField(`${field}.name`, name)] : [];
}

/** What a source cannot do without. */
const requiredMembers: Readonly<Record<string, string>> = {
  configMap: 'name',
  secret: 'secretName',
  persistentVolumeClaim: 'claimName',
  hostPath: 'path',
};

/** In the order in which the server looks at them. */
const sourceOrder = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'projected',
  'csi',
  'ephemeral',
  'image',
];

function validateSource(volume: JsonObject, field: string): readonly FieldError[] {
  const sources = Object.keys(volume)
    .filter((name) => name !== 'name')
    .sort((a, b) => sourceOrder.indexOf(a) - sourceOrder.indexOf(b));
  const [first, ...more] = sources;
  if (first === undefined) return [];
  const required = requiredMembers[first];
  const isIncomplete = required !== undefined && (readText(volume, first, required) ?? '') === '';
  return [
    ...(isIncomplete ? [requiredField(`${field}.${first}.${required}`)] : []),
    ...more.map((name) =>
      forbiddenField(`${field}.${name}`, 'may not specify more than 1 volume type'),
    ),
  ];
}
