import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import { parseYaml } from '@trueup/manifests';

import type { ClusterAccess } from './cluster-access.ts';
import { type KubeconfigDocument, parseKubeconfig } from './parse-kubeconfig.ts';

/**
 * Where to find the way to a cluster.
 *
 * - `files`: kubeconfigs on this machine, joined as the variable KUBECONFIG joins them.
 * - `text`: one kubeconfig that was given as a secret.
 * - `in-cluster`: the service account of the pod that we run in.
 */
export type AccessSource =
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      readonly context?: string | undefined;
    }
  | { readonly kind: 'text'; readonly text: string; readonly context?: string | undefined }
  | { readonly kind: 'in-cluster'; readonly host: string; readonly folder: string };

/** @throws StalledError `KUBERNETES_KUBECONFIG` */
export async function readClusterAccess(source: AccessSource): Promise<ClusterAccess> {
  switch (source.kind) {
    case 'files':
      return parseKubeconfig(await readDocuments(source.paths), source.context, readText);
    case 'text':
      return parseKubeconfig([parse(source.text, 'kubeconfig')], source.context, readText);
    case 'in-cluster':
      return readServiceAccount(source.host, source.folder);
  }
}

/** Files that do not exist are left out, as kubectl does. */
async function readDocuments(paths: readonly string[]): Promise<readonly KubeconfigDocument[]> {
  const documents: KubeconfigDocument[] = [];
  for (const path of paths) {
    const text = await readText(path).catch(() => undefined);
    if (text !== undefined) documents.push({ ...parse(text, path), file: path });
  }
  if (documents.length > 0) return documents;
  throw new StalledError('KUBERNETES_KUBECONFIG', 'kubeconfig: none of the files can be read');
}

function parse(text: string, file: string): KubeconfigDocument {
  const { value } = parseYaml(text, { file });
  // The diagnostics of the reader may quote what stands there.
  if (value === undefined) {
    throw new StalledError('KUBERNETES_KUBECONFIG', 'kubeconfig: it is no YAML');
  }
  return { value };
}

async function readServiceAccount(host: string, folder: string): Promise<ClusterAccess> {
  const server = URL.parse(`https://${host}`);
  const ca = await readText(join(folder, 'ca.crt')).catch(() => undefined);
  if (!server || ca === undefined) {
    throw new StalledError(
      'KUBERNETES_KUBECONFIG',
      'kubernetes: there is no service account of a pod here',
    );
  }
  const namespace = await readText(join(folder, 'namespace')).catch(() => 'default');
  return {
    server,
    tls: { ca, insecure: false },
    credential: { kind: 'token-file', path: join(folder, 'token') },
    namespace: namespace.trim(),
  };
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
