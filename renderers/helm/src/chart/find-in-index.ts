/** Looks a chart up in the index of a repository: https://helm.sh/docs/topics/chart_repository/ */
import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import { parseYaml } from '@trueup/manifests';

import { textOf } from './text-of.ts';

export interface IndexEntry {
  /** Absolute, or from the repository's address. */
  readonly url: string | undefined;
  /** `sha256:` and 64 digits; absent where the index names none. */
  readonly digest: string | undefined;
}

/** Indexes of large repositories list every version of hundreds of charts. */
const limits = { maxLength: 64 * 1024 * 1024, maxNodes: 10_000_000 };

/** `undefined` when it is not listed, or the text is no index. Pure. */
export function findInIndex(
  text: string,
  { name, version }: { readonly name: string; readonly version: string },
): IndexEntry | undefined {
  const { value } = parseYaml(text, { file: 'index.yaml', limits });
  const versions = memberOf(memberOf(value, 'entries'), name);
  const entry = (isJsonList(versions) ? versions : []).find(
    (one) => withoutV(textOf(memberOf(one, 'version'))) === withoutV(version),
  );
  if (entry === undefined) return undefined;
  const urls = memberOf(entry, 'urls');
  const url = (isJsonList(urls) ? urls : []).find((one) => typeof one === 'string');
  const hex = textOf(memberOf(entry, 'digest'))
    .replace(/^sha256:/, '')
    .toLowerCase();
  return { url, digest: /^[\da-f]{64}$/.test(hex) ? `sha256:${hex}` : undefined };
}

function withoutV(version: string): string {
  return version.replace(/^v/, '');
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
