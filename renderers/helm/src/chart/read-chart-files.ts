/** Reads back what was laid out: the texts of templates, and one digest of all that can be chance. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export interface ChartFiles {
  /** Of templates and CRDs, by path from the chart's folder. */
  readonly texts: ReadonlyMap<string, string>;
  /** Of everything but the chart's own values, which may change without making it another chart. */
  readonly digest: string;
}

export async function readChartFiles(folder: string): Promise<ChartFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path !== 'values.yaml')
    .sort();

  const texts = new Map<string, string>();
  const sum = createHash('sha256');
  for (const path of paths) {
    const content = await readFile(join(folder, path));
    sum.update(`${path}\0${content.length}\0`).update(content);
    const name = path.split(sep).join('/');
    if (/(?:^|\/)(?:templates|crds)\//.test(name)) texts.set(name, content.toString('utf8'));
  }
  return { texts, digest: `sha256:${sum.digest('hex')}` };
}
