/** Compares desired and observed things. Pure. */
import { isDeepStrictEqual } from 'node:util';

import type { Diagnostic, FieldPath, JsonObject } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import type { Change, FieldChange, ForeignField, Gap, Hazard, Plan } from '../change.ts';
import { digestBody } from '../digest-body.ts';
import type { PlanRequest } from '../provider.ts';
import {
  type DesiredResource,
  type ObservedResource,
  parseResourceId,
  type ResourceId,
} from '../resource.ts';
import type { Stack } from '../target.ts';
import { memberChanges, own } from './member-changes.ts';
import type { Thing } from './thing-cloud.ts';
import { isSecretName, type ThingBody } from './thing-prepare.ts';

export interface ThingPlanContext {
  readonly target: string;
  readonly identity: string;
  readonly seal: CallContext['seal'];
  /** Serials of the things that exist, for those that others need. */
  readonly serials: ReadonlyMap<ResourceId, number>;
}

/** The name under which the provider writes. */
export const ownWriter = 'trueup';

interface Found {
  readonly change?: Change;
  readonly foreign?: readonly ForeignField[];
  readonly diagnostics?: readonly Diagnostic[];
  readonly gaps?: readonly Gap[];
}

export function planThings(request: PlanRequest, context: ThingPlanContext): Plan {
  const { prepared, inventory, stack } = request;
  const observed = new Map(request.observed.map((one) => [one.id, one]));
  const wanted = new Map(prepared.resources.map((one) => [one.id, one]));
  const scene: Scene = { ...context, request, stack, wanted };
  const complete = prepared.diagnostics.every(({ severity }) => severity !== 'error');
  const left = complete ? inventory.filter((id) => !wanted.has(id)) : [];
  const found = [
    ...prepared.resources.map((desired) => planDesired(desired, observed.get(desired.id), scene)),
    ...left.flatMap((id) => planLeft(observed.get(id), scene)),
  ];
  return {
    targetIdentity: context.identity,
    changes: found.flatMap(({ change }) => change ?? []),
    coverage: { gaps: found.flatMap(({ gaps }) => gaps ?? []) },
    foreign: found.flatMap(({ foreign }) => foreign ?? []),
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics ?? []),
  };
}

/** Stands for a body that runs, or that is shown as a whole; sealed when it holds a secret. */
export function digestThing(
  id: ResourceId,
  body: ThingBody,
  { target, seal }: Pick<ThingPlanContext, 'target' | 'seal'>,
): string {
  return holdsSecret(body) ? seal(body, { target, id, path: [] }) : digestBody(body);
}

/** Undoes what `observe` answered. */
export function toThing({ body, version }: ObservedResource): Thing {
  return { ...(body as JsonObject & Omit<Thing, 'version'>), version };
}

interface Scene extends ThingPlanContext {
  readonly request: PlanRequest;
  readonly stack: Stack;
  readonly wanted: ReadonlyMap<ResourceId, DesiredResource>;
}

function planDesired(
  desired: DesiredResource,
  observed: ObservedResource | undefined,
  scene: Scene,
): Found {
  const need = checkNeed(desired, scene);
  if (need === 'missing')
    return { diagnostics: [complain(desired, 'THING_NEEDS_MISSING', needless)] };
  const thing = observed && toThing(observed);
  if (desired.executes) return { change: planExecute(desired, thing, scene) };
  if (!thing) return planCreate(desired, need, scene);
  const { owner } = thing;
  if (owner !== undefined && !marksOf(scene.stack).includes(owner)) {
    return { diagnostics: [complain(desired, 'THING_OWNED_BY_OTHER', 'belongs to another stack')] };
  }
  return planExisting(desired, thing, scene);
}

const needless = 'needs a thing that neither exists nor is described';

function checkNeed(
  { body }: DesiredResource,
  { serials, wanted }: Scene,
): 'met' | 'later' | 'missing' {
  const needs = body['needs'] as ResourceId | undefined;
  if (needs === undefined || serials.has(needs)) return 'met';
  return wanted.has(needs) ? 'later' : 'missing';
}

function planCreate(desired: DesiredResource, need: 'met' | 'later', scene: Scene): Found {
  const { id } = desired;
  const body = bodyOf(desired);
  const root: FieldChange = {
    path: [],
    after: digestThing(id, body, scene),
    sensitive: holdsSecret(body),
  };
  const change = {
    ...stepOf(desired),
    action: 'create',
    fields: [root, ...completedFields(desired, need, scene)],
    confidence: need === 'later' ? 'deferred' : 'certain',
  } as const;
  if (need === 'met') return { change };
  const message = `${id}: its link is known when the thing that it needs exists`;
  return { change, gaps: [{ subject: id, extent: 'deferred', message }] };
}

/** What the cloud adds on its own. */
function completedFields(
  { body }: DesiredResource,
  need: 'met' | 'later',
  scene: Scene,
): FieldChange[] {
  const added = { sensitive: false, generated: true } as const;
  const serial: FieldChange = { path: ['serial'], unknown: true, ...added };
  if (body['needs'] === undefined) return [serial];
  const after = scene.serials.get(body['needs'] as ResourceId);
  const link: FieldChange =
    need === 'later' || after === undefined
      ? { path: ['link'], unknown: true, ...added }
      : { path: ['link'], after, ...added };
  return [serial, link];
}

function planExecute(desired: DesiredResource, thing: Thing | undefined, scene: Scene): Change {
  const body = bodyOf(desired);
  const after = digestThing(desired.id, body, scene);
  const step = { ...stepOf(desired), confidence: 'certain', ...versionOf(thing) } as const;
  if (desired.executes === 'changed' && thing?.ran === after) {
    return { ...step, action: 'none', fields: [] };
  }
  const before = thing?.ran;
  const root = { path: [], ...(before !== undefined && { before }), after };
  return {
    ...step,
    action: 'execute',
    fields: [{ ...root, sensitive: holdsSecret(body) }],
    ...(desired.executes && { executes: desired.executes }),
  };
}

function planExisting(desired: DesiredResource, thing: Thing, scene: Scene): Found {
  const { id } = desired;
  const compared = compareSpecs(desired, thing, scene);
  const step = { ...stepOf(desired), confidence: 'certain', ...versionOf(thing) } as const;
  const { fields, foreign } = compared;
  if (thing.owner === undefined)
    return { change: { ...step, action: 'take-over', fields }, foreign };

  const marked = thing.owner === scene.stack.owner ? [] : [markField(thing.owner, scene.stack)];
  const all = [...marked, ...fields];
  if (!fields.some(({ path }) => path[1] === 'fixed')) {
    const action = all.length > 0 ? 'update' : 'none';
    return { change: { ...step, action, fields: all, hazards: updateHazards(fields) }, foreign };
  }
  if (desired.body['replace'] !== true) {
    const text = 'spec.fixed cannot be changed in place';
    const diagnostic = complain(desired, 'THING_FIELD_IMMUTABLE', text, ['spec', 'fixed']);
    return { diagnostics: [{ ...diagnostic, advice: 'Allow it by "replace": true.' }], foreign };
  }
  const hazards: readonly Hazard[] = ['destroys-data', 'recreates'];
  return {
    change: { ...step, action: 'replace', fields: all, hazards, ...protectionOf(id) },
    foreign,
  };
}

function planLeft(observed: ObservedResource | undefined, { stack, ...scene }: Scene): Found[] {
  if (!observed) return [];
  const { id } = observed;
  const thing = toThing(observed);
  const body: ThingBody = { spec: thing.spec, sensitive: thing.sensitive };
  const root = { path: [], before: digestThing(id, body, scene), sensitive: holdsSecret(body) };
  const ours = thing.owner !== undefined && marksOf(stack).includes(thing.owner);
  const change: Change = {
    id,
    action: 'delete',
    fields: [root],
    confidence: 'certain',
    hazards: ['destroys-data'],
    position: { wave: 0, rank: 0 },
    dependsOn: [],
    ...(ours ? protectionOf(id) : { protection: 'It does not bear the mark of this stack.' }),
    ...versionOf(thing),
  };
  return [{ change }];
}

interface Compared {
  readonly fields: readonly FieldChange[];
  readonly foreign: readonly ForeignField[];
}

function compareSpecs(desired: DesiredResource, thing: Thing, scene: Scene): Compared {
  const body = bodyOf(desired);
  const names = [...new Set([...Object.keys(thing.spec), ...Object.keys(body.spec)])].sort();
  const differing = names.filter(
    (name) => !isDeepStrictEqual(own(thing.spec, name), own(body.spec, name)),
  );
  const isForeign = (name: string) =>
    !Object.hasOwn(body.spec, name) && own(thing.writers, name)?.name !== ownWriter;
  const { foreign: rule } = scene.request;
  const asked = differing.filter((name) => rule === 'remove' || !isForeign(name));
  const sides: Sides = { desired, body, thing, scene };
  return {
    fields: asked.flatMap((name) => fieldsOf(name, sides)),
    foreign:
      rule === 'report' ? differing.filter(isForeign).map((name) => foreignOf(name, sides)) : [],
  };
}

interface Sides {
  readonly desired: DesiredResource;
  readonly body: ThingBody;
  readonly thing: Thing;
  readonly scene: Scene;
}

function fieldsOf(name: string, { desired, body, thing, scene }: Sides): readonly FieldChange[] {
  const path = ['spec', name];
  const place = { target: scene.target, id: desired.id, path };
  return memberChanges({
    path,
    before: own(thing.spec, name),
    after: own(body.spec, name),
    seal: isSensitive(name, body, thing) ? (value) => scene.seal(value, place) : undefined,
    writer: own(thing.writers, name),
    origin: desired.origin,
  });
}

function foreignOf(name: string, { desired, body, thing, scene }: Sides): ForeignField {
  const path = ['spec', name];
  const value = own(thing.spec, name) ?? null;
  const sensitive = isSensitive(name, body, thing);
  const place = { target: scene.target, id: desired.id, path };
  const writer = own(thing.writers, name);
  const observed = sensitive ? scene.seal(value, place) : value;
  return { id: desired.id, path, observed, sensitive, ...(writer && { writer }) };
}

function isSensitive(name: string, ...bodies: readonly Pick<Thing, 'sensitive'>[]): boolean {
  return isSecretName(name) || bodies.some(({ sensitive }) => sensitive.includes(name));
}

function holdsSecret({ spec, sensitive }: ThingBody): boolean {
  return Object.keys(spec).some((name) => isSensitive(name, { sensitive }));
}

function updateHazards(fields: readonly FieldChange[]): readonly Hazard[] {
  return fields.some(({ path }) => path[1] === 'image') ? ['restarts'] : [];
}

function markField(before: string, { owner }: Stack): FieldChange {
  return { path: ['owner'], before, after: owner, sensitive: false };
}

function stepOf({
  id,
  position,
  dependsOn,
}: DesiredResource): Omit<Change, 'action' | 'fields' | 'confidence'> {
  return { id, hazards: [], position, dependsOn };
}

function versionOf(thing: Thing | undefined): { readonly version?: string } {
  return thing ? { version: thing.version } : {};
}

function protectionOf(id: ResourceId): { readonly protection?: string } {
  const { kind } = parseResourceId(id);
  return kind.startsWith('Protected')
    ? { protection: `Things of kind ${kind} are protected.` }
    : {};
}

function marksOf({ owner, formerOwners }: Stack): readonly string[] {
  return [owner, ...formerOwners];
}

function bodyOf({ body }: DesiredResource): ThingBody {
  return body as ThingBody;
}

function complain(
  { id, origin }: DesiredResource,
  code: string,
  text: string,
  path: FieldPath = [],
): Diagnostic {
  return { severity: 'error', code, path, ...(origin && { origin }), summary: `${id}: ${text}` };
}
