/**
 * Reads the schemas of all kinds that a server brings along, and holds its objects against them.
 *
 * Other tests may use the same server. Whatever they write, its own kinds let nothing in that is not of its type. Custom
 * resources are left out: random writes and changed definitions leave some behind that are of no type.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { isEmptyFieldSet, uniteFields } from '../fields/field-set.ts';
import { managedFieldsOf } from '../managed/managed-fields.ts';
import { updateObject } from '../managed/update-object.ts';
import { emptyObject } from '../schema/empty-object.ts';
import { schemaFromOpenApi } from '../schema/schema-from-open-api.ts';
import type { TypeSchema } from '../schema/type-schema.ts';
import { compareTyped } from '../typed/compare.ts';
import { describeProblems } from '../typed/describe-problems.ts';
import { validateTyped } from '../typed/validate.ts';
import { isSameJson } from '../values/compare-json.ts';
import type { ApiServer } from './api-server.ts';
import { memberObject } from './sequence.ts';

export interface Served {
  readonly kinds: number;
  readonly objects: number;
  readonly problems: readonly string[];
}

export async function checkServedKinds(server: ApiServer | undefined): Promise<Served> {
  if (!server) throw new Error('There is no server to check against.');
  const index = await get(server, '/openapi/v3');
  const custom = await findCustomGroups(server);
  const roots = Object.keys(memberObject(index, 'paths')).filter((path) => {
    const root = /^(?:api|apis\/(?<group>[^/]+))\/v\w+$/.exec(path);
    return root !== null && !custom.has(root.groups?.['group'] ?? '');
  });
  const found = { kinds: 0, objects: 0, problems: [] as string[] };
  for (const root of roots) {
    const { problems, kinds, objects } = await checkRoot(server, root);
    found.kinds += kinds;
    found.objects += objects;
    found.problems.push(...problems);
  }
  return found;
}

async function get(server: ApiServer, path: string): Promise<JsonObject> {
  return (await server.call({ method: 'GET', path })).body;
}

async function findCustomGroups(server: ApiServer): Promise<ReadonlySet<Json | undefined>> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { items } = await get(server, path);
  const definitions = (isJsonList(items) ? items : []).filter(isJsonObject);
  return new Set(definitions.map((one) => memberObject(one, 'spec')['group']));
}

async function listPlain(
  server: ApiServer,
  path: string,
  apiVersion: string,
): Promise<readonly JsonObject[]> {
  const { items } = await get(server, path);
  const bodies = (isJsonList(items) ? items : []).filter(isJsonObject);
  return bodies.filter((body) => isPlain(body, apiVersion));
}

/** One group and version. */
async function checkRoot(server: ApiServer, root: string): Promise<Served> {
  const document = await get(server, `/openapi/v3/${root}`);
  const components = memberObject(memberObject(document, 'components'), 'schemas');
  const [, group = '', version = ''] = /^apis?\/(?:(.+)\/)?(.+)$/.exec(root) ?? [];
  const { resources } = await get(server, `/${root}`);
  const listed = (isJsonList(resources) ? resources : []).filter(isJsonObject).filter(isListed);
  const problems: string[] = [];
  let objects = 0;
  for (const { name, kind } of listed) {
    if (typeof name !== 'string' || typeof kind !== 'string') continue;
    const schema = schemaFromOpenApi(components, { group, version, kind });
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const bodies = await listPlain(server, `/${root}/${name}`, apiVersion);
    objects += bodies.length;
    if (!schema) problems.push(`${root} ${kind}: no schema`);
    else
      problems.push(
        ...checkObjects(schema, bodies).map((problem) => `${root} ${kind}: ${problem}`),
      );
  }
  return { kinds: listed.length, objects, problems };
}

function isListed({ name, verbs }: JsonObject): boolean {
  return (
    typeof name === 'string' && !name.includes('/') && isJsonList(verbs) && verbs.includes('list')
  );
}

/**
 * Left out: what was written at another version, since the server converts fields and owners alike;
 * and what the other check writes, since it makes records that any update tidies up.
 */
function isPlain(object: JsonObject, apiVersion: string): boolean {
  const { namespace } = memberObject(object, 'metadata');
  if (typeof namespace === 'string' && namespace.startsWith('merge-')) return false;
  const entries = managedFieldsOf(object) ?? [];
  return (
    isJsonList(entries) &&
    entries.every((entry) => isJsonObject(entry) && entry['apiVersion'] === apiVersion)
  );
}

/** An object that the server has is of its type, and is no change to itself. */
function checkObjects(schema: TypeSchema, bodies: readonly JsonObject[]): readonly string[] {
  return [emptyObject(schema), ...bodies].flatMap((body) => {
    const problems = validateTyped(body, schema, { allowDuplicates: true });
    if (problems.length > 0) return [describeProblems(problems)];
    const { added, modified, removed } = compareTyped(body, structuredClone(body), schema);
    const change = uniteFields(uniteFields(added, modified), removed);
    const context = { manager: 'm', apiVersion: 'v1', schema, now: new Date(0) };
    const after = updateObject({ ...context, before: body, after: body });
    const isIdle = isEmptyFieldSet(change) && isSameJson(after, body);
    return isIdle ? [] : [`${JSON.stringify(memberObject(body, 'metadata')['name'])} changed`];
  });
}
