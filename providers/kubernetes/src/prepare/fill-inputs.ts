/**
 * Puts the outputs of other stacks and named secrets into manifests, where these ask for them by
 * `${{ trueup.inputs.NAME }}`. A text that is nothing but a reference becomes the value itself, whatever its
 * type; within a longer text it is inserted.
 */
import {
  type Diagnostic,
  type FieldPath,
  formatFieldPath,
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
} from '@trueup/diagnostics';
import type { ManifestDocument } from '@trueup/manifests';
import type { Inputs, Output } from '@trueup/provider-sdk';

/** Fields, by comma, that hold secrets although their kind does not say so. */
export const sensitiveAnnotation = 'trueup.dev/sensitive';

export interface Filled {
  readonly documents: readonly ManifestDocument[];
  readonly used: readonly (readonly [string, Output])[];
  readonly diagnostics: readonly Diagnostic[];
}

export function fillInputs(documents: readonly ManifestDocument[], inputs: Inputs): Filled {
  const used = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const filled = documents.map((document) => {
    // Most documents ask for nothing, and stay what they are.
    if (!mentionsInputs(document.body)) return document;
    const secret: string[] = [];
    const body = fill(document.body, [], (name, path) => {
      const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
      if (!input) {
        diagnostics.push(complain(document, name, path));
        return undefined;
      }
      used.add(name);
      if (input.sensitive) secret.push(formatFieldPath(path));
      return input.value;
    });
    return { ...document, body: noteSensitive(isJsonObject(body) ? body : {}, secret) };
  });
  return {
    documents: filled,
    used: [...used].sort().flatMap((name) => (inputs[name] ? [[name, inputs[name]] as const] : [])),
    diagnostics,
  };
}

const mention = 'trueup.inputs.';

function mentionsInputs(value: Json): boolean {
  if (typeof value === 'string') return value.includes(mention);
  if (isJsonList(value)) return value.some(mentionsInputs);
  return isJsonObject(value) && Object.values(value).some(mentionsInputs);
}

type Look = (name: string, path: FieldPath) => Json | undefined;

const reference = /\$\{\{\s*trueup\.inputs\.([A-Za-z_][\w-]*)\s*\}\}/;

function fill(value: Json, path: FieldPath, look: Look): Json {
  if (typeof value === 'string')
    return value.includes(mention) ? fillText(value, path, look) : value;
  // Items have no path of their own here: the list as a whole is what counts as sensitive.
  if (isJsonList(value)) return value.map((item) => fill(item, path, look));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, fill(member, [...path, name], look)]),
  );
}

function fillText(text: string, path: FieldPath, look: Look): Json {
  const whole = new RegExp(`^${reference.source}$`).exec(text);
  if (whole) return look(whole[1] ?? '', path) ?? text;
  return text.replaceAll(new RegExp(reference, 'g'), (found, name: string) => {
    const value = look(name, path);
    if (value === undefined) return found;
    return typeof value === 'string' ? value : formatJson(value);
  });
}

function noteSensitive(body: JsonObject, paths: readonly string[]): JsonObject {
  if (paths.length === 0) return body;
  const metadata = readObject(body, 'metadata');
  const annotations = readObject(metadata, 'annotations');
  const noted = annotations[sensitiveAnnotation];
  const all = [...(typeof noted === 'string' ? noted.split(',') : []), ...paths];
  const text = [...new Set(all.map((path) => path.trim()))].join(',');
  return {
    ...body,
    metadata: { ...metadata, annotations: { ...annotations, [sensitiveAnnotation]: text } },
  };
}

function complain({ origin }: ManifestDocument, name: string, path: FieldPath): Diagnostic {
  return {
    severity: 'error',
    code: 'KUBERNETES_INPUT_UNKNOWN',
    path,
    origin,
    summary: `${origin.file}:${origin.line}: there is no input \`${name}\``,
    advice: 'Name it under `inputs` of the stack in trueup.yaml.',
  };
}
