/**
 * Finds what a chart makes up anew each time, by comparing two renderings. Such a field would change
 * with every look: no plan would ever be empty, and no approval would ever hold.
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
  type Step,
} from '@trueup/diagnostics';

import { textOf } from '../chart/text-of.ts';
import type { TemplateLocator } from './locate-template.ts';
import { findRandomFunction } from './random-functions.ts';
import type { SourcedDocument } from './trace-sources.ts';

export interface Comparison {
  readonly first: readonly SourcedDocument[];
  readonly second: readonly SourcedDocument[];
  readonly severity: Diagnostic['severity'];
  readonly locator: TemplateLocator;
  /** The texts of the repository's templates, by path. */
  readonly contents: ReadonlyMap<string, string>;
}

/** One diagnostic for each document that differs; never a value. Pure. */
export function findRandomFields(comparison: Comparison): readonly Diagnostic[] {
  const { first, second } = comparison;
  const others = new Map(second.map((document) => [keyOf(document.body), document]));
  return first.flatMap((document) => {
    const other = others.get(keyOf(document.body));
    if (!other) return [report(comparison, document, [['metadata', 'name']])];
    const paths = differences(document.body, other.body, []);
    return paths.length === 0 ? [] : [report(comparison, document, paths)];
  });
}

const mostFields = 5;

function report(
  { severity, locator, contents }: Comparison,
  { body, origin, template }: SourcedDocument,
  paths: readonly FieldPath[],
): Diagnostic {
  const names = paths.slice(0, mostFields).map((path) => `\`${formatFieldPath(path)}\``);
  const more = paths.length > mostFields ? ` and ${paths.length - mostFields} more` : '';
  const file = locator.fileOf(template);
  const line = file === undefined ? undefined : findRandomFunction(contents.get(file) ?? '');
  return {
    severity,
    code: 'RENDER_HELM_RANDOM',
    path: paths[0] ?? [],
    origin: line === undefined ? origin : { file: origin.file, line },
    summary: `${origin.file}: ${nameOf(body)} is rendered differently each time: ${names.join(', ')}${more}`,
    advice:
      'Set the value that the chart would make up, from a Secret where it is one; or allow it by `helm: { random: allow }`.',
  };
}

function differences(one: Json, other: Json, path: FieldPath): readonly FieldPath[] {
  if (isJsonObject(one) && isJsonObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].flatMap((name) =>
      differencesAt(memberOf(one, name), memberOf(other, name), [...path, name]),
    );
  }
  const steps = isJsonList(one) && isJsonList(other) ? stepsOf(one, other) : undefined;
  if (steps && isJsonList(one) && isJsonList(other)) {
    return steps.flatMap((step, index) => differencesAt(one[index], other[index], [...path, step]));
  }
  return formatJson(one) === formatJson(other) ? [] : [path];
}

function differencesAt(
  one: Json | undefined,
  other: Json | undefined,
  path: FieldPath,
): readonly FieldPath[] {
  if (one === undefined || other === undefined) return one === other ? [] : [path];
  return differences(one, other, path);
}

/** Names for the items of a list; `undefined` where it has to be taken as one value. */
function stepsOf(one: readonly Json[], other: readonly Json[]): readonly Step[] | undefined {
  const names = one.map(nameOfItem);
  const isAlike =
    one.length === other.length &&
    new Set(names).size === names.length &&
    names.every((name, index) => name !== undefined && name === nameOfItem(other[index]));
  return isAlike ? names.map((name) => ({ name: name ?? '' })) : undefined;
}

function nameOfItem(item: Json | undefined): string | undefined {
  const name = item !== undefined && isJsonObject(item) ? memberOf(item, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
}

function keyOf(body: JsonObject): string {
  const metadata = memberOf(body, 'metadata');
  const { namespace = null, name = null } = isJsonObject(metadata) ? metadata : {};
  return formatJson([body['apiVersion'] ?? null, body['kind'] ?? null, namespace, name]);
}

function nameOf(body: JsonObject): string {
  const metadata = memberOf(body, 'metadata');
  const name = isJsonObject(metadata) ? textOf(memberOf(metadata, 'name')) : '';
  return `${textOf(memberOf(body, 'kind'))} \`${name}\``;
}

function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
