/** Reads what goes into a container from the repository: variables, configs, secrets, folders. */
import type { JsonObject } from '@trueup/diagnostics';
import type { Files } from '@trueup/provider-sdk';

import type { Lookup } from '../compose/interpolate.ts';
import { readDotenv } from '../compose/read-dotenv.ts';
import type { ProjectModel } from '../compose/read-project.ts';
import { memberOf, type Remarks, type Tree, textOf } from '../compose/tree.ts';
import type {
  ContentUse,
  EnvFileUse,
  RepositoryUse,
  ServiceModel,
} from '../service/service-model.ts';

export interface ContentPorts {
  readonly files: Files;
  readonly project: ProjectModel;
  readonly lookup: Lookup;
  readonly remarks: Remarks;
}

/** What a config file may hold; the rest belongs into an image or a volume. */
const mostBytes = 1024 * 1024;
const mostFiles = 500;

/** Later files win over earlier ones, the service's own variables over all of them. */
export async function readEnvironment(
  service: ServiceModel,
  ports: ContentPorts,
): Promise<Readonly<Record<string, string>>> {
  const values = new Map<string, string>();
  for (const use of service.envFiles) {
    for (const [name, value] of await readEnvFile(use, ports)) values.set(name, value);
  }
  for (const [name, tree] of own(service)) {
    // A name without a value is passed on, where there is one.
    const value = textOf(tree) ?? ports.lookup(name);
    if (value === undefined) values.delete(name);
    else values.set(name, value);
  }
  return Object.fromEntries(values);
}

async function readEnvFile(
  { path, required, raw, tree }: EnvFileUse,
  { files, lookup, remarks }: ContentPorts,
): Promise<ReadonlyMap<string, string>> {
  const bytes = await files.read(path);
  if (!bytes) {
    if (required) missing(tree, path, remarks);
    return new Map();
  }
  const { values, badLines } = readDotenv(new TextDecoder().decode(bytes), lookup, { raw });
  for (const line of badLines) {
    const at = { origin: { file: path, line } };
    remarks.add('error', 'COMPOSE_VARIABLE_INVALID', at, { summary: 'the line is no variable' });
  }
  return values;
}

function own({ tree }: ServiceModel): readonly (readonly [string, Tree])[] {
  const environment = memberOf(tree, 'environment');
  return environment?.kind === 'map' ? [...environment.members] : [];
}

/** By path in the container. */
export async function readFiles(
  service: ServiceModel,
  ports: ContentPorts,
): Promise<ReadonlyMap<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  for (const use of service.repository) {
    for (const [path, file] of await readRepository(use, ports)) found.set(path, file);
  }
  for (const use of service.contents) {
    const content = await readContent(use, ports);
    if (!content) continue;
    const { mode, uid, gid } = use;
    found.set(use.target, { content: toBase64(content), mode, uid, gid });
  }
  return found;
}

async function readRepository(
  { source, target, tree }: RepositoryUse,
  { files, remarks }: ContentPorts,
): Promise<readonly (readonly [string, JsonObject])[]> {
  const single = await files.read(source);
  const paths = single ? [source] : await files.list(source);
  if (paths.length === 0 || paths.length > mostFiles) {
    const summary =
      paths.length === 0
        ? `there is no ${source} in the repository to mount`
        : `${source} holds more than ${mostFiles} files to mount`;
    const advice = 'Use a named volume for data, an absolute path for what lies on the host.';
    remarks.add('error', 'COMPOSE_FILE_MISSING', tree, { summary, advice });
    return [];
  }
  const read = paths.map(async (path): Promise<readonly [string, JsonObject]> => {
    const bytes = single ?? (await files.read(path)) ?? new Uint8Array();
    check(bytes, tree, path, remarks);
    const place = single
      ? target
      : `${target.replace(/\/$/, '')}/${path.slice(source === '' ? 0 : source.length + 1)}`;
    return [place, { content: toBase64(bytes), mode: 0o644, uid: 0, gid: 0 }];
  });
  return Promise.all(read);
}

async function readContent(
  { section, source, tree: use }: ContentUse,
  { files, project, lookup, remarks }: ContentPorts,
): Promise<Uint8Array | undefined> {
  const tree = project[section].get(source);
  if (!tree) return undefined;
  const file = textOf(memberOf(tree, 'file'));
  if (file !== undefined) {
    const bytes = await files.read(file);
    if (!bytes) missing(tree, file, remarks);
    else check(bytes, tree, file, remarks);
    return bytes;
  }
  const content = textOf(memberOf(tree, 'content'));
  const variable = textOf(memberOf(tree, 'environment'));
  const value = content ?? (variable === undefined ? undefined : lookup(variable));
  if (value !== undefined) return new TextEncoder().encode(value);
  const summary = `\`${source}\` of \`${section}\` has no content`;
  const advice = 'Write `file`, `content`, or `environment` with a variable that is set.';
  remarks.add(
    'error',
    'COMPOSE_CONTENT_MISSING',
    { origin: (tree ?? use).origin },
    { summary, advice },
  );
  return undefined;
}

function check(bytes: Uint8Array, tree: Tree, path: string, remarks: Remarks): void {
  if (bytes.byteLength <= mostBytes) return;
  const summary = `${path} is longer than ${mostBytes} bytes`;
  remarks.add('error', 'COMPOSE_CONTENT_TOO_LONG', tree, { summary });
}

function missing(tree: Tree, path: string, remarks: Remarks): void {
  remarks.add('error', 'COMPOSE_FILE_MISSING', tree, { summary: `there is no file ${path}` });
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
