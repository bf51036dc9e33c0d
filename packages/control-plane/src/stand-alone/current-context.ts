import { readFile } from 'node:fs/promises';

import { isJsonObject } from '@trueup/diagnostics';
import { parseYaml } from '@trueup/manifests';

/** The context that kubectl would use: of the first kubeconfig that names one. */
export async function currentContext(kubeconfigs: readonly string[]): Promise<string | undefined> {
  for (const file of kubeconfigs) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const { value } = parseYaml(text, { file });
    const name = isJsonObject(value) ? value['current-context'] : undefined;
    if (typeof name === 'string' && name !== '') return name;
  }
  return undefined;
}
