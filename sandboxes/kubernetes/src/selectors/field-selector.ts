/** Field selectors: a few fields per kind, those that the server indexes. */

import type { JsonObject } from '@trueup/diagnostics';

import { readAt } from '../object/read-fields.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly negated: boolean;
  readonly value: string;
}

export type FieldSelector = readonly FieldRequirement[];

const always: readonly string[] = ['metadata.name', 'metadata.namespace'];

const supported: Readonly<Record<string, readonly string[]>> = {
  '/pods': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.k8s.io/events': [
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'reason',
    'reportingController',
    'type',
  ],
  '/secrets': ['type'],
  '/namespaces': ['status.phase'],
  '/nodes': ['spec.unschedulable'],
  '/services': ['spec.clusterIP', 'spec.type'],
  '/replicationcontrollers': ['status.replicas'],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
  'certificates.k8s.io/certificatesigningrequests': ['spec.signerName'],
};

/** @returns `undefined` when the text is no selector. */
export function parseFieldSelector(text: string): FieldSelector | undefined {
  const requirements: FieldRequirement[] = [];
  for (const part of text.split(/(?<!\\),/)) {
    if (part.trim() === '') continue;
    const match = /^([^=!]+)(==|=|!=)(.*)$/s.exec(part);
    if (!match) return undefined;
    const [, field = '', operator, value = ''] = match;
    requirements.push({
      field: field.trim(),
      negated: operator === '!=',
      value: value.replace(/\\([\\,=])/g, '$1'),
    });
  }
  return requirements;
}

/** The first field that this resource cannot be selected by. */
export function unsupportedField(
  selector: FieldSelector,
  resource: string,
  selectable: readonly string[] = [],
): string | undefined {
  const known = [...always, ...(supported[resource] ?? []), ...selectable];
  return selector.find(({ field }) => !known.includes(field))?.field;
}

export function matchesFields(selector: FieldSelector, value: JsonObject): boolean {
  return selector.every(({ field, negated, value: expected }) => {
    return (fieldText(field, value) === expected) !== negated;
  });
}

function fieldText(field: string, value: JsonObject): string {
  if (field === 'source') return textOf(readAt(value, 'source', 'component'));
  if (field === 'status.successful') return textOf(readAt(value, 'status', 'succeeded') ?? 0);
  const found = readAt(value, ...field.replace(/^\./, '').split('.'));
  if (found === undefined && /replicas$/.test(field)) return '0';
  if (found === undefined && /hostNetwork|unschedulable/.test(field)) return 'false';
  return textOf(found);
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

/** Kinds with fields of their own say it otherwise than those that have only a name. */
export function unknownFieldMessage(
  field: string,
  resource: string,
  selectable: readonly string[] = [],
): string {
  if (Object.hasOwn(supported, resource) || selectable.length > 0) {
    return `field label not supported: ${field}`;
  }
  const known = always.map((one) => JSON.stringify(one)).join(', ');
  return `${JSON.stringify(field)} is not a known field selector: only ${known}`;
}
