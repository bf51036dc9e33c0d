/**
 * Finds the lines that may ask for a field, the likeliest first. The provider knows the line of most; where
 * Kustomize builds on files, an overlay's patch, image or count of replicas stands before what it is laid
 * over. Which of them it is shows when the stack is rendered with it.
 */
import {
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type Origin,
} from '@trueup/diagnostics';
import type { OpenStack } from '@trueup/engine';
import { type FieldEdit, parseYaml, readManifests } from '@trueup/manifests';
import type { FieldChange, Files, ResourceId } from '@trueup/provider-sdk';

/** One edit that may make Git ask for the observed value. */
export interface Line {
  readonly file: string;
  readonly edit: FieldEdit;
}

export type FoundLines =
  | { readonly kind: 'found'; readonly lines: readonly Line[] }
  | { readonly kind: 'refused'; readonly reason: string };

export interface LineSearch {
  readonly open: OpenStack;
  readonly files: Files;
  readonly signal: AbortSignal;
}

/** More would take longer than anybody waits: each costs a render. */
const mostLines = 6;

export async function findLines(
  { id, field }: { readonly id: ResourceId; readonly field: FieldChange },
  search: LineSearch,
): Promise<FoundLines> {
  const [root, at] = await originsOf(id, field.path, search);
  const from = at ?? root;
  if (!from) return refuse('no line of Git is known that asks for it');
  if (isTemplate(from.file, search.open)) {
    return refuse('a template makes it: change the values that it is made of');
  }
  const { path, before, after } = field;
  const sides = {
    ...(after !== undefined && { desired: after }),
    ...(before !== undefined && { wanted: withEscapes(before, search.open) }),
  };
  const own = await linesOfBuild({ id, path, sides }, search);
  const start = root?.file === from.file ? root : from;
  const place = { root: start, path, ...(at && { at }), ...sides };
  const over = own.filter(({ file }) => file !== from.file);
  const lines = [...over, { file: from.file, edit: place }].filter(({ file }) => isYaml(file));
  if (lines.length === 0) return refuse('its line is in a file that is neither YAML nor JSON');
  return { kind: 'found', lines: lines.slice(-mostLines) };
}

async function originsOf(
  id: ResourceId,
  path: FieldPath,
  { open, files, signal }: LineSearch,
): Promise<readonly (Origin | undefined)[]> {
  const { provider, stack, target, seal } = open;
  const fields = [
    { id, path: [] },
    { id, path },
  ];
  const request = { stack, target, inputs: {}, fields };
  return (await provider.locate?.(files, request, { signal, seal })) ?? [];
}

/** Compose takes `$` for the beginning of a variable. */
function withEscapes(value: Json, open: OpenStack): Json {
  if (open.provider.name !== 'containers') return value;
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (isJsonList(value)) return value.map((one) => withEscapes(one, open));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withEscapes(one, open)]),
  );
}

function isYaml(file: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(file);
}

/** Files of a chart: what is written there is no value, and what were written there would be run. */
function isTemplate(file: string, { render }: OpenStack): boolean {
  const folders = file.split('/').slice(0, -1);
  return folders.some((name, index) => {
    const chart = [...folders.slice(0, index), 'Chart.yaml'].join('/');
    return (name === 'templates' || name === 'charts') && (render.paths[chart] ?? '') !== '';
  });
}

interface Sought {
  readonly id: ResourceId;
  readonly path: FieldPath;
  readonly sides: Pick<FieldEdit, 'desired' | 'wanted'>;
}

/** What Kustomize lays over the file that a resource comes from. */
async function linesOfBuild(sought: Sought, { open, files }: LineSearch): Promise<readonly Line[]> {
  const read = Object.keys(open.render.paths).filter(
    (path) => (open.render.paths[path] ?? '') !== '',
  );
  const builds = read.filter((path) => /(?:^|\/)[Kk]ustomization(?:\.ya?ml)?$/.test(path));
  if (builds.length === 0) return [];
  const body = open.prepared.resources.find(({ id }) => id === sought.id)?.body;
  if (!body) return [];
  const lines: Line[] = [];
  // The stack's own folder has the last word.
  const own = (path: string) => (path.startsWith(`${open.stack.path}/`) ? 1 : 0);
  for (const file of read.filter(isYaml).toSorted((a, b) => own(b) - own(a))) {
    const bytes = await files.read(file);
    if (!bytes) continue;
    const text = new TextDecoder().decode(bytes);
    const found = builds.includes(file)
      ? linesOfTransformers(text, sought, body)
      : linesOfPatches(text, file, sought, body);
    lines.push(...found.map((edit) => ({ file, edit })));
  }
  return lines.slice(0, mostLines - 1);
}

/** Documents of the same kind and name that say something at this place. */
function linesOfPatches(
  text: string,
  file: string,
  { path, sides }: Sought,
  body: JsonObject,
): readonly FieldEdit[] {
  return readManifests(text, { file })
    .documents.filter((one) => isSame(one.body, body) && isWritten(one.body, path))
    .map(({ origin }) => ({ root: origin, path, ...sides }));
}

/** Prefixes and suffixes come on the way. */
function isSame(written: JsonObject, rendered: JsonObject): boolean {
  const [own, whole] = [nameOf(written), nameOf(rendered)];
  return written['kind'] === rendered['kind'] && own !== '' && whole.includes(own);
}

function isWritten(body: Json | undefined, path: FieldPath): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return body !== undefined;
  if (typeof step === 'string') {
    return isJsonObject(body) && Object.hasOwn(body, step) && isWritten(body[step], rest);
  }
  const items = isJsonList(body) ? body : [];
  const item = items.find(
    (one) => isJsonObject(one) && Object.entries(step).every(([name, key]) => one[name] === key),
  );
  return item !== undefined && isWritten(item, rest);
}

/** `images` and `replicas` of a kustomization. */
function linesOfTransformers(text: string, sought: Sought, body: JsonObject): readonly FieldEdit[] {
  const { value } = parseYaml(text, { file: '' });
  if (!isJsonObject(value)) return [];
  const { path, sides } = sought;
  const root = { line: 1 };
  if (path.at(-1) === 'replicas' && path.length === 2) {
    return namedIn(value, 'replicas')
      .filter(({ name }) => nameOf(body).includes(name))
      .map(({ name }) => ({ root, path: ['replicas', { name }, 'count'], ...sides }));
  }
  return path.at(-1) === 'image' ? linesOfImages(value, sides) : [];
}

function linesOfImages(
  kustomization: JsonObject,
  { desired, wanted }: Sought['sides'],
): readonly FieldEdit[] {
  const [before, after] = [partsOf(desired), partsOf(wanted)];
  if (!(before && after) || before.name !== after.name) return [];
  return namedIn(kustomization, 'images')
    .filter(({ name, entry }) => (entry['newName'] ?? name) === before.name)
    .flatMap(({ name }) =>
      (['newTag', 'digest'] as const).flatMap((member) => {
        const [old, young] = [before[member], after[member]];
        if (old === undefined || young === undefined) return [];
        const path = ['images', { name }, member];
        return { root: { line: 1 }, path, desired: old, wanted: young };
      }),
    );
}

interface ImageParts {
  readonly name: string;
  readonly newTag?: string;
  readonly digest?: string;
}

function partsOf(image: Json | undefined): ImageParts | undefined {
  const groups =
    typeof image === 'string' &&
    /^(?<name>[^@]+?)(?::(?<tag>[\w.-]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(image)
      ?.groups;
  if (!groups) return undefined;
  const { name = '', tag, digest } = groups;
  return {
    name,
    ...(tag !== undefined && { newTag: tag }),
    ...(digest !== undefined && { digest }),
  };
}

function namedIn(
  kustomization: JsonObject,
  member: string,
): readonly { readonly name: string; readonly entry: JsonObject }[] {
  const entries = kustomization[member];
  return (isJsonList(entries) ? entries : []).flatMap((entry) => {
    const name = isJsonObject(entry) ? entry['name'] : undefined;
    return isJsonObject(entry) && typeof name === 'string' && name !== '' ? { name, entry } : [];
  });
}

function nameOf(body: JsonObject): string {
  const metadata = body['metadata'];
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : '';
}

function refuse(reason: string): FoundLines {
  return { kind: 'refused', reason };
}
