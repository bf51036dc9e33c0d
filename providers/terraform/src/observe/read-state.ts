/** What a state says, as the tool writes it (format 4). */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  readList,
  readNumber,
  readObject,
  readText,
  StalledError,
} from '@trueup/diagnostics';
import {
  type DesiredResource,
  type ObservedResource,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';
import { nameObject } from '../plan/to-changes.ts';
import { idOf, outputKind } from '../prepare/prepare-stack.ts';

export interface KnownState {
  readonly lineage: string;
  readonly serial: number;
  readonly resources: ReadonlyMap<ResourceId, StateEntry>;
}

export interface StateEntry {
  readonly body: JsonObject;
  /** Addresses that it hangs on, without keys. */
  readonly dependencies: readonly string[];
}

/** @throws StalledError `TERRAFORM_STATE_UNREADABLE` for what is no state that we know. */
export function parseState(value: Json, scope: string): KnownState {
  if (!isJsonObject(value) || value['version'] !== 4 || typeof value['serial'] !== 'number') {
    throw new StalledError(
      'TERRAFORM_STATE_UNREADABLE',
      'terraform: the state has a form that is not known',
    );
  }
  const resources = readList(value['resources'])
    .map((one) => readObject(one))
    .filter(({ mode }) => mode === 'managed');
  const entries = resources.flatMap((resource) =>
    readList(resource['instances']).map((instance) =>
      toEntry(resource, readObject(instance), scope),
    ),
  );
  const outputs = Object.entries(readObject(value['outputs'])).map(([name, output]) => {
    const { value: held = null, sensitive } = readObject(output);
    const body = { value: held, sensitive: sensitive === true };
    return [idOf(scope, outputKind, name), { body, dependencies: [] }] as const;
  });
  return {
    lineage: readText(value['lineage']) ?? '',
    serial: value['serial'],
    resources: new Map([...entries, ...outputs]),
  };
}

/** Counts the writes of the state: it tells nothing of what it holds. */
export function versionOf({ lineage, serial }: KnownState): string {
  return `${lineage}/${serial}`;
}

export function toObserved(
  state: KnownState | undefined,
  observedAt: string,
): readonly ObservedResource[] {
  if (!state) return [];
  const version = versionOf(state);
  return [...state.resources].map(([id, { body }]) => ({ id, body, version, observedAt }));
}

/** Outputs that are described and have no value: a state leaves them out, and nothing is wrong with them. */
export function observeUnset(
  state: KnownState | undefined,
  desired: readonly Pick<DesiredResource, 'id'>[],
  observedAt: string,
): readonly ObservedResource[] {
  if (!state) return [];
  const version = versionOf(state);
  return desired
    .filter(({ id }) => parseResourceId(id).kind === outputKind && !state.resources.has(id))
    .map(({ id }) => ({ id, body: { value: null, sensitive: false }, version, observedAt }));
}

function toEntry(
  resource: JsonObject,
  instance: JsonObject,
  scope: string,
): readonly [ResourceId, StateEntry] {
  const type = readText(resource['type']) ?? '';
  const module = readText(resource['module']);
  const address = `${module === undefined ? '' : `${module}.`}${type}.${readText(resource['name']) ?? ''}`;
  const full = nameObject(`${address}${formatKey(instance['index_key'])}`, instance['deposed']);
  const body: JsonObject = {
    address: full,
    attributes: readObject(instance['attributes']),
    sensitive: readList(instance['sensitive_attributes']).map(toPath),
    ...(instance['status'] === 'tainted' && { tainted: true }),
    ...(readText(instance['deposed']) !== undefined && { deposed: true }),
  };
  const dependencies = readList(instance['dependencies']).flatMap((one) => readText(one) ?? []);
  return [idOf(scope, type, full), { body, dependencies }];
}

function formatKey(key: Json | undefined): string {
  const index = readNumber(key);
  if (index !== undefined) return `[${index}]`;
  return typeof key === 'string' ? `[${JSON.stringify(key)}]` : '';
}

/** Names of attributes only: an index of a list marks all of the list. */
function toPath(steps: Json): Json {
  const names = readList(steps).map((one) => readObject(one));
  const end = names.findIndex(
    ({ type, value }) => type !== 'get_attr' && typeof value !== 'string',
  );
  const known = end === -1 ? names : names.slice(0, end);
  return known.flatMap(({ value }) => readText(value) ?? []);
}
