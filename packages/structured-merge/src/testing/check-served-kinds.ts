/** Reads the schemas of all kinds that a server serves, and holds its objects against them. */
import { isJsonList, isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { isEmptyFieldSet, uniteFields } from '../fields/field-set.ts';
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
  const roots = Object.keys(memberObject(index, 'paths')).filter((path) =>
    /^(?:api|apis\/[^/]+)\/v\w+$/.test(path),
  );
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
    const { items } = await get(server, `/${root}/${name}`);
    const bodies = (isJsonList(items) ? items : []).filter(isJsonObject).filter(isOwnWork);
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

/** What the random writes of the other check leave behind may be of no type at all. */
function isOwnWork(object: JsonObject): boolean {
  const { namespace } = memberObject(object, 'metadata');
  return !(typeof namespace === 'string' && namespace.startsWith('merge-'));
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
