/**
 * Picks one context out of kubeconfigs.
 *
 * Several files are joined as kubectl does: the first one that names something wins. Files that a
 * kubeconfig names are read only where it is a file itself: one that came as a secret must not
 * make the server read its own disk.
 */
import { dirname, isAbsolute, resolve } from 'node:path';

import {
  isJsonObject,
  type Json,
  type JsonObject,
  readField,
  readList,
  readObject,
  readText,
  readTexts,
  StalledError,
} from '@trueup/diagnostics';

import type { ClusterAccess, Credential, ExecPlugin } from './cluster-access.ts';

export interface KubeconfigDocument {
  readonly value: Json;
  /** Absent when it did not come from a file: then it may name none, and run no program. */
  readonly file?: string;
}

export type ReadText = (path: string) => Promise<string>;

/**
 * @param context the current one when absent.
 * @throws StalledError `KUBERNETES_KUBECONFIG`, which names what is missing and never a value.
 */
export async function parseKubeconfig(
  documents: readonly KubeconfigDocument[],
  context: string | undefined,
  readFile: ReadText,
): Promise<ClusterAccess> {
  const name =
    context ??
    documents.map(({ value }) => readText(value, 'current-context')).find((one) => one) ??
    refuse('no context is named, and none is the current one');
  const chosen = find(documents, 'contexts', 'context', name);
  const cluster = find(documents, 'clusters', 'cluster', readText(chosen.entry, 'cluster') ?? '');
  const userName = readText(chosen.entry, 'user') ?? '';
  const user = userName === '' ? nobody : find(documents, 'users', 'user', userName);

  const ca = await readPem(cluster, 'certificate-authority', readFile);
  const proxy = readText(cluster.entry, 'proxy-url');
  const serverName = readText(cluster.entry, 'tls-server-name');
  const impersonate = readImpersonation(user.entry);
  return {
    server: parseServer(readText(cluster.entry, 'server'), cluster.name),
    tls: {
      insecure: readField(cluster.entry, 'insecure-skip-tls-verify') === true,
      ...(ca !== undefined && { ca }),
      ...(serverName && { serverName }),
    },
    ...(proxy && { proxy: parseServer(proxy, cluster.name) }),
    credential: await readCredential(user, cluster, readFile),
    ...(impersonate && { impersonate }),
    namespace: nonEmpty(chosen.entry, 'namespace') ?? 'default',
  };
}

function nonEmpty(entry: JsonObject, member: string): string | undefined {
  const text = readText(entry, member);
  return text === '' ? undefined : text;
}

interface Entry {
  readonly name: string;
  readonly entry: JsonObject;
  /** Where paths in it start from. Absent where it may name no files. */
  readonly folder: string | undefined;
}

const nobody: Entry = { name: '', entry: {}, folder: undefined };

function refuse(why: string): never {
  throw new StalledError('KUBERNETES_KUBECONFIG', `kubeconfig: ${why}`);
}

function find(
  documents: readonly KubeconfigDocument[],
  list: string,
  member: string,
  name: string,
): Entry {
  for (const { value, file } of documents) {
    const found = readList(value, list).find((one) => readText(one, 'name') === name);
    if (isJsonObject(found)) {
      return { name, entry: readObject(found, member), folder: file && dirname(resolve(file)) };
    }
  }
  return refuse(`there is no \`${name}\` in \`${list}\``);
}

function parseServer(text: string | undefined, cluster: string): URL {
  if (!text) return refuse(`cluster \`${cluster}\` has no server`);
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  const isKnown = url && /^(?:https?|socks5):$/.test(url.protocol);
  return isKnown ? url : refuse(`cluster \`${cluster}\` has a server that is no URL`);
}

async function readPem(
  from: Entry,
  member: string,
  readFile: ReadText,
): Promise<string | undefined> {
  const data = readText(from.entry, `${member}-data`);
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const path = readText(from.entry, member);
  return path ? readNamedFile(from, member, readFile) : undefined;
}

async function readNamedFile(from: Entry, member: string, readFile: ReadText): Promise<string> {
  const path = resolvePath(from, member);
  try {
    return await readFile(path);
  } catch {
    return refuse(`the file that \`${from.name}\` names as \`${member}\` cannot be read`);
  }
}

function resolvePath({ entry, folder, name }: Entry, member: string): string {
  const path = readText(entry, member) ?? '';
  if (folder === undefined) {
    return refuse(`\`${name}\` names a file as \`${member}\`: write \`${member}-data\` instead`);
  }
  return isAbsolute(path) ? path : resolve(folder, path);
}

/** In the order of client-go: what is more special wins. */
async function readCredential(
  user: Entry,
  cluster: Entry,
  readFile: ReadText,
): Promise<Credential> {
  const { entry } = user;
  const certificate = await readPem(user, 'client-certificate', readFile);
  const key = await readPem(user, 'client-key', readFile);
  if (certificate !== undefined || key !== undefined) {
    if (certificate === undefined || key === undefined) {
      return refuse(`user \`${user.name}\` has only one half of a certificate and its key`);
    }
    return { kind: 'certificate', certificate: { certificate, key } };
  }
  if (readText(entry, 'tokenFile')) {
    return { kind: 'token-file', path: resolvePath(user, 'tokenFile') };
  }
  const token = readText(entry, 'token');
  if (token) return { kind: 'token', token };
  const name = readText(entry, 'username');
  if (name) return { kind: 'basic', user: name, password: readText(entry, 'password') ?? '' };
  if (isJsonObject(readField(entry, 'exec'))) {
    return { kind: 'exec', plugin: readPlugin(user, cluster) };
  }
  if (isJsonObject(readField(entry, 'auth-provider'))) {
    return refuse(`user \`${user.name}\` has an \`auth-provider\`: those are gone, use \`exec\``);
  }
  return { kind: 'none' };
}

function readPlugin(user: Entry, cluster: Entry): ExecPlugin {
  const exec = readObject(user.entry, 'exec');
  if (user.folder === undefined) {
    return refuse(`user \`${user.name}\` runs a program, which only a kubeconfig in a file may`);
  }
  const command =
    nonEmpty(exec, 'command') ?? refuse(`\`exec\` of \`${user.name}\` has no command`);
  const pairs = readList(exec, 'env').map(
    (one) => [readText(one, 'name') ?? '', readText(one, 'value') ?? ''] as const,
  );
  const told = Object.entries(cluster.entry).filter(
    (member): member is [string, string | boolean] => typeof member[1] !== 'object',
  );
  return {
    apiVersion: readText(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
    // A name with a slash is relative to the file that names it.
    command:
      command.includes('/') && !isAbsolute(command) ? resolve(user.folder, command) : command,
    arguments: readTexts(exec, 'args'),
    environment: Object.fromEntries(pairs.filter(([name]) => name !== '')),
    provideClusterInfo: readField(exec, 'provideClusterInfo') === true,
    cluster: Object.fromEntries(told),
  };
}

function readImpersonation(entry: JsonObject): ClusterAccess['impersonate'] {
  const user = readText(entry, 'as');
  const uid = readText(entry, 'as-uid');
  return user ? { user, groups: readTexts(entry, 'as-groups'), ...(uid && { uid }) } : undefined;
}
