/** A scenario is a row of requests; what a server answers is compared with what the real one answered. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { type Answer, type ApiServer, ask } from './api-client.ts';

export interface Step {
  readonly method: string;
  /** May name `{ns}`, the scenario's own namespace, and `{uid0}`, `{rv0}` of the answer to step 0. */
  readonly path: string;
  readonly body?: Json | string;
  readonly contentType?: string;
  readonly accept?: string;
  /** Further headers of the request. */
  readonly send?: Readonly<Record<string, string>>;
  /** Headers of the answer that count; none by default. */
  readonly headers?: readonly string[];
  /** Asked again until it answers so: what a real server does a moment later. */
  readonly until?: (answer: Answer) => boolean;
  /** Not compared: it only prepares what follows. */
  readonly silent?: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** The words of messages come from Go's standard library: only reasons and fields count. */
  readonly anyWords?: boolean;
  /** What of a body counts; all of it by default. */
  readonly pick?: (body: Json, step: number) => Json | undefined;
}

export interface Outcome {
  readonly status: number;
  readonly warnings?: readonly string[];
  readonly headers?: JsonObject;
  readonly body?: Json;
}

/** Runs all steps in a namespace of their own. What they create outside of it is deleted afterwards. */
export async function runScenario(
  server: ApiServer,
  scenario: Scenario,
  namespace: string,
): Promise<readonly Outcome[]> {
  await ask(server, {
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  });
  const variables = new Map([['ns', namespace]]);
  const outcomes: Outcome[] = [];
  try {
    for (const [index, step] of scenario.steps.entries()) {
      const answer = await takeStep(server, step, variables);
      variables.set(`etag${index}`, answer.headers.etag ?? '');
      remember(answer.body, index, variables);
      if (!step.silent) outcomes.push(outcomeOf(answer, scenario, { step, index, namespace }));
    }
  } finally {
    await cleanUp(server, scenario, variables);
  }
  return outcomes;
}

/** Some of what a real cluster does comes up only every half a minute. */
const maxAttempts = 500;

async function takeStep(
  server: ApiServer,
  step: Step,
  variables: ReadonlyMap<string, string>,
): Promise<Answer> {
  const question = {
    method: step.method,
    path: fill(step.path, variables),
    ...(step.body !== undefined && { body: fillJson(step.body, variables) }),
    headers: {
      ...(step.contentType !== undefined && { 'content-type': step.contentType }),
      ...(step.accept !== undefined && { accept: step.accept }),
      ...fillHeaders(step.send, variables),
    },
  };
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(server, question);
    if (!step.until || step.until(answer)) return answer;
    if (attempt > maxAttempts)
      throw new Error(`${step.method} ${step.path} never answered as awaited: ${answer.text}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(100, 5 * attempt)));
  }
}

function fill(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => variables.get(name) ?? whole);
}

function fillHeaders(
  headers: Step['send'] = {},
  variables: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [name, fill(value, variables)]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

function fillJson(value: Json | string, variables: ReadonlyMap<string, string>): Json | string {
  if (typeof value === 'string') return fill(value, variables);
  return JSON.parse(fill(JSON.stringify(value), variables)) as Json;
}

function remember(body: Json | undefined, index: number, variables: Map<string, string>): void {
  const metadata = (
    body as { metadata?: { uid?: string; resourceVersion?: string; continue?: string } } | undefined
  )?.metadata;
  variables.set(`uid${index}`, metadata?.uid ?? '');
  variables.set(`rv${index}`, metadata?.resourceVersion ?? '');
  variables.set(`continue${index}`, metadata?.continue ?? '');
  const { spec, status } = (body ?? {}) as {
    spec?: { clusterIP?: string };
    status?: { token?: string };
  };
  variables.set(`token${index}`, status?.token ?? '');
  variables.set(`ip${index}`, spec?.clusterIP ?? '');
}

async function cleanUp(
  server: ApiServer,
  { steps }: Scenario,
  variables: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { method, path, body } of steps.toReversed()) {
    if ((method !== 'POST' && method !== 'PATCH') || path.includes('/namespaces/{ns}/')) continue;
    const name = (body as { metadata?: { name?: string } } | undefined)?.metadata?.name;
    if (method === 'POST' && name === undefined) continue;
    const [target = ''] = path.split('?');
    const object = method === 'POST' ? `${target}/${name}` : target;
    await ask(server, { method: 'DELETE', path: fill(object, variables) });
  }
  await ask(server, { method: 'DELETE', path: fill('/api/v1/namespaces/{ns}', variables) });
}

function outcomeOf(
  answer: Answer,
  { anyWords = false, pick }: Scenario,
  {
    step,
    index,
    namespace,
  }: { readonly step: Step; readonly index: number; readonly namespace: string },
): Outcome {
  const body = answer.body ?? answer.text;
  const picked = pick ? pick(body, index) : body;
  const warnings = readWarnings(answer);
  return {
    status: answer.status,
    ...(warnings.length > 0 && {
      warnings: warnings.map((text) =>
        anyWords ? '<words>' : normaliseText(text, { anyWords, namespace }),
      ),
    }),
    ...(step.headers && { headers: pickHeaders(answer, step.headers) }),
    ...(picked !== undefined && { body: normalise(picked, { anyWords, namespace }) }),
  };
}

function pickHeaders({ headers }: Answer, names: readonly string[]): JsonObject {
  const present = names.flatMap((name): [string, Json][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  return Object.fromEntries(present);
}

function readWarnings({ headers }: Answer): readonly string[] {
  const { warning } = headers as { readonly warning?: string };
  if (warning === undefined) return [];
  return [...warning.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}

interface Rules {
  readonly anyWords: boolean;
  readonly namespace: string;
}

/** Takes out what no two servers have in common: ids, times, addresses, the namespace's name. */
export function normalise(value: Json, rules: Rules): Json {
  if (typeof value === 'string') return normaliseText(value, rules);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => normalise(item, rules));
  const entries = Object.entries(value as JsonObject).map(([key, member]): [string, Json] => [
    normaliseText(key, rules),
    normaliseMember(key, member, rules),
  ]);
  const object = Object.fromEntries(entries);
  const { generateName, name } = object;
  if (
    typeof generateName === 'string' &&
    typeof name === 'string' &&
    name.startsWith(generateName)
  ) {
    return { ...object, name: `${generateName}<random>` };
  }
  return object;
}

const replaced: Readonly<Record<string, string>> = {
  resourceVersion: '<version>',
  uid: '<uid>',
  continue: '<continue>',
};

function normaliseMember(key: string, value: Json, rules: Rules): Json {
  if (key === 'managedFields' && Array.isArray(value)) return sortOwners(normalise(value, rules));
  if (/^(?:nodePort|healthCheckNodePort)$/.test(key) && Number(value) >= 30_000) return '<port>';
  if (typeof value !== 'string' || value === '') return normalise(value, rules);
  if (key === 'message' && rules.anyWords) return '<words>';
  return replaced[key] ?? normalise(value, rules);
}

/** Their order depends on which second it was. */
function sortOwners(entries: Json): Json {
  const keyOf = (entry: Json): string => {
    const { operation, manager, subresource, apiVersion } = entry as Record<string, string>;
    return [operation, manager, apiVersion, subresource ?? ''].join(' ');
  };
  return (entries as Json[]).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function normaliseText(text: string, { namespace }: Rules): string {
  return text
    .replaceAll(namespace, '{ns}')
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<uid>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replace(/\b10\.96\.\d+\.\d+\b/g, '<address>');
}
