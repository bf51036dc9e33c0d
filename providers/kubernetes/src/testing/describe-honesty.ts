/**
 * P1: what changes on the server equals what the plan said, field by field, but for what it marked as
 * generated; a second plan is empty. Shown with generated manifests, from one to the next.
 */
import { isDeepStrictEqual } from 'node:util';

import { type FieldPath, formatFieldPath, formatJson, type JsonObject } from '@trueup/diagnostics';
import { type Change, diffFields, type Plan, type ResourceId } from '@trueup/provider-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ClusterAccess } from '../client/cluster-access.ts';
import { listOwners, ownsAt } from '../fields/field-owners.ts';
import { keysFromOwners } from '../fields/list-keys.ts';
import { compareAsked } from '../plan/compare-asked.ts';
import { declaredPart } from '../plan/declared-part.ts';
import { anyManifests } from './any-manifests.ts';
import { Stage } from './stage.ts';

export interface HonestyOptions {
  readonly seed: number;
  readonly cases: number;
}

export function describeHonesty(
  access: () => ClusterAccess,
  { seed, cases }: HonestyOptions,
): void {
  describe('honesty', () => {
    it(`does what the plan says, ${cases} times`, async () => {
      const stage = await Stage.open(access());
      try {
        for (const [index, bodies] of fc
          .sample(anyManifests(), { seed, numRuns: cases })
          .entries()) {
          stage.write(bodies.map((body) => formatJson(body)).join('\n---\n'));

          expect(await playCase(stage), `case ${index} of seed ${seed}`).toEqual([]);
        }
      } finally {
        await stage.close();
      }
    }, 120_000);
  });
}

/** Everything in which plan and effect differ. */
async function playCase(stage: Stage): Promise<readonly string[]> {
  const prepared = await stage.prepare();
  const plan = await stage.plan(prepared);
  const ids = [...new Set([...prepared.resources.map(({ id }) => id), ...stage.inventory])];
  const before = await read(stage, ids);
  const todo = plan.changes.filter(({ action }) => action !== 'none');
  const ends = await stage.apply(todo, prepared);
  stage.inventory = prepared.resources.map(({ id }) => id);
  const after = await read(stage, ids);

  const desired = new Map(prepared.resources.map(({ id, body }) => [id, body]));
  return [
    ...plan.diagnostics.map(({ summary }) => summary),
    ...ends.filter(({ kind }) => kind !== 'done').map(({ kind, id }) => `${kind} ${id}`),
    ...plan.changes.flatMap((change) => {
      const sides = { before: before.get(change.id), after: after.get(change.id) };
      return check(change, { ...sides, desired: desired.get(change.id) });
    }),
    ...Stage.summarize(await stage.plan(prepared)).map((change) => `still to do: ${change}`),
  ];
}

async function read(
  stage: Stage,
  ids: readonly ResourceId[],
): Promise<ReadonlyMap<ResourceId, JsonObject>> {
  const observed = await stage.provider.observe(stage.target, { ids }, stage.call());
  return new Map(observed.map(({ id, body }) => [id, body]));
}

interface Sides {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  readonly desired: JsonObject | undefined;
}

function check(change: Change, sides: Sides): readonly string[] {
  const { id, action } = change;
  const { before, after } = sides;
  if (action === 'delete') return after ? [`${id} is still there`] : [];
  if (!after) return [`${id} is not there`];
  if (action === 'create') return before ? [`${id} was there`] : checkCreate(change, after, sides);
  return before ? checkUpdate(change, before, after) : [`${id} was not there`];
}

function checkCreate({ id, fields }: Change, after: JsonObject, { desired = {} }: Sides): string[] {
  const otherwise = compareAsked(desired, declaredPart(after), keysFromOwners([after]));
  const happened = otherwise.map(({ path }) => formatFieldPath(path)).sort();
  const told = fields
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => formatFieldPath(path));
  return isDeepStrictEqual(happened, told.sort()) ? [] : [`${id}: ${happened} instead of ${told}`];
}

function checkUpdate(change: Change, before: JsonObject, after: JsonObject): string[] {
  const { id, fields } = change;
  const keysOf = keysFromOwners([before, after]);
  // Controllers write as well, and nobody planned that.
  const happened = diffFields(declaredPart(before), declaredPart(after), keysOf).filter(
    ({ path }) => !isOfOthers(after, path),
  );
  const told = new Map(fields.map((field) => [formatFieldPath(field.path), field]));
  const unannounced = happened.filter(({ path, before: old, after: young }) => {
    const field = told.get(formatFieldPath(path));
    if (!field) return true;
    if (field.sensitive || field.generated) return false;
    return !(isDeepStrictEqual(field.before, old) && isDeepStrictEqual(field.after, young));
  });
  const paths = new Set(happened.map(({ path }) => formatFieldPath(path)));
  const missing = asked(change).filter((path) => !paths.has(path));
  return [
    ...unannounced.map(({ path }) => `${id}: nobody said ${formatFieldPath(path)}`),
    ...missing.map((path) => `${id}: said and not done: ${path}`),
  ];
}

function asked({ fields }: Plan['changes'][number]): readonly string[] {
  return fields.filter(({ generated }) => !generated).map(({ path }) => formatFieldPath(path));
}

function isOfOthers(body: JsonObject, path: FieldPath): boolean {
  const owners = listOwners(body).filter((owner) => ownsAt(owner, path));
  return owners.length > 0 && owners.every(({ manager }) => manager !== 'trueup');
}
