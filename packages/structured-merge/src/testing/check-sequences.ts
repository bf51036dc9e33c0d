import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { schemaFromOpenApi } from '../schema/schema-from-open-api.ts';
import type { TypeSchema } from '../schema/type-schema.ts';
import type { ApiServer } from './api-server.ts';
import { checkSequence } from './check-sequence.ts';
import { Dice } from './dice.ts';
import { everyTypeCrd } from './every-type-crd.ts';
import { createTally, type Sequence, type Tally } from './sequence.ts';
import { type Subject, subjects } from './subjects.ts';

export interface Findings {
  readonly differences: readonly string[];
  readonly tally: Tally;
}

/** Plays `count` sequences, the kinds in turn, in a namespace of their own that is left behind. */
export async function checkSequences(
  server: ApiServer | undefined,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<Findings> {
  if (!server) throw new Error('There is no server to check against.');
  const namespace = `merge-${Date.now().toString(36)}-${seed}`;
  await prepare(server, namespace);
  const tally = createTally();
  const differences: string[] = [];
  const run = async (subject: Subject, lane: number): Promise<void> => {
    const schema = await readSchema(server, subject);
    for (let at = lane; at < count; at += subjects.length) {
      const dice = new Dice(seed * 1_000_003 + at);
      const sequence = { ...pickScale(dice), server, subject, schema, namespace, dice };
      differences.push(...(await checkSequence({ ...sequence, name: `s${at}` }, tally)));
    }
  };
  await Promise.all(subjects.map(run));
  return { differences, tally };
}

/** Some objects are written often by many, so that the oldest of them are united. */
function pickScale(dice: Dice): Pick<Sequence, 'managers' | 'steps'> {
  const few = ['ann', 'bob', 'cat', 'kubectl'];
  if (!dice.chance(10)) return { managers: few, steps: 8 + dice.below(8) };
  const many = Array.from({ length: 14 }, (_, at) => `m${at}`);
  return { managers: [...few, 'ancient-changes', ...many], steps: 40 };
}

async function prepare(server: ApiServer, namespace: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await server.call({ method: 'POST', path: '/api/v1/namespaces', body });
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await server.call({ method: 'POST', path: definitions, body: everyTypeCrd });
  for (const version of ['v1', 'v2']) {
    await waitFor(server, `/openapi/v3/apis/merge.trueup.dev/${version}`);
    await waitFor(server, `/apis/merge.trueup.dev/${version}/namespaces/${namespace}/everytypes`);
  }
}

async function waitFor(server: ApiServer, path: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { status } = await server.call({ method: 'GET', path });
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${path} is not served.`);
}

async function readSchema(server: ApiServer, subject: Subject): Promise<TypeSchema> {
  const { body } = await server.call({ method: 'GET', path: `/openapi/v3/${rootOf(subject)}` });
  const components = isJsonObject(body['components']) ? body['components'] : {};
  const schemas: JsonObject = isJsonObject(components['schemas']) ? components['schemas'] : {};
  const schema = schemaFromOpenApi(schemas, subject.kind);
  if (!schema) throw new Error(`The server serves no schema of ${subject.kind.kind}.`);
  return schema;
}

function rootOf({ kind: { group, version } }: Subject): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}
