/** What others added inside an object of ours: fields that they own and we do not. */
import type { JsonObject } from '@trueup/diagnostics';
import type { Writer } from '@trueup/provider-sdk';
import {
  type ElementPath,
  emptyFieldSet,
  type FieldSet,
  fieldSetOf,
  isEmptyFieldSet,
  leavesOf,
  listPaths,
  subtractFields,
  uniteFields,
} from '@trueup/structured-merge';

import { type FieldOwner, listOwners, toWriter, valueAt } from './field-owners.ts';

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

export function uniteAll(owners: readonly Pick<FieldOwner, 'fields'>[]): FieldSet {
  return owners.reduce((all, { fields }) => uniteFields(all, fields), emptyFieldSet);
}

/** Parts of the cluster itself: what they add belongs to how it works. */
const clusterParts =
  /^(?:kube-(?:apiserver|controller-manager|scheduler)|kubelet|(?:cloud|.*-cloud)-controller-manager|k3s|k0s|GoogleContainerEngine)$/;

function isStranger(
  { manager, subresource }: FieldOwner,
  fieldManager: string,
  leaveTo: readonly string[],
): boolean {
  return (
    manager !== fieldManager &&
    subresource === '' &&
    !leaveTo.includes(manager) &&
    !clusterParts.test(manager)
  );
}

/** Not `status`, and not the finalizers and owners by which controllers hold an object. */
function isShown([first, second]: ElementPath): boolean {
  if (first === 'f:status') return false;
  return !(first === 'f:metadata' && ['f:finalizers', 'f:ownerReferences'].includes(second ?? ''));
}

/**
 * What goes when these paths are taken away from their owners and not asked for: all of them but
 * those that somebody else owns as well.
 */
export function removableFields(
  observed: JsonObject,
  paths: readonly ElementPath[],
  takenFrom: (owner: FieldOwner) => boolean,
): FieldSet {
  const kept = uniteAll(listOwners(observed).filter((owner) => !takenFrom(owner)));
  const set = subtractFields(fieldSetOf(paths), kept);
  return isEmptyFieldSet(set) ? emptyFieldSet : set;
}
