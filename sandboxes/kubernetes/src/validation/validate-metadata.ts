/** Checks `metadata`, which is the same for all kinds. */

import type { JsonObject } from '@trueup/diagnostics';

import { readNumber, readObject, readObjects, readText, readTexts } from '../object/read-fields.ts';
import {
  type FieldError,
  forbiddenField,
  invalidField,
  requiredField,
  tooLongField,
} from './field-error.ts';
import { checkLabelValue, checkQualifiedName, checkSubdomain, type NameRule } from './names.ts';

const maxAnnotationBytes = 256 * 1024;

export function validateMetadata(
  metadata: JsonObject,
  { nameRule, namespaced }: { readonly nameRule: NameRule; readonly namespaced: boolean },
): readonly FieldError[] {
  return [
    ...validateName(metadata, nameRule),
    ...validateNamespace(metadata, namespaced),
    ...validateLabels(readTexts(metadata, 'labels'), 'metadata.labels'),
    ...validateAnnotations(metadata, 'metadata.annotations'),
    ...validateOwners(metadata),
    ...validateFinalizers(metadata),
  ];
}

/** What no update may change. */
export function validateMetadataUpdate(
  metadata: JsonObject,
  old: JsonObject,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['name', 'namespace', 'uid', 'creationTimestamp'] as const) {
    if (readText(metadata, name) !== readText(old, name)) {
      errors.push(invalidField(`metadata.${name}`, metadata[name], 'field is immutable'));
    }
  }
  if (readText(old, 'deletionTimestamp') !== undefined) {
    const before = new Set(finalizersOf(old));
    const added = finalizersOf(metadata).filter((one) => !before.has(one));
    if (added.length > 0) {
      errors.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`,
        ),
      );
    }
  }
  return errors;
}

export function validateLabels(
  labels: Readonly<Record<string, string>>,
  field: string,
): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const wrongKey = checkQualifiedName(key);
    const wrongValue = checkLabelValue(value);
    return [
      ...(wrongKey === undefined ? [] : [invalidField(field, key, wrongKey)]),
      ...(wrongValue === undefined ? [] : [invalidField(field, value, wrongValue)]),
    ];
  });
}

export function validateAnnotations(metadata: JsonObject, field: string): readonly FieldError[] {
  const annotations = Object.entries(readTexts(metadata, 'annotations'));
  const errors = annotations.flatMap(([key]) => {
    // Keys may be in any case.
    const wrong = checkQualifiedName(key.toLowerCase());
    return wrong === undefined ? [] : [invalidField(field, key, wrong)];
  });
  const bytes = annotations.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return bytes > maxAnnotationBytes ? [...errors, tooLongField(field, maxAnnotationBytes)] : errors;
}

function validateName(metadata: JsonObject, rule: NameRule): readonly FieldError[] {
  const name = readText(metadata, 'name') ?? '';
  const prefix = readText(metadata, 'generateName') ?? '';
  const errors: FieldError[] = [];
  if (prefix !== '') {
    // A prefix may end where a name must not.
    const wrong = rule(prefix.replace(/[-.]$/, 'a'));
    if (wrong) errors.push(invalidField('metadata.generateName', prefix, wrong));
  }
  if (name === '') {
    return [...errors, requiredField('metadata.name', 'name or generateName is required')];
  }
  const wrong = rule(name);
  return wrong ? [...errors, invalidField('metadata.name', name, wrong)] : errors;
}

function validateNamespace(metadata: JsonObject, namespaced: boolean): readonly FieldError[] {
  const namespace = readText(metadata, 'namespace') ?? '';
  if (namespaced || namespace === '') return [];
  return [forbiddenField('metadata.namespace', 'not allowed on this type')];
}

function validateOwners(metadata: JsonObject): readonly FieldError[] {
  const owners = readObjects(metadata, 'ownerReferences');
  const errors = owners.flatMap((owner) => {
    const field = 'metadata.ownerReferences';
    const missing = ['apiVersion', 'kind', 'name', 'uid'].filter((one) => !readText(owner, one));
    return missing.map((one) =>
      one === 'apiVersion'
        ? invalidField(`${field}.apiVersion`, '', 'version must not be empty')
        : invalidField(`${field}.${one}`, '', 'must not be empty'),
    );
  });
  const controllers = owners.filter((owner) => owner['controller'] === true);
  if (controllers.length > 1) {
    const names = controllers.map((one) => `${readText(one, 'kind')}/${readText(one, 'name')}`);
    errors.push(
      invalidField(
        'metadata.ownerReferences',
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${names.join(' and ')}`,
      ),
    );
  }
  return errors;
}

function validateFinalizers(metadata: JsonObject): readonly FieldError[] {
  const names = finalizersOf(metadata);
  const errors = names.flatMap((name, index) => {
    const field = `metadata.finalizers[${index}]`;
    const wrong = checkQualifiedName(name);
    if (wrong) return [invalidField(field, name, wrong)];
    if (name.includes('/') || name === 'orphan' || name === 'foregroundDeletion') return [];
    return isStandardFinalizer(name)
      ? []
      : [
          invalidField(
            field,
            name,
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ];
  });
  if (names.includes('orphan') && names.includes('foregroundDeletion')) {
    errors.push(
      invalidField(
        'metadata.finalizers',
        [...names],
        'finalizer orphan and foregroundDeletion cannot be both set',
      ),
    );
  }
  return errors;
}

function isStandardFinalizer(name: string): boolean {
  return name === 'kubernetes' || (checkSubdomain(name) === undefined && name.includes('.'));
}

export function finalizersOf(metadata: JsonObject): readonly string[] {
  const { finalizers } = readObject(metadata);
  return Array.isArray(finalizers) ? finalizers.filter((one) => typeof one === 'string') : [];
}

/** The generation counts changes of what is asked for. */
export function generationOf(value: JsonObject): number {
  return readNumber(value, 'metadata', 'generation') ?? 0;
}
