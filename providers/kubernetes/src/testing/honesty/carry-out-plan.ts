/** Carries out a plan wave by wave, and holds each change against what it did. */
import { isDeepStrictEqual } from 'node:util';

import {
  formatFieldPath,
  formatJson,
  type Json,
  type JsonObject,
  readObject,
} from '@trueup/diagnostics';
import {
  type Change,
  diffFields,
  type End,
  type Plan,
  type Prepared,
  type ResourceId,
} from '@trueup/provider-sdk';

import { keysFromOwners } from '../../fields/list-keys.ts';
import { KubernetesApiError } from '../../kubernetes-client.ts';
import { declaredPart } from '../../plan/declared-part.ts';
import type { Stage } from '../stage.ts';
import { checkChange, checkGenerated } from './check-change.ts';
import { applying, count, type Telling } from './telling.ts';

/** Each wave is planned anew, and names nothing that the first plan did not. */
export async function carryOutPlan(
  telling: Telling,
  prepared: Prepared,
  first: Plan,
): Promise<readonly string[]> {
  const { stage } = telling.story;
  const announced = new Map(first.changes.map(({ id, action }) => [id, action]));
  const done = new Set<ResourceId>();
  let plan = first;
  for (let round = 0; round < 6; round += 1) {
    const todo = plan.changes.filter(({ action, protection }) => action !== 'none' && !protection);
    const problems = [
      ...(await checkRefusals(telling, prepared, plan)),
      ...todo.filter(({ id }) => done.has(id)).map((one) => `still to do: ${describe(one)}`),
      ...todo
        .filter(({ id, action }) => announced.get(id) !== action)
        .map((one) => `not announced: ${describe(one)}`),
    ];
    if (problems.length > 0) return problems;
    if (todo.length === 0) return settle(telling, prepared, plan);

    const wave = nextWave(todo);
    for (const { id } of wave) done.add(id);
    const found = await playWave(telling, prepared, wave);
    if (found.length > 0) return found;
    plan = await stage.plan(prepared);
  }
  return ['it does not settle'];
}

/** Some of what is wrong is taken once and never again; as a new object it is not taken at all. */
async function checkRefusals(
  telling: Telling,
  { resources }: Prepared,
  { diagnostics }: Plan,
): Promise<readonly string[]> {
  const { stage } = telling.story;
  const problems: string[] = [];
  for (const { severity, summary, origin } of diagnostics) {
    if (severity !== 'error') continue;
    const body = resources.find((one) => one.origin?.line === origin?.line)?.body;
    const isWrong = body !== undefined && (await isRefusedAnew(stage, body));
    if (isWrong) count(telling, 'taken once');
    else problems.push(`refused afterwards: ${summary}`);
  }
  return problems;
}

async function isRefusedAnew(stage: Stage, body: JsonObject): Promise<boolean> {
  const place = await stage.place(body);
  const name = `${place.name}-anew`;
  const metadata = { ...readObject(body, 'metadata'), name };
  try {
    await stage.client.apply(
      { ...place, name },
      { ...body, metadata },
      { ...applying, dryRun: true },
    );
    return false;
  } catch (error) {
    if (error instanceof KubernetesApiError) return true;
    throw error;
  }
}

function nextWave(todo: readonly Change[]): readonly Change[] {
  const pending = new Set(todo.map(({ id }) => id));
  const ready = todo.filter(({ dependsOn }) => !dependsOn.some((id) => pending.has(id)));
  const writes = ready.filter(({ action }) => action !== 'delete');
  return writes.length > 0 ? writes : ready;
}

async function playWave(
  telling: Telling,
  prepared: Prepared,
  wave: readonly Change[],
): Promise<readonly string[]> {
  const { stage } = telling.story;
  for (const change of wave) {
    count(telling, change.action);
    telling.trace.push(`planned: ${describe(change)}`);
  }
  const before = await read(stage, prepared);
  const ends = await stage.apply(wave, prepared);
  const after = await read(stage, prepared);

  const desired = new Map(prepared.resources.map(({ id, body }) => [id, body]));
  const changed = new Set(wave.map(({ id }) => id));
  const untouched = [...before.keys()].filter((id) => !changed.has(id));
  return [
    ...ends.filter(({ kind }) => kind !== 'done').map(describeEnd),
    ...untouched
      .filter((id) => !isDeepStrictEqual(partOf(before.get(id)), partOf(after.get(id))))
      .map((id) => `${id}: changed, and nobody said so`),
    ...wave.flatMap((change) => {
      const { id } = change;
      const sides = { before: before.get(id), after: after.get(id), desired: desired.get(id) };
      return checkChange(change, sides);
    }),
  ];
}

/** Nothing is left to do. Applied all the same, nothing may change. */
async function settle(
  telling: Telling,
  prepared: Prepared,
  { changes }: Plan,
): Promise<readonly string[]> {
  const { stage } = telling.story;
  const kept = changes.filter(({ action }) => action !== 'none').map(({ id }) => id);
  stage.inventory = [...new Set([...prepared.resources.map(({ id }) => id), ...kept])];
  const before = await read(stage, prepared);
  const problems: string[] = [];
  for (const change of changes) {
    const { id, action, confidence, fields } = change;
    const body = prepared.resources.find((one) => one.id === id)?.body;
    const observed = before.get(id);
    if (action !== 'none' || !body || !observed) continue;
    count(telling, 'none');
    const generated = new Set(fields.map(({ path }) => formatFieldPath(path)));
    // What a server would refuse although it has it, is told by prediction.
    const found = confidence === 'predicted' ? [] : await applyAgain(telling, body, observed);
    const surprising = found.filter((path) => !generated.has(path));
    problems.push(...surprising.map((what) => `${id}: said none, and then ${what}`));
    problems.push(...checkGenerated(change, observed));
  }
  for (const [id, body] of [...before].sort(([a], [b]) => (a < b ? -1 : 1))) {
    telling.trace.push(`there: ${id} ${formatJson(partOf(body) ?? null)}`);
  }
  return problems;
}

/** What that changes. */
async function applyAgain(
  { story: { stage } }: Telling,
  body: JsonObject,
  observed: JsonObject,
): Promise<readonly string[]> {
  if (isLeft(stage, body)) return [];
  const place = await stage.place(body);
  const apply = async () => changedIn(observed, await stage.client.apply(place, body, applying));
  try {
    // What the first one leaves out, the second one puts in.
    return (await apply()).length === 0 ? [] : await apply();
  } catch (error) {
    if (error instanceof KubernetesApiError) return [`the server refuses it: ${error.message}`];
    throw error;
  }
}

function changedIn(before: JsonObject, after: JsonObject): readonly string[] {
  const changes = diffFields(
    declaredPart(before),
    declaredPart(after),
    keysFromOwners([before, after]),
  );
  // It counts how often its template was changed, back and forth as well.
  const counts = 'metadata.annotations["deprecated.daemonset.template.generation"]';
  return changes.map(({ path }) => formatFieldPath(path)).filter((path) => path !== counts);
}

/** Some fields may be left to others: then the manifest is not what is applied. */
function isLeft({ stack }: Stage, { kind }: JsonObject): boolean {
  const settings = stack.settings as JsonObject;
  return settings['leaveTo'] !== undefined || kind === 'Deployment';
}

/** Straight from the server, in the versions in which the manifests speak. */
async function read(
  stage: Stage,
  prepared: Prepared,
): Promise<ReadonlyMap<ResourceId, JsonObject>> {
  const wanted = new Set(prepared.resources.map(({ id }) => id));
  const ids = stage.inventory.filter((id) => !wanted.has(id));
  const others = await stage.provider.observe(stage.target, { ids }, stage.call());
  const found = await Promise.all(prepared.resources.map(({ body }) => stage.get(body)));
  return new Map([
    ...prepared.resources.flatMap(({ id }, index) => {
      const body = found[index];
      return body ? [[id, body] as const] : [];
    }),
    ...others.map(({ id, body }) => [id, body] as const),
  ]);
}

function partOf(body: JsonObject | undefined): JsonObject | undefined {
  return body && declaredPart(body);
}

function describe({ id, action, confidence, fields }: Change): string {
  // What stands for a whole body holds the stage's own name.
  const told = fields
    .filter(({ path }) => path.length > 0)
    .map(({ path, before, after, generated }) => {
      const values = generated ? 'generated' : `${print(before)} → ${print(after)}`;
      return `${formatFieldPath(path)}: ${values}`;
    });
  return [`${action} ${id} ${confidence}`, ...told.sort()].join('\n    ');
}

function describeEnd(end: End): string {
  return `${end.kind} ${end.id} ${'failure' in end ? end.failure.message : ''}`;
}

function print(value: Json | undefined): string {
  return value === undefined ? '' : formatJson(value);
}
