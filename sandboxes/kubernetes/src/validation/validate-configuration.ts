/** Checks ConfigMaps and Secrets, and what is immutable about them. */

import type { JsonObject } from '@trueup/diagnostics';

import { parseJson } from '../object/json-text.ts';
import { readFlag, readObject, readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import {
  type FieldError,
  forbiddenField,
  invalidField,
  requiredField,
  tooLongField,
} from './field-error.ts';
import { checkConfigKey } from './names.ts';

const maxBytes = 1024 * 1024;
const frozen = 'field is immutable when `immutable` is set';

export function validateConfigMap(value: JsonObject): readonly FieldError[] {
  const data = readObject(value, 'data');
  const binary = readObject(value, 'binaryData');
  return [
    ...validateKeys(data, 'data'),
    ...Object.keys(data)
      .filter((key) => Object.hasOwn(binary, key))
      .map((key) => invalidField(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...validateKeys(binary, 'binaryData'),
    ...(sizeOf(data) + sizeOf(binary) > maxBytes ? [tooLongField('[]', maxBytes)] : []),
  ];
}

function validateKeys(data: JsonObject, field: string): readonly FieldError[] {
  return Object.keys(data).flatMap((key) => {
    const wrong = checkConfigKey(key);
    return wrong === undefined ? [] : [invalidField(`${field}[${key}]`, key, wrong)];
  });
}

function sizeOf(data: JsonObject): number {
  return Object.values(data).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
}

export function keepConfigMap(value: JsonObject, old: JsonObject): readonly FieldError[] {
  return keepFrozen(value, old, ['data', 'binaryData']);
}

function keepFrozen(
  value: JsonObject,
  old: JsonObject,
  members: readonly string[],
): readonly FieldError[] {
  if (readFlag(old, 'immutable') !== true) return [];
  const isThawed = readFlag(value, 'immutable') !== true;
  return [
    ...(isThawed ? [forbiddenField('immutable', frozen)] : []),
    ...members
      .filter((name) => !isSameJson(value[name], old[name]))
      .map((name) => forbiddenField(name, frozen)),
  ];
}

/** What Secrets of a type cannot do without. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
};

export function validateSecret(value: JsonObject): readonly FieldError[] {
  const data = readObject(value, 'data');
  const type = readText(value, 'type') ?? '';
  const required = requiredKeys[type] ?? [];
  return [
    ...validateKeys(data, 'data'),
    ...(sizeOf(data) > (maxBytes * 4) / 3 ? [tooLongField('data', maxBytes)] : []),
    ...required
      .filter((key) => !Object.hasOwn(data, key))
      .map((key) => requiredField(`data[${key}]`)),
    ...validateBasicAuth(type, data),
    ...validateDockerConfig(type, data),
  ];
}

function validateBasicAuth(type: string, data: JsonObject): readonly FieldError[] {
  const keys = ['username', 'password'];
  const hasOne = keys.some((key) => Object.hasOwn(data, key));
  if (type !== 'kubernetes.io/basic-auth' || hasOne) return [];
  return keys.map((key) => requiredField(`data[${key}]`));
}

function validateDockerConfig(type: string, data: JsonObject): readonly FieldError[] {
  const [key] = requiredKeys[type]?.filter((one) => one.startsWith('.docker')) ?? [];
  const encoded = key === undefined ? undefined : readText(data, key);
  if (key === undefined || encoded === undefined) return [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    parseJson(text);
    return [];
  } catch {
    const detail = `invalid character '${text.charAt(0)}' looking for beginning of value`;
    return [invalidField(`data[${key}]`, '<secret contents redacted>', detail)];
  }
}

export function keepSecret(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const isOther = value['type'] !== old['type'];
  return [
    ...(isOther ? [invalidField('type', value['type'], 'field is immutable')] : []),
    ...keepFrozen(value, old, ['data']),
  ];
}
