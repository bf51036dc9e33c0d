/** Reads which numbers the members of messages have from `generated.proto`, laid out by its generator. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Members by number: name and type. A type is `string`, `bytes`, `int`, `bool`, `double` or the name of a
 * message, after `*` for a list or `%` for a map from strings.
 */
export type MessageFields = Readonly<Record<string, readonly [string, string]>>;

/** The messages of one package, by the names that OpenAPI has for them. */
export function readProtoMessages(folder: string): ReadonlyMap<string, MessageFields> {
  const file = join(folder, 'generated.proto');
  const messages = new Map<string, MessageFields>();
  if (!existsSync(file)) return messages;
  const text = readFileSync(file, 'utf8').replace(/^\s*\/\/.*$/gm, '');
  const scope = /^package ([\w.]+);/m.exec(text)?.[1] ?? '';
  for (const [, name = '', body = ''] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    messages.set(openApiName(`${scope}.${name}`), parseFields(body, scope));
  }
  return messages;
}

function parseFields(body: string, scope: string): MessageFields {
  const pattern =
    /^\s*(optional|repeated|map<string, (?<value>[\w.]+)>)\s+(?:(?<type>[\w.]+)\s+)?(?<name>\w+) = (?<number>\d+)/gm;
  const fields: Record<string, readonly [string, string]> = {};
  for (const { 1: label = '', groups } of body.matchAll(pattern)) {
    const { value, type, name = '', number = '' } = groups ?? {};
    const prefix = label === 'repeated' ? '*' : '';
    fields[number] = [
      name,
      value ? `%${typeName(value, scope)}` : `${prefix}${typeName(type ?? '', scope)}`,
    ];
  }
  return fields;
}

function typeName(type: string, scope: string): string {
  if (/^u?int\d\d$/.test(type)) return 'int';
  if (/^(?:string|bytes|bool|double)$/.test(type)) return type;
  return openApiName(type.includes('.') ? type.replace(/^\./, '') : `${scope}.${type}`);
}

/** `k8s.io.api.core.v1.Pod` → `io.k8s.api.core.v1.Pod` */
function openApiName(name: string): string {
  return name
    .replace(/^k8s\.io\./, 'io.k8s.')
    .replace('io.k8s.apiextensions_apiserver.', 'io.k8s.apiextensions-apiserver.')
    .replace('io.k8s.kube_aggregator.', 'io.k8s.kube-aggregator.');
}
