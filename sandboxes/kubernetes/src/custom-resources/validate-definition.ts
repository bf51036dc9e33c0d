/** Checks CustomResourceDefinitions: names, versions, scope, and that their schemas are structural. */

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import {
  readAt,
  readFlag,
  readList,
  readObject,
  readObjects,
  readText,
} from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import {
  type FieldError,
  forbiddenField,
  invalidField,
  requiredField,
  unsupportedField,
} from '../validation/field-error.ts';
import { checkDns1035, checkSubdomain } from '../validation/names.ts';
import { validateStructural } from './validate-structural.ts';

export function validateDefinition(value: JsonObject): readonly FieldError[] {
  return [
    ...validateNames(value),
    ...validateScope(value),
    ...validateVersions(value),
    ...validateConversion(value),
  ];
}

/** Later the name is what it is, and the group cannot change any more. */
export function validateNewDefinition(value: JsonObject): readonly FieldError[] {
  const name = readText(value, 'metadata', 'name') ?? '';
  const plural = readText(value, 'spec', 'names', 'plural') ?? '';
  if (name === `${plural}.${readText(value, 'spec', 'group') ?? ''}`) return [];
  return [invalidField('metadata.name', name, 'must be spec.names.plural+"."+spec.group')];
}

/** Once a kind is established its objects rely on these. */
export function validateDefinitionUpdate(
  value: JsonObject,
  old: JsonObject,
): readonly FieldError[] {
  const isEstablished = readObjects(old, 'status', 'conditions').some(
    (one) => one['type'] === 'Established' && one['status'] === 'True',
  );
  const fixed: readonly (readonly string[])[] = isEstablished
    ? [['group'], ['names', 'plural'], ['scope'], ['names', 'kind']]
    : [['group'], ['names', 'plural']];
  const errors = fixed
    .filter((path) => !isSameJson(readAt(value, 'spec', ...path), readAt(old, 'spec', ...path)))
    .map((path) =>
      invalidField(`spec.${path.join('.')}`, readAt(value, 'spec', ...path), 'field is immutable'),
    );
  // The name still says the old group: one complaint is enough.
  return errors.length > 0 ? errors : validateStoredVersions(value);
}

function validateStoredVersions(value: JsonObject): readonly FieldError[] {
  const names = versionNames(value);
  return readList(value, 'status', 'storedVersions').flatMap((one, index) =>
    typeof one === 'string' && !names.includes(one)
      ? [
          invalidField(
            `status.storedVersions[${index}]`,
            one,
            'missing from spec.versions; must be included in spec.versions to remain served',
          ),
        ]
      : [],
  );
}

function versionNames(value: JsonObject): readonly string[] {
  return readObjects(value, 'spec', 'versions').map((one) => readText(one, 'name') ?? '');
}

function validateNames(value: JsonObject): readonly FieldError[] {
  const group = readText(value, 'spec', 'group') ?? '';
  const plural = readText(value, 'spec', 'names', 'plural') ?? '';
  const kind = readText(value, 'spec', 'names', 'kind') ?? '';
  const errors: FieldError[] = [];
  if (group === '') {
    errors.push(requiredField('spec.group'));
  } else if (!group.includes('.') || checkSubdomain(group) !== undefined) {
    errors.push(
      invalidField(
        'spec.group',
        group,
        checkSubdomain(group) ?? 'should be a domain with at least one dot',
      ),
    );
  }
  if (plural === '') errors.push(requiredField('spec.names.plural'));
  else errors.push(...checkName(plural, 'spec.names.plural'));
  if (kind === '') errors.push(requiredField('spec.names.kind'));
  else errors.push(...checkName(kind.toLowerCase(), 'spec.names.kind'));
  return errors;
}

function checkName(name: string, field: string): readonly FieldError[] {
  const wrong = checkDns1035(name);
  return wrong === undefined ? [] : [invalidField(field, name, wrong)];
}

function validateScope(value: JsonObject): readonly FieldError[] {
  const scope = readText(value, 'spec', 'scope') ?? '';
  if (scope === '') return [requiredField('spec.scope')];
  const scopes = ['Cluster', 'Namespaced'];
  return scopes.includes(scope) ? [] : [unsupportedField('spec.scope', scope, scopes)];
}

function validateVersions(value: JsonObject): readonly FieldError[] {
  const versions = readObjects(value, 'spec', 'versions');
  const stored = versions.filter((one) => readFlag(one, 'storage') === true);
  const errors = versions.flatMap((one, index) => validateVersion(one, index, versions.length));
  if (stored.length !== 1) {
    errors.push(
      invalidField(
        'spec.versions',
        [...versions],
        'must have exactly one version marked as storage version',
      ),
    );
  }
  if (readList(value, 'status', 'storedVersions').length === 0) {
    errors.push(invalidField('status.storedVersions', [], 'must have at least one stored version'));
  }
  return errors;
}

function validateVersion(version: JsonObject, index: number, count: number): FieldError[] {
  const field = `spec.versions[${index}]`;
  const name = readText(version, 'name') ?? '';
  const wrong = checkDns1035(name);
  const errors = wrong === undefined ? [] : [invalidField(`${field}.name`, name, wrong)];
  const schema = readAt(version, 'schema', 'openAPIV3Schema');
  if (!isJsonObject(schema)) {
    errors.push(requiredField(`${field}.schema.openAPIV3Schema`, 'schemas are required'));
    return errors;
  }
  // A schema that all versions share is told of under the name that it had in v1beta1.
  const path = count === 1 ? 'spec.validation' : `${field}.schema`;
  errors.push(...validateStructural(schema, `${path}.openAPIV3Schema`));
  errors.push(
    ...validateScale(version, count === 1 ? 'spec.subresources' : `${field}.subresources`),
  );
  return errors;
}

function validateScale(version: JsonObject, field: string): readonly FieldError[] {
  const scale = readAt(version, 'subresources', 'scale');
  if (!isJsonObject(scale)) return [];
  const rules = [
    ['specReplicasPath', '.spec'],
    ['statusReplicasPath', '.status'],
  ] as const;
  return rules.flatMap(([name, root]) => {
    const path = readText(scale, name) ?? '';
    if (path === '') return [requiredField(`${field}.scale.${name}`)];
    if (path.startsWith(`${root}.`)) return [];
    return [invalidField(`${field}.scale.${name}`, path, `should be a json path under ${root}`)];
  });
}

function validateConversion(value: JsonObject): readonly FieldError[] {
  const conversion = readObject(value, 'spec', 'conversion');
  const strategy = readText(conversion, 'strategy') ?? '';
  const strategies = ['None', 'Webhook'];
  if (!strategies.includes(strategy)) {
    return [unsupportedField('spec.conversion.strategy', strategy, strategies)];
  }
  if (strategy === 'None' && conversion['webhook'] !== undefined) {
    return [
      forbiddenField(
        'spec.conversion.webhook',
        'should not be set when strategy is not set to Webhook',
      ),
    ];
  }
  return [];
}
