/** Reads the files of values that a stack names, before Helm does: with file and line of what is wrong. */
import {
  type Diagnostic,
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
} from '@trueup/diagnostics';
import { decodeText, parseYaml, type SourceFiles } from '@trueup/manifests';

import type { HelmSettings } from '../schema.ts';
import { resolvePath } from './chart-path.ts';

export interface ValuesFile {
  readonly file: string;
  readonly content: Uint8Array;
  readonly text: string;
  /** Absent where the file says nothing, or cannot be read. */
  readonly value?: Json;
}

export interface Values {
  /** In the order in which they win. */
  readonly files: readonly ValuesFile[];
  /** Files whose content is a value, beside the paths into the values. */
  readonly contents: readonly (readonly [path: string, content: Uint8Array])[];
  readonly diagnostics: readonly Diagnostic[];
  /** Never shown, wherever they appear. */
  readonly secretValues: readonly string[];
}

export async function readValues(
  files: SourceFiles,
  folder: string,
  settings: HelmSettings,
): Promise<Values> {
  const diagnostics: Diagnostic[] = [];
  const read: ValuesFile[] = [];
  for (const [index, name] of settings.values.entries()) {
    const found = await readOne(files, folder, name);
    if (!found) diagnostics.push(missing(name, ['values'], index));
    else read.push(found.file);
    diagnostics.push(...(found?.diagnostics ?? []));
  }
  const contents: [string, Uint8Array][] = [];
  for (const [path, name] of settings.setFile) {
    const file = resolvePath(folder, name);
    const content = file === undefined ? undefined : await files.read(file);
    if (content) contents.push([path, content]);
    else diagnostics.push(missing(name, ['setFile', path]));
  }
  const own = await readOne(files, folder, 'values.yaml');
  const trees = [own?.file.value, ...read.map(({ value }) => value)];
  return { files: read, contents, diagnostics, secretValues: secretsOf(trees, settings) };
}

async function readOne(
  files: SourceFiles,
  folder: string,
  name: string,
): Promise<{ file: ValuesFile; diagnostics: readonly Diagnostic[] } | undefined> {
  const path = resolvePath(folder, name);
  const content = path === undefined ? undefined : await files.read(path);
  if (path === undefined || !content) return undefined;
  const text = decodeText(content) ?? '';
  const { value, diagnostics } = parseYaml(text, { file: path });
  return {
    file: { file: path, content, text, ...(value !== undefined && { value }) },
    // Helm 4 reads several documents, and Helm 3 the first one: that is for them to say.
    diagnostics: diagnostics.filter(({ code }) => code !== 'YAML_SECOND_DOCUMENT'),
  };
}

function missing(name: string, path: readonly string[], index?: number): Diagnostic {
  const which = index === undefined ? '' : ` (number ${index + 1})`;
  return {
    severity: 'error',
    code: 'RENDER_HELM_VALUES',
    path,
    summary: `helm: \`${name.slice(0, 200)}\`${which} is no file of this repository`,
    advice: 'Write its path from the folder of the stack.',
  };
}

/** Values under a name that sounds like a secret, and what is set there. Longest first. */
function secretsOf(
  trees: readonly (Json | undefined)[],
  settings: HelmSettings,
): readonly string[] {
  const set = [...settings.set, ...settings.setString]
    .filter(([path]) => secretName.test(path))
    .map(([, value]) => value);
  const json = settings.setJson.flatMap(([path, value]) => secretsIn(value, secretName.test(path)));
  const values = [
    ...json,
    ...trees.flatMap((tree) => (tree === undefined ? [] : secretsIn(tree, false))),
    ...set,
  ];
  const forms = values.flatMap((value) => [
    value,
    ...value.split('\n'),
    Buffer.from(value).toString('base64'),
  ]);
  return [...new Set(forms.map((form) => form.trim()))]
    .filter((form) => form.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
}

const secretName = /pass|secret|token|key|cred|auth|cert|private|salt|dsn|connection/i;
/** What is shorter would blank out half of every message. */
const shortestSecret = 3;

function secretsIn(value: Json, isSecret: boolean): readonly string[] {
  if (isJsonList(value)) return value.flatMap((item) => secretsIn(item, isSecret));
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, member]) =>
      secretsIn(member, isSecret || secretName.test(name)),
    );
  }
  if (!isSecret || value === null || typeof value === 'boolean') return [];
  return [typeof value === 'string' ? value : formatJson(value)];
}
