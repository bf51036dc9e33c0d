/** How Helm names the dependencies that a lock was made for. */
import { hash } from 'node:crypto';

import { formatJson, isJsonList, type Json, type JsonObject } from '@trueup/diagnostics';

import { textOf } from './text-of.ts';

/**
 * `sha256:` and 64 digits over what is asked for and what it came to, as `HashReq` of Helm's
 * resolver computes it: the JSON that Go writes of both lists, in the order of its fields.
 */
export function digestLock(declared: readonly JsonObject[], locked: readonly JsonObject[]): string {
  const lists = [declared, locked].map((list) => `[${list.map(formatDependency).join(',')}]`);
  return `sha256:${hash('sha256', `[${lists.join(',')}]`)}`;
}

function formatDependency(dependency: JsonObject): string {
  const { name, version, repository, condition, tags, enabled, alias } = dependency;
  const importValues = dependency['import-values'];
  const members: readonly (readonly [string, string | undefined])[] = [
    ['name', formatText(name) ?? '""'],
    ['version', formatText(version)],
    ['repository', formatText(repository) ?? '""'],
    ['condition', formatText(condition)],
    ['tags', isJsonList(tags) && tags.length > 0 ? formatGo(tags) : undefined],
    ['enabled', enabled === true ? 'true' : undefined],
    [
      'import-values',
      isJsonList(importValues) && importValues.length > 0 ? formatGo(importValues) : undefined,
    ],
    ['alias', formatText(alias)],
  ];
  const written = members.flatMap(([member, text]) =>
    text === undefined ? [] : `"${member}":${text}`,
  );
  return `{${written.join(',')}}`;
}

/** Helm reads numbers as text where it expects text. Empty members are left out. */
function formatText(value: Json | undefined): string | undefined {
  const text = textOf(value);
  return text === '' ? undefined : formatGo(text);
}

/** Go sorts members as well, and escapes what HTML would take for markup. */
function formatGo(value: Json): string {
  return formatJson(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
