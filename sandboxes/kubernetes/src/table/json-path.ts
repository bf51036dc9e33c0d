/** The part of JSONPath that printer columns and scale subresources use. */

import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly path: readonly string[]; readonly value: string };

const stepPattern =
  /\.([A-Za-z_$][\w$-]*(?:\\\.[\w$-]+)*)|\['([^']*)'\]|\["([^"]*)"\]|\[(-?\d+)\]|\[(\*)\]|\.(\*)|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/gy;

/** All values that the path leads to; none for a path that cannot be read. */
export function evaluateJsonPath(path: string, value: Json): readonly Json[] {
  let found: readonly Json[] = [value];
  for (const step of parseSteps(path.replace(/^\{|\}$/g, ''))) {
    found = found.flatMap((one) => follow(step, one));
  }
  return found;
}

function parseSteps(path: string): readonly Step[] {
  const dotted = /^[.[]/.test(path) ? path : `.${path}`;
  return [...dotted.matchAll(stepPattern)].map((match): Step => {
    const [, bare, single, double, index, anyItem, anyMember, filterPath, filterValue] = match;
    if (index !== undefined) return { kind: 'index', index: Number(index) };
    if (anyItem !== undefined || anyMember !== undefined) return { kind: 'all' };
    if (filterPath !== undefined) {
      return { kind: 'filter', path: filterPath.split('.'), value: filterValue ?? '' };
    }
    const name = bare?.replaceAll('\\.', '.') ?? single ?? double ?? '';
    return { kind: 'member', name };
  });
}

function follow(step: Step, value: Json): readonly Json[] {
  switch (step.kind) {
    case 'member':
      return isJsonObject(value) && Object.hasOwn(value, step.name)
        ? [value[step.name] ?? null]
        : [];
    case 'index':
      return itemAt(value, step.index);
    case 'all':
      return membersOf(value);
    case 'filter':
      return isJsonList(value)
        ? value.filter((item) => memberAt(item, step.path) === step.value)
        : [];
  }
}

function itemAt(value: Json, index: number): readonly Json[] {
  const item = isJsonList(value) ? value.at(index) : undefined;
  return item === undefined ? [] : [item];
}

function membersOf(value: Json): readonly Json[] {
  if (isJsonList(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function memberAt(value: Json, path: readonly string[]): string {
  let current: Json = value;
  for (const name of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return '';
    current = current[name] ?? null;
  }
  return String(current);
}
