/**
 * Keeps the alerts of a followed branch's head beside that head: both are written in one batch, so
 * that what is told goes by what was merged, whatever becomes of the mirror, and by nothing else.
 */
import { formatJson, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import type { RepositoryId } from '../stack/stack-record.ts';
import type { Write } from '../store/store.ts';
import { type AlertRoute, destinationToJson } from './alert-destination.ts';
import { parseDestination } from './parse-destination.ts';

/** To be written in the batch in which the head is. */
export function keepRoutes(repository: RepositoryId, alerts: readonly AlertRoute[]): Write {
  const written = alerts.map(({ name, to, on, stacks }) => ({
    name,
    to: destinationToJson(to),
    on: [...on],
    stacks: [...stacks],
  }));
  return { kind: 'setting', name: routesSetting(repository), value: formatJson(written) };
}

/** The name of the setting. */
export function routesSetting(repository: RepositoryId): string {
  return `alerts:${repository}`;
}

/** What cannot be read, of a later version maybe, is left out. */
export function readRoutes(kept: string): readonly AlertRoute[] {
  const value = parse(kept);
  return isJsonList(value) ? value.flatMap(readRoute) : [];
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readRoute(value: Json): readonly AlertRoute[] {
  if (!isJsonObject(value)) return [];
  const { name, to = null, on, stacks } = value;
  const read = parseDestination(to);
  if (typeof name !== 'string' || 'problems' in read) return [];
  return [{ name, to: read.to, on: textsOf(on), stacks: textsOf(stacks) }];
}

function textsOf(value: Json | undefined): readonly string[] {
  return isJsonList(value) ? value.filter((one) => typeof one === 'string') : [];
}
