/**
 * Decides, without asking the server, that applying a configuration would change nothing: every
 * value that it mentions is there already, and its manager owns exactly what it mentions.
 *
 * It says yes only when it is sure; a plan asks the server about everything else. It runs for every
 * managed object of a plan, so it walks configuration, object and recorded owners side by side and
 * builds nothing.
 *
 * Where the API server stores a value in another form than it was given, the recorded owners tell
 * whether that has happened here, as long as nobody else owns the field (else the server would
 * compare what both asked for, and report a conflict):
 * - the canonical form of what is applied (`1` for `1000m`) counts as applied;
 * - so does the absence of an empty value that its manager owns: had anybody removed it, the owner
 *   would have lost the field, so it is the server that leaves it out. Structs are an exception:
 *   they go with the last of their members, whoever owns them.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { descend, type FieldSet } from '../fields/field-set.ts';
import { parseFieldsV1 } from '../fields/fields-v1.ts';
import { type ElementText, formatFieldElement } from '../fields/path-element.ts';
import { canonicaliseScalar } from '../quantity/canonicalise.ts';
import { isGoType } from '../schema/empty-object.ts';
import type { ListSchema, MapSchema, TypeSchema } from '../schema/type-schema.ts';
import { isElement, itemElement } from '../typed/item-element.ts';
import { asList, asMap, hasShape, isEmptyObject, memberOf, shapeOf } from '../typed/shape.ts';
import { isSameJson } from '../values/compare-json.ts';
import { hasEmptyList } from '../values/has-empty-part.ts';
import { hasLastApplied } from './last-applied.ts';
import { managedFieldsOf } from './managed-fields.ts';
import type { WriteContext } from './write-context.ts';

export type IsAppliedRequest = Omit<WriteContext, 'now' | 'isServed'> & {
  readonly observed: JsonObject;
  readonly applied: JsonObject;
};

export function isApplied(request: IsAppliedRequest): boolean {
  const { observed, applied, schema, manager } = request;
  if (!schema.map || (manager === 'kubectl' && hasLastApplied(observed))) return false;
  const own = findOwn(request);
  if (!own) return false;
  const walk: Walk = {
    path: [],
    own: own.entry,
    entries: own.entries,
    resetFields: request.resetFields,
    isGo: isGoType(schema),
  };
  return compareMap(walk, { applied, observed, owned: own.fields, map: schema.map });
}

const nothing: JsonObject = {};

interface Own {
  readonly entry: JsonObject;
  readonly entries: readonly Json[];
  readonly fields: JsonObject;
}

/** The entry of this manager; `undefined` when there are several, or it is of another version. */
function findOwn(request: IsAppliedRequest): Own | undefined {
  const entries = managedFieldsOf(request.observed) ?? null;
  if (!isJsonList(entries)) return undefined;
  const mine = entries.filter((each) => isJsonObject(each) && isMine(each, request));
  const [entry] = mine;
  // Who applies nothing owns nothing; but an object without any owner gets one by an apply.
  if (!entry) return entries.length > 0 ? { entry: nothing, entries, fields: nothing } : undefined;
  if (mine.length > 1 || !isJsonObject(entry)) return undefined;
  const fields = entry['fieldsV1'];
  const isReadable = entry['apiVersion'] === request.apiVersion && isJsonObject(fields);
  return isReadable ? { entry, entries, fields } : undefined;
}

function isMine(entry: JsonObject, { manager, subresource }: IsAppliedRequest): boolean {
  return (
    entry['manager'] === (manager === '' ? 'unknown' : manager) &&
    entry['operation'] === 'Apply' &&
    (entry['subresource'] ?? '') === (subresource ?? '')
  );
}

interface Walk {
  readonly path: ElementText[];
  readonly own: JsonObject;
  readonly entries: readonly Json[];
  readonly resetFields: FieldSet | undefined;
  readonly isGo: boolean;
}

interface MapPlace {
  readonly applied: JsonObject;
  readonly observed: JsonObject;
  /** What is recorded as owned at this place, as `fieldsV1` has it. */
  readonly owned: JsonObject;
  readonly map: MapSchema;
}

/** Whether all members agree and nothing else is owned below. */
function compareMap(walk: Walk, place: MapPlace): boolean {
  let expected = 0;
  for (const name in place.applied) {
    const found = compareMember(walk, name, place);
    if (found === 'differs') return false;
    if (found === 'owned') expected += 1;
  }
  return expected === countElements(place.owned);
}

function compareMember(
  walk: Walk,
  name: string,
  { applied, observed, owned, map }: MapPlace,
): Found {
  const value = memberOf(applied, name);
  const step = formatFieldElement(name);
  if (value === undefined || isReset(walk, step)) return 'unowned';
  const field = map.fields.get(name);
  const type = field ? field.type : map.element;
  if (!type) return 'differs';
  const place = { value, observed: memberOf(observed, name), type, owned: ownedAt(owned, step) };
  return compareAt(walk, step, place, !field || isBare(value));
}

/** Server-owned, or not to be written here: neither compared nor owned. */
function isReset(walk: Walk, step: ElementText): boolean {
  if (walk.path.length === 1 && walk.path[0] === 'f:metadata' && serverOwned.has(step)) return true;
  if (!walk.resetFields) return false;
  return descend(walk.resetFields, walk.path)?.members.has(step) ?? false;
}

const serverOwned: ReadonlySet<ElementText> = new Set([
  'f:creationTimestamp',
  'f:generation',
  'f:selfLink',
]);

/** Identity: compared, since an apply cannot change it, but owned by nobody. */
function isUnowned(path: readonly ElementText[]): boolean {
  const [first, second] = path;
  if (path.length === 1)
    return first === 'f:apiVersion' || first === 'f:kind' || first === 'f:metadata';
  return path.length === 2 && first === 'f:metadata' && identity.has(second ?? '');
}

const identity: ReadonlySet<ElementText> = new Set([
  'f:clusterName',
  'f:managedFields',
  'f:name',
  'f:namespace',
  'f:resourceVersion',
  'f:uid',
]);

interface Place {
  readonly value: Json;
  readonly observed: Json | undefined;
  readonly type: TypeSchema;
  readonly owned: JsonObject | undefined;
}

/** `unowned` where nothing is owned at or below the place, and nothing has to be. */
type Found = 'differs' | 'owned' | 'unowned';

function compareAt(walk: Walk, step: ElementText, place: Place, isOwnedBare: boolean): Found {
  walk.path.push(step);
  const found = comparePlace(walk, place, isOwnedBare);
  walk.path.pop();
  return found;
}

function comparePlace(walk: Walk, place: Place, isOwnedBare: boolean): Found {
  const { value, type, observed, owned } = place;
  if (!hasShape(type, value)) return 'differs';
  const isLeaf = isLeafPlace(place);
  const isMember = (isLeaf || isOwnedBare) && !isUnowned(walk.path);
  const isOwned = owned !== undefined && isOwnMember(owned);
  if (isMember !== isOwned) return 'differs';

  const isWhole = isLeaf || observed === undefined;
  const agrees = isWhole ? compareLeaf(walk, place) : compareBelow(walk, place);
  if (!agrees || (isWhole && owned && countElements(owned) > 0)) return 'differs';
  return owned ? 'owned' : 'unowned';
}

function isLeafPlace({ value, type }: Place): boolean {
  const shape = shapeOf(type, value);
  if (shape === 'map') return type.map?.kind === 'atomic';
  return shape === 'scalar' || (shape === 'list' && type.list?.kind === 'atomic');
}

function compareBelow(walk: Walk, { value, observed, type, owned = nothing }: Place): boolean {
  const shape = shapeOf(type, value);
  if (shape !== shapeOf(type, observed ?? null)) return false;
  if (shape === 'map' && type.map) {
    if (isEmptyObject(asMap(value)))
      return countElements(owned) === 0 && compareEmpty(walk, value, observed ?? null);
    return compareMap(walk, {
      applied: asMap(value),
      observed: asMap(observed),
      owned,
      map: type.map,
    });
  }
  if (!type.list) return false;
  const [applied, present] = [asList(value), asList(observed)];
  if (applied.length === 0 && present.length === 0) return isSameJson(value, observed ?? null);
  return compareList(walk, { applied, observed: present, owned, list: type.list });
}

function compareEmpty(walk: Walk, value: Json, observed: Json): boolean {
  if (isEmptyObject(asMap(observed))) return isSameJson(value, observed);
  // An empty struct goes when nothing but empty lists would be left of it.
  return !hasEmptyList(observed) || isOwnedBelow(walk);
}

/** Whether anybody else owns a part of what is at the place. */
function isOwnedBelow({ entries, own, path }: Walk): boolean {
  return entries.some((entry) => {
    if (entry === own || !isJsonObject(entry)) return false;
    const fields = parseFieldsV1(entry['fieldsV1'] ?? null);
    return fields !== undefined && descend(fields, path) !== undefined;
  });
}

interface ListPlace {
  readonly applied: readonly Json[];
  readonly observed: readonly Json[];
  readonly owned: JsonObject;
  readonly list: ListSchema;
}

/** The items have to be there in the order in which they are applied, others may stand between. */
function compareList(walk: Walk, { applied, observed, owned, list }: ListPlace): boolean {
  const places = indexItems(observed, list);
  if (!places) return false;
  let last = -1;
  for (const value of applied) {
    const step = itemElement(list, value);
    if (!isElement(step)) return false;
    const at = places.get(step) ?? -1;
    const item = observed[at];
    if (at <= last || item === undefined) return false;
    last = at;
    const place = { value, observed: item, type: list.element, owned: ownedAt(owned, step) };
    if (compareAt(walk, step, place, true) === 'differs') return false;
  }
  return applied.length === countElements(owned);
}

/** `undefined` when two items share a name. */
function indexItems(
  items: readonly Json[],
  list: ListSchema,
): ReadonlyMap<ElementText, number> | undefined {
  const places = new Map<ElementText, number>();
  for (const [at, item] of items.entries()) {
    const step = itemElement(list, item);
    if (!isElement(step) || places.has(step)) return undefined;
    places.set(step, at);
  }
  return places;
}

function compareLeaf(walk: Walk, { value, observed, type, owned }: Place): boolean {
  if (observed === undefined) {
    // An empty list of items is owned by nobody even where it has been applied.
    const isTold = owned !== undefined || (isJsonList(value) && type.list?.kind !== 'atomic');
    return isTold && isLeftOut(walk, value, type) && !isOwnedByOthers(walk);
  }
  if (isSameJson(value, observed)) return true;
  if (type.meaning === undefined || owned === undefined) return false;
  const stored = canonicaliseScalar(value, type.meaning);
  return isSameJson(stored, observed) && !isOwnedByOthers(walk);
}

/** Values that Go leaves out, and nulls, which are pruned from custom resources, too. */
function isLeftOut({ isGo, path }: Walk, value: Json, { scalar, list, map }: TypeSchema): boolean {
  if (!isGo && path[0] !== 'f:metadata') {
    // Where a custom resource may have anything, null is written first and pruned later, so that
    // each apply counts as a change.
    return value === null && [scalar, list, map].filter((shape) => shape).length === 1;
  }
  if (value === null) return true;
  if (isJsonList(value)) return value.length === 0;
  if (isJsonObject(value)) return isEmptyObject(value) && map?.fields.size === 0;
  return value === false || value === 0 || value === '';
}

function isOwnedByOthers({ entries, own, path }: Walk): boolean {
  return entries.some((entry) => {
    if (entry === own || !isJsonObject(entry)) return false;
    const fields = parseFieldsV1(entry['fieldsV1'] ?? null);
    const parent = fields && descend(fields, path.slice(0, -1));
    return !fields || (parent?.members.has(path.at(-1) ?? '') ?? false);
  });
}

function ownedAt(owned: JsonObject, step: ElementText): JsonObject | undefined {
  const below = memberOf(owned, step);
  return isJsonObject(below) ? below : undefined;
}

/** An entry without anything below says so by being empty, one with something by a dot. */
function isOwnMember(owned: JsonObject): boolean {
  return isEmptyObject(owned) || Object.hasOwn(owned, '.');
}

function countElements(owned: JsonObject): number {
  let count = 0;
  for (const step in owned) if (step !== '.') count += 1;
  return count;
}

function isBare(value: Json): boolean {
  return value === null || (isJsonObject(value) && isEmptyObject(value));
}
