/** Makes of a manifest the object that is applied: placed, named, marked. */
import { hash } from 'node:crypto';

import {
  formatJson,
  isJsonObject,
  type JsonObject,
  readField,
  readObject,
  readText,
} from '@trueup/diagnostics';
import type { ManifestDocument } from '@trueup/manifests';
import { type DesiredResource, formatResourceId, type Stack } from '@trueup/provider-sdk';

import { readTextMap } from '../client/read-fields.ts';
import { markObject } from '../marks/marks.ts';
import { readOrder, waveBeforeHooks } from '../order/read-order.ts';
import { formatKind, kindOf } from '../order/resource-kind.ts';

export interface Placing {
  readonly stack: Stack;
  readonly namespace: string;
  readonly namespaced: boolean;
}

/** `undefined` for hooks that do not belong to bringing a stack to its target. */
export function toResource(
  { body, origin, beforeHooks }: ManifestDocument,
  { stack, namespace, namespaced }: Placing,
): DesiredResource | undefined {
  const order = readOrder(body);
  if (!order) return undefined;
  const generated = readText(body, 'metadata', 'name') === undefined;
  const placed = place(body, namespaced ? namespace : undefined);
  const object = markObject(withoutStringData(placed), stack);
  const executes = order.executes ?? (generated ? ('changed' as const) : undefined);
  return {
    id: formatResourceId({
      kind: formatKind(kindOf(object)),
      scope: namespaced ? (readText(object, 'metadata', 'namespace') ?? '') : '',
      name: readText(object, 'metadata', 'name') ?? '',
    }),
    body: object,
    position: beforeHooks ? { ...order.position, wave: waveBeforeHooks } : order.position,
    dependsOn: order.dependsOn,
    origin,
    ...(executes && { executes }),
  };
}

/** `namespace` for kinds in namespaces that name none; others must not name one. */
function place(body: JsonObject, namespace: string | undefined): JsonObject {
  const { namespace: written, ...rest } = withoutEmpty(readObject(body, 'metadata'));
  const scope = typeof written === 'string' && written !== '' ? written : namespace;
  const name = readText(rest, 'name') ?? nameFor(body, readText(rest, 'generateName') ?? '');
  const metadata = {
    ...withoutGenerateName(rest),
    name,
    ...(namespace !== undefined && scope !== undefined && { namespace: scope }),
  };
  return { ...body, metadata };
}

/**
 * `stringData` is for writing only: the server keeps it as `data`, but does not record who owns that,
 * so that a key which a manifest drops would stay for ever. What is no text is for it to refuse.
 */
function withoutStringData(body: JsonObject): JsonObject {
  const { stringData, ...rest } = body;
  const isSecret = formatKind(kindOf(body)) === 'Secret';
  if (
    !(
      isSecret &&
      isJsonObject(stringData) &&
      Object.values(stringData).every((one) => typeof one === 'string')
    )
  ) {
    return body;
  }
  const encoded = [...readTextMap(body, 'stringData')].map(([name, value]) => [
    name,
    Buffer.from(value, 'utf8').toString('base64'),
  ]);
  return { ...rest, data: { ...readObject(rest, 'data'), ...Object.fromEntries(encoded) } };
}

/**
 * The server would make up a name, another one each time. Ours comes from the content: the same
 * manifest is the same object, and what ran once is found again.
 */
function nameFor(body: JsonObject, prefix: string): string {
  return `${prefix}${hash('sha256', formatJson(body)).slice(0, 10)}`;
}

function withoutGenerateName({ generateName: _prefix, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Generators print `creationTimestamp: null` and empty maps, which ask for nothing. */
function withoutEmpty(metadata: JsonObject): JsonObject {
  const entries = Object.entries(metadata).filter(
    ([name, value]) => value !== null && !serverSide.includes(name),
  );
  const texts = (member: string) => {
    const found = readField(metadata, member);
    return found === undefined || found === null
      ? {}
      : { [member]: withoutNulls(readObject(metadata, member)) };
  };
  return { ...Object.fromEntries(entries), ...texts('labels'), ...texts('annotations') };
}

function withoutNulls(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
}

/** Exported manifests carry them; as part of an apply they would be preconditions or refused. */
const serverSide = [
  'creationTimestamp',
  'resourceVersion',
  'uid',
  'generation',
  'selfLink',
  'managedFields',
];
