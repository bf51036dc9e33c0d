/** What others added inside an object of ours: fields that they own and we do not. */
import type { JsonObject } from '@trueup/diagnostics';
import type { Writer } from '@trueup/provider-sdk';
import {
  type ElementPath,
  emptyFieldSet,
  type FieldSet,
  leavesOf,
  listPaths,
  subtractFields,
} from '@trueup/structured-merge/fields';

import { isClusterPart } from './cluster-parts.ts';
import { type FieldOwner, listOwners, toWriter, valueAt } from './field-owners.ts';
import { uniteAll } from './unite-owners.ts';

export interface ForeignAddition {
  readonly path: ElementPath;
  readonly writer: Writer;
}

/** In a fixed order. `leaveTo`: managers whose fields are welcome. */
export function findForeign(
  observed: JsonObject,
  fieldManager: string,
  leaveTo: readonly string[],
): readonly ForeignAddition[] {
  const owners = listOwners(observed);
  const others = owners.filter((owner) => isStranger(owner, fieldManager, leaveTo));
  if (others.length === 0) return [];
  const own = uniteAll(owners.filter(({ manager }) => manager === fieldManager));
  return additionsOf(observed, others, own);
}

/** Fields of all others, ours among them. */
export function listOthers(
  observed: JsonObject,
  fieldManager: string,
  leaveTo: readonly string[],
): readonly ForeignAddition[] {
  const others = listOwners(observed).filter((owner) => isStranger(owner, fieldManager, leaveTo));
  return additionsOf(observed, others, emptyFieldSet);
}

function additionsOf(
  observed: JsonObject,
  others: readonly FieldOwner[],
  own: FieldSet,
): readonly ForeignAddition[] {
  const seen = new Set<string>();
  return others.flatMap((owner) =>
    listPaths(leavesOf(subtractFields(owner.fields, own))).flatMap((path) => {
      const text = path.join(' ');
      if (seen.has(text) || !isShown(path) || valueAt(observed, path) === undefined) return [];
      seen.add(text);
      return [{ path, writer: toWriter(owner) }];
    }),
  );
}

function isStranger(
  { manager, subresource }: FieldOwner,
  fieldManager: string,
  leaveTo: readonly string[],
): boolean {
  return (
    manager !== fieldManager &&
    subresource === '' &&
    !leaveTo.includes(manager) &&
    !isClusterPart(manager)
  );
}

/** Not `status`, and not the finalizers and owners by which controllers hold an object. */
function isShown([first, second]: ElementPath): boolean {
  if (first === 'f:status') return false;
  return !(first === 'f:metadata' && ['f:finalizers', 'f:ownerReferences'].includes(second ?? ''));
}
