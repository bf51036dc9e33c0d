/** Compares what is desired with what is there, and saves the steps for one serial of the state. */
import { isDeepStrictEqual } from 'node:util';

import type { Diagnostic, Json, JsonObject } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import type { Change, FieldChange, ForeignField, Plan } from '../change.ts';
import { digestBody } from '../digest-body.ts';
import type { PlanRequest } from '../provider.ts';
import type { DesiredResource, ResourceId } from '../resource.ts';
import { memberChanges, own } from './member-changes.ts';
import type {
  PlanState,
  Reality,
  Remembered,
  SavedAction,
  SavedPlanCloud,
} from './saved-plan-cloud.ts';
import { isSensitiveAttribute, referenceOf, type SavedBody } from './saved-plan-prepare.ts';

/** What the artifact holds. Attributes are in the clear, as in the plan file of a real tool. */
export interface SavedPlan {
  readonly lineage: string;
  readonly serial: number;
  readonly steps: readonly SavedStep[];
}

export interface SavedStep {
  readonly id: ResourceId;
  /** Without one only the state is written. */
  readonly action?: SavedAction;
  /** The address that the state knows it under, where that is another one. */
  readonly from?: ResourceId;
  readonly after?: Remembered;
  readonly dependsOn: readonly ResourceId[];
}

export interface SavedPlanContext {
  readonly cloud: SavedPlanCloud;
  readonly target: string;
  readonly seal: CallContext['seal'];
}

export function planSteps(request: PlanRequest, context: SavedPlanContext): Plan {
  const { prepared, stack } = request;
  const state = context.cloud.stateOf([stack.owner, ...stack.formerOwners]);
  const scene: Scene = { ...context, request, state, changing: new Set() };
  const found = inOrder(prepared.resources).map((desired) => planDesired(desired, scene));
  const named = prepared.resources.flatMap(({ id, body }) => [id, body['movedFrom']]);
  const left = [...state.resources.keys()].filter((id) => !named.includes(id));
  const deletes = left.map((id) => planDelete(id, scene));
  const all = [...found, ...deletes];
  const diagnostics = all.flatMap((one) => one.diagnostics ?? []);
  const steps = all.flatMap(({ step }) => step ?? []);
  const saved: SavedPlan = { lineage: state.lineage, serial: state.serial, steps };
  const usable = diagnostics.length === 0 && steps.length > 0;
  return {
    targetIdentity: state.lineage,
    changes: all.flatMap(({ change }) => change ?? []),
    coverage: { gaps: [] },
    foreign: found.flatMap(({ foreign }) => foreign ?? []),
    diagnostics,
    ...(usable && { artifact: new TextEncoder().encode(JSON.stringify(saved)) }),
  };
}

interface Scene extends SavedPlanContext {
  readonly request: PlanRequest;
  readonly state: PlanState;
  /** What gets a new id in this plan: references to it are not known yet. */
  readonly changing: Set<ResourceId>;
}

interface Found {
  readonly change?: Change;
  readonly step?: SavedStep;
  readonly foreign?: readonly ForeignField[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** What others refer to comes first. A cycle is left as it is written: the engine refuses it. */
function inOrder(resources: readonly DesiredResource[]): readonly DesiredResource[] {
  const byId = new Map(resources.map((one) => [one.id, one]));
  const ordered = new Set<DesiredResource>();
  const entered = new Set<DesiredResource>();
  const visit = (one: DesiredResource) => {
    if (entered.has(one)) return;
    entered.add(one);
    for (const id of one.dependsOn) {
      const needed = byId.get(id);
      if (needed) visit(needed);
    }
    ordered.add(one);
  };
  for (const one of resources) visit(one);
  return [...ordered];
}

function planDesired(desired: DesiredResource, scene: Scene): Found {
  const { id, body } = desired;
  const { state, cloud, changing } = scene;
  const movedFrom = body['movedFrom'] as ResourceId | undefined;
  const isMove =
    movedFrom !== undefined && !state.resources.has(id) && state.resources.has(movedFrom);
  const from = isMove ? movedFrom : id;
  const remembered = state.resources.get(from);
  const real = remembered && cloud.real(from);
  const after = toRemember(desired);
  if (!(remembered && real)) {
    changing.add(id);
    return { change: createOf(desired, scene), step: stepOf(desired, 'create', after) };
  }
  const { fields, foreign, kept } = compare(desired, { remembered, real }, scene);
  const all = [...addressFields(id, from, scene), ...fields];
  const action = actionOf(fields, all);
  if (action === 'replace') changing.add(id);
  const change: Change = {
    ...changeOf(desired),
    action,
    fields: all,
    hazards: action === 'replace' ? ['destroys-data', 'recreates'] : [],
    version: versionOf(state, real),
  };
  if (action === 'none') return { change, foreign };
  const attributes = action === 'replace' ? after.attributes : { ...kept, ...after.attributes };
  const done = fields.length > 0 ? action : undefined;
  const step = { ...stepOf(desired, done, { ...after, attributes }), ...(isMove && { from }) };
  return { change, foreign, step };
}

function actionOf(
  fields: readonly FieldChange[],
  all: readonly FieldChange[],
): 'replace' | 'update' | 'none' {
  const fixed = fields.some(
    ({ path }) => typeof path[1] === 'string' && path[1].startsWith('fixed'),
  );
  if (fixed) return 'replace';
  return all.length > 0 ? 'update' : 'none';
}

function createOf(desired: DesiredResource, scene: Scene): Change {
  const root = rootOf(desired.id, desired.body as SavedBody, scene);
  const fields: readonly FieldChange[] = [
    { path: [], after: root.value, sensitive: root.sensitive },
    { path: ['attributes', 'id'], unknown: true, generated: true, sensitive: false },
  ];
  return { ...changeOf(desired), action: 'create', fields };
}

function planDelete(id: ResourceId, scene: Scene): Found {
  const { state, cloud, request } = scene;
  const remembered = state.resources.get(id);
  if (!request.inventory.includes(id)) {
    const summary = `${id}: is in the state, and neither described nor in the inventory`;
    return {
      diagnostics: [{ severity: 'error', code: 'SAVED_PLAN_UNEXPECTED', path: [], summary }],
    };
  }
  const real = cloud.real(id);
  if (!(remembered && real)) return { step: { id, dependsOn: [] } };
  const { outputs, sensitive } = remembered;
  const root = rootOf(id, { attributes: real.attributes, outputs, sensitive }, scene);
  const change: Change = {
    id,
    action: 'delete',
    fields: [{ path: [], before: root.value, sensitive: root.sensitive }],
    confidence: 'certain',
    hazards: ['destroys-data'],
    position: { wave: 0, rank: 0 },
    dependsOn: [],
    version: versionOf(state, real),
  };
  return { change, step: { id, action: 'delete', dependsOn: [] } };
}

interface Sides {
  readonly remembered: Remembered;
  readonly real: Reality;
}

interface Compared {
  readonly fields: readonly FieldChange[];
  readonly foreign: readonly ForeignField[];
  /** What others added and keep. */
  readonly kept: JsonObject;
}

function compare(desired: DesiredResource, { remembered, real }: Sides, scene: Scene): Compared {
  const { attributes, sensitive } = desired.body as SavedBody;
  const names = new Set([...Object.keys(real.attributes), ...Object.keys(attributes)]);
  names.delete('id');
  const { foreign: rule } = scene.request;
  const members = [...names].sort().map((name): Member => {
    const foreign = ![attributes, remembered.attributes].some((one) => Object.hasOwn(one, name));
    return {
      name,
      path: ['attributes', name],
      before: own(real.attributes, name),
      wanted: own(attributes, name),
      isKept: foreign && rule !== 'remove',
      isSecret: isSensitiveAttribute(name, [...sensitive, ...remembered.sensitive]),
    };
  });
  const kept = members.filter(({ isKept }) => isKept);
  const asked = members.filter(({ isKept }) => !isKept);
  return {
    fields: asked.flatMap((member) => fieldsOf(member, desired, scene)),
    foreign: rule === 'report' ? kept.map((member) => foreignOf(member, desired, scene)) : [],
    kept: Object.fromEntries(kept.map(({ name, before = null }) => [name, before])),
  };
}

interface Member {
  readonly name: string;
  readonly path: readonly string[];
  readonly before: Json | undefined;
  readonly wanted: Json | undefined;
  /** Somebody else added it, and it stays. */
  readonly isKept: boolean;
  readonly isSecret: boolean;
}

function fieldsOf(
  { path, before, wanted, isSecret }: Member,
  { id, origin }: DesiredResource,
  scene: Scene,
): readonly FieldChange[] {
  const resolved = resolve(wanted, scene);
  if (resolved === 'unknown') return [unknownField(path, before)];
  const after = resolved.value;
  if (isDeepStrictEqual(before, after)) return [];
  return memberChanges({ path, before, after, origin, seal: sealOf(isSecret, id, path, scene) });
}

function foreignOf(
  { path, before = null, isSecret }: Member,
  { id }: DesiredResource,
  scene: Scene,
): ForeignField {
  const seal = sealOf(isSecret, id, path, scene);
  return { id, path, observed: seal ? seal(before) : before, sensitive: isSecret };
}

function sealOf(
  isSecret: boolean,
  id: ResourceId,
  path: readonly string[],
  { seal, target }: Scene,
): ((value: Json) => string) | undefined {
  return isSecret ? (value) => seal(value, { target, id, path }) : undefined;
}

function unknownField(path: readonly string[], before: Json | undefined): FieldChange {
  return { path, ...(before !== undefined && { before }), unknown: true, sensitive: false };
}

function resolve(
  wanted: Json | undefined,
  { changing, cloud }: Scene,
): 'unknown' | { readonly value: Json | undefined } {
  const reference = referenceOf(wanted);
  if (!reference) return { value: wanted };
  if (changing.has(reference)) return 'unknown';
  return { value: cloud.real(reference)?.attributes['id'] ?? null };
}

/** The address and the owner are members of the state, and change without an effect. */
function addressFields(id: ResourceId, from: ResourceId, { state, request }: Scene): FieldChange[] {
  const { owner } = request.stack;
  const moved =
    from === id ? [] : [{ path: ['address'], before: from, after: id, sensitive: false }];
  if (state.owner === undefined || state.owner === owner) return moved;
  return [...moved, { path: ['owner'], before: state.owner, after: owner, sensitive: false }];
}

function rootOf(
  id: ResourceId,
  body: SavedBody,
  { seal, target }: Scene,
): { readonly value: string; readonly sensitive: boolean } {
  const { attributes, sensitive } = body;
  const secret = Object.keys(attributes).some((name) => isSensitiveAttribute(name, sensitive));
  return {
    value: secret ? seal(body, { target, id, path: [] }) : digestBody(body),
    sensitive: secret,
  };
}

function changeOf({ id, position, dependsOn }: DesiredResource) {
  return { id, position, dependsOn, confidence: 'certain', hazards: [] } as const;
}

function stepOf(
  desired: DesiredResource,
  action: SavedAction | undefined,
  after: Remembered,
): SavedStep {
  const { id, dependsOn } = desired;
  return { id, ...(action && { action }), after, dependsOn };
}

function toRemember({ body }: DesiredResource): Remembered {
  const { attributes, sensitive, outputs } = body as SavedBody;
  return { attributes, sensitive, outputs };
}

/** No secret can be guessed back from it: it counts. */
export function versionOf({ serial }: PlanState, { revision }: Reality): string {
  return `${serial}.${revision}`;
}
