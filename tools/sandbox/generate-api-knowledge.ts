/**
 * Writes what the Kubernetes sandbox knows of the built-in API: groups, resources, schemas and table
 * columns, as a real API server tells them, and Go's rules for leaving members out.
 *
 *   eval "$(tools/testbed/cluster start --bare DIR)"
 *   node tools/sandbox/generate-api-knowledge.ts
 *
 * One JSON record per line, so that a new Kubernetes version is a readable difference.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';

import { fieldsOf, type GoField, readGoPackage } from './read-go-package.ts';
import { readProtoMessages } from './read-proto-messages.ts';

interface Schema {
  [key: string]: unknown;
  properties?: Record<string, Schema>;
}

interface Resource {
  name: string;
  [key: string]: unknown;
}

/** Groups that the sandbox does not serve: they ask for hardware or are no longer in use. */
const unserved = new Set([
  'resource.k8s.io',
  'internal.apiserver.k8s.io',
  'storagemigration.k8s.io',
]);

const output = join(
  import.meta.dirname,
  '../../sandboxes/kubernetes/src/generated/kubernetes-api.jsonl',
);

const server = required('TRUEUP_BARE_SERVER');
const ca = readFileSync(required('TRUEUP_BARE_CA'));
const token = required('TRUEUP_BARE_TOKEN');

const packages = new Map<string, ReturnType<typeof readGoPackage>>();

const apiFolders: readonly string[] = [
  'admissionregistration/v1',
  'apps/v1',
  'authentication/v1',
  'authorization/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'coordination/v1',
  'core/v1',
  'discovery/v1',
  'events/v1',
  'networking/v1',
  'node/v1',
  'policy/v1',
  'rbac/v1',
  'scheduling/v1',
  'storage/v1',
];

await main();

async function main(): Promise<void> {
  const lines: unknown[] = [];
  const version = await get('/version');
  lines.push({ version });

  const schemas = new Map<string, Schema>();
  const { groups } = (await get('/apis')) as {
    groups: { name: string; versions: { version: string }[] }[];
  };
  for (const group of [{ name: '', versions: [{ version: 'v1' }] }, ...groups]) {
    if (unserved.has(group.name)) continue;
    for (const { version: name } of group.versions) {
      lines.push(await readGroupVersion(group.name, name));
      await readSchemas(group.name, name, schemas);
    }
  }
  addGoRules(schemas, String((version as { gitVersion: string }).gitVersion));
  for (const [name, schema] of [...schemas].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push({ schema: name, ...compact(schema) });
  }
  lines.push(...readMessages(String((version as { gitVersion: string }).gitVersion)));
  writeFileSync(output, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  console.log(`${output}: ${lines.length} records`);
}

async function readGroupVersion(group: string, version: string): Promise<unknown> {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = (await get(root)) as { resources: Resource[] };
  const columns: Record<string, unknown> = {};
  for (const { name, verbs } of resources) {
    if (name.includes('/') || !(verbs as string[]).includes('list')) continue;
    const table = (await get(
      `${root}/${name}?limit=1`,
      'application/json;as=Table;v=v1;g=meta.k8s.io',
    )) as { columnDefinitions: { name: string; type: string; format: string; priority: number }[] };
    columns[name] = table.columnDefinitions.map((one) => [
      one.name,
      one.type,
      one.format,
      one.priority,
    ]);
  }
  return { group, groupVersion: version, resources, columns };
}

async function readSchemas(
  group: string,
  version: string,
  schemas: Map<string, Schema>,
): Promise<void> {
  const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const { components } = (await get(`/openapi/v3/${path}`)) as {
    components: { schemas: Record<string, Schema> };
  };
  for (const [name, schema] of Object.entries(components.schemas)) schemas.set(name, schema);
}

/** Adds to each schema of a Go type which of its members vanish at zero, and which become null. */
function addGoRules(schemas: ReadonlyMap<string, Schema>, gitVersion: string): void {
  const moduleVersion = gitVersion.replace(/^v1\./, 'v0.');
  for (const [name, schema] of schemas) {
    const folder = goFolder(name, moduleVersion);
    if (!folder || !schema.properties) continue;
    const fields = fieldsOf(readPackage(folder), name.slice(name.lastIndexOf('.') + 1));
    const zero = fields.filter((field) => vanishesAtZero(field, schema)).map((one) => one.name);
    const nulls = fields.filter((field) => isNullWhenAbsent(field, schema)).map((one) => one.name);
    if (zero.length > 0) schema['zero'] = zero;
    if (nulls.length > 0) schema['nulls'] = nulls;
  }
}

/** How typed clients write objects: all messages that those of the served groups may hold. */
function readMessages(gitVersion: string): readonly unknown[] {
  const version = gitVersion.replace(/^v1\./, 'v0.');
  const folders = [
    ['apimachinery', 'pkg/apis/meta/v1'],
    ['apimachinery', 'pkg/api/resource'],
    ['apimachinery', 'pkg/util/intstr'],
    ['apimachinery', 'pkg/runtime'],
    ['apiextensions-apiserver', 'pkg/apis/apiextensions/v1'],
    ...apiFolders.map((folder) => ['api', folder]),
  ];
  return folders.flatMap(([module = '', folder = '']) => {
    const path = join(moduleFolder(`k8s.io/${module}@${version}`), folder);
    return [...readProtoMessages(path)]
      .filter(([name]) => !/List$/.test(name))
      .map(([message, fields]) => ({ message, fields }));
  });
}

function vanishesAtZero({ name, type, omitEmpty }: GoField, schema: Schema): boolean {
  const kind = schema.properties?.[name]?.['type'];
  return (
    omitEmpty && /^[\w.]+$/.test(type) && /^(?:string|boolean|integer|number)$/.test(`${kind}`)
  );
}

function isNullWhenAbsent({ name, type, omitEmpty, omitZero }: GoField, schema: Schema): boolean {
  const property = schema.properties?.[name];
  if (!property || omitZero) return false;
  if (/^(?:\[\]|map\[|\*)/.test(type)) return !omitEmpty;
  return /(?:^|\.)(?:Micro)?Time$/.test(type);
}

function readPackage(folder: string): ReturnType<typeof readGoPackage> {
  const known = packages.get(folder) ?? readGoPackage(folder);
  packages.set(folder, known);
  return known;
}

function goFolder(schema: string, version: string): string | undefined {
  const [module, folder] = goPackage(schema);
  if (!module) return undefined;
  const path = join(moduleFolder(`k8s.io/${module}@${version}`), folder ?? '');
  return existsSync(path) ? path : undefined;
}

function goPackage(schema: string): readonly [string?, string?] {
  const rules: readonly [RegExp, string, string][] = [
    [/^io\.k8s\.api\.(\w+)\.(\w+)\.\w+$/, 'api', '$1/$2'],
    [/^io\.k8s\.apimachinery\.pkg\.apis\.meta\.v1\.\w+$/, 'apimachinery', 'pkg/apis/meta/v1'],
    [
      /^io\.k8s\.apiextensions-apiserver\..*\.v1\.\w+$/,
      'apiextensions-apiserver',
      'pkg/apis/apiextensions/v1',
    ],
    [/^io\.k8s\.kube-aggregator\..*\.v1\.\w+$/, 'kube-aggregator', 'pkg/apis/apiregistration/v1'],
  ];
  for (const [pattern, module, folder] of rules) {
    if (pattern.test(schema)) return [module, schema.replace(pattern, folder)];
  }
  return [];
}

function moduleFolder(module: string): string {
  const cache = execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
  return join(cache, module);
}

/** Keeps the first sentence of a description, and unwraps references that stand alone. */
function compact(value: unknown): object {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === 'description' && typeof member === 'string' ? firstSentence(member) : member,
  );
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.)\s|\n/)[0] ?? '';
}

function get(path: string, accept = 'application/json'): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  request(
    new URL(path, server),
    { ca, headers: { authorization: `Bearer ${token}`, accept } },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    },
  )
    .on('error', reject)
    .end();
  return promise;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start a cluster first`);
  return value;
}
