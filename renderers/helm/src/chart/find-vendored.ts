/** Which charts lie in `charts/` of a chart, packed or not: name → version, empty where not known. */
import { isJsonObject } from '@trueup/diagnostics';
import { decodeText, parseYaml, type SourceFiles } from '@trueup/manifests';

import { joinPath } from './chart-path.ts';
import { textOf } from './text-of.ts';

export async function findVendored(
  files: SourceFiles,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const charts = joinPath(folder, 'charts');
  const vendored = new Map<string, string>();
  for (const path of await files.list(charts)) {
    const name = path.slice(charts.length + 1);
    const found = /^[^/]+\/Chart\.yaml$/.test(name)
      ? await readUnpacked(files, path)
      : parseArchiveName(name);
    if (found) vendored.set(...found);
  }
  return vendored;
}

async function readUnpacked(files: SourceFiles, path: string): Promise<readonly [string, string]> {
  const text = decodeText((await files.read(path)) ?? new Uint8Array()) ?? '';
  const { value } = parseYaml(text, { file: path });
  const { name, version } = isJsonObject(value) ? value : {};
  return [textOf(name), textOf(version)];
}

/** `redis-cluster-1.2.3-rc.1.tgz`: the version begins at the first dash that a number follows. */
function parseArchiveName(file: string): readonly [string, string] | undefined {
  const match = /^(?<name>[^/]+?)-(?<version>v?\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(file)?.groups;
  if (!match) return undefined;
  return [match['name'] ?? '', match['version'] ?? ''];
}
