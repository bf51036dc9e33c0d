import { readFile } from 'node:fs/promises';

import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import { parseYaml } from '@trueup/manifests';

/** What the kubeconfigs of a machine have together. */
export interface KubeconfigContexts {
  /** The one that kubectl would use: of the first file that names one. */
  readonly current: string | undefined;
  /** Names, each once. */
  readonly known: readonly string[];
  /** Files that are not there. */
  readonly missing: readonly string[];
  /** Files that cannot be read, or are no kubeconfig. */
  readonly broken: readonly string[];
}

export async function readContexts(kubeconfigs: readonly string[]): Promise<KubeconfigContexts> {
  const missing: string[] = [];
  const broken: string[] = [];
  const known = new Set<string>();
  let current: string | undefined;
  for (const file of kubeconfigs) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (typeof text !== 'string') {
      (text.code === 'ENOENT' ? missing : broken).push(file);
      continue;
    }
    const { value } = parseYaml(text, { file });
    if (!isJsonObject(value)) broken.push(file);
    for (const name of namesIn(value)) known.add(name);
    current ??= readText(value, 'current-context');
  }
  return { current, known: [...known], missing, broken };
}

function namesIn(value: Json | undefined): readonly string[] {
  const contexts = isJsonObject(value) ? value['contexts'] : undefined;
  const entries: readonly Json[] = isJsonList(contexts) ? contexts : [];
  return entries.flatMap((entry) => readText(entry, 'name') ?? []);
}

function readText(value: Json | undefined, member: string): string | undefined {
  const text = isJsonObject(value) ? value[member] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
