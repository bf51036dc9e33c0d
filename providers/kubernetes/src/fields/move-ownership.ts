/**
 * Moves fields from others to us in `metadata.managedFields`, so that the next apply removes those
 * of them that it does not name. Server-side apply alone never takes anything away from others.
 */
import { type JsonObject, readObject } from '@trueup/diagnostics';
import {
  emptyFieldSet,
  type FieldSet,
  fieldSetOf,
  formatFieldsV1,
  isEmptyFieldSet,
  listPaths,
  parseFieldsV1,
  subtractFields,
  uniteFields,
} from '@trueup/structured-merge/fields';

import { appliedEntryOf, type FieldOwner, listOwners, valueAt } from './field-owners.ts';
import { removeFields } from './remove-fields.ts';

/**
 * Tools that write whole objects and whose place we take: what they wrote is what Git says from now
 * on. Others that wrote single fields keep them.
 */
const formerManagers =
  /^(?:kubectl(?:-client-side-apply|-create|-replace|-last-applied)?|before-first-apply|Helm|helm|helm-controller|kustomize-controller|kustomize|flux|flux-client-side-apply|argocd.*|argo-cd.*|kapp(?:-server)?|kluctl|fleet(?:agent)?|fleet-agent|pulumi-kubernetes|Terraform|ansible-.*|OpenAPI-Generator)$/;

export function isFormerManager({ manager, subresource }: FieldOwner): boolean {
  return subresource === '' && formerManagers.test(manager);
}

export interface Move {
  /** Owners that lose all that they own. */
  readonly whole: (owner: FieldOwner) => boolean;
  /** What every owner but ourselves loses, with the containers that become empty by that. */
  readonly fields: FieldSet;
  /** What goes from the object in the same write: nobody owns it from then on. */
  readonly dropped: FieldSet;
  readonly fieldManager: string;
  /** In which our fields are recorded. */
  readonly apiVersion: string;
}

/** The new list; `undefined` when nothing moves. */
export function moveOwnership(
  observed: JsonObject,
  { whole, fields, dropped, fieldManager, apiVersion }: Move,
): readonly JsonObject[] | undefined {
  const ours = appliedEntryOf(observed, fieldManager);
  const going = withEmptied(observed, fields);
  let gained = parseFieldsV1(readObject(ours, 'fieldsV1')) ?? emptyFieldSet;
  let moved = false;
  const others: JsonObject[] = [];
  for (const owner of listOwners(observed)) {
    if (owner.entry === ours) continue;
    const left = whole(owner) ? emptyFieldSet : subtractFields(owner.fields, going);
    const lost = subtractFields(owner.fields, left);
    if (isEmptyFieldSet(lost)) {
      others.push(owner.entry);
      continue;
    }
    moved = true;
    gained = uniteFields(gained, lost);
    if (!isEmptyFieldSet(left)) others.push({ ...owner.entry, fieldsV1: formatFieldsV1(left) });
  }
  if (!moved) return undefined;
  const entry: JsonObject = {
    apiVersion: versionOf(observed, whole) ?? apiVersion,
    ...ours,
    manager: fieldManager,
    operation: 'Apply',
    fieldsType: 'FieldsV1',
    fieldsV1: formatFieldsV1(subtractFields(gained, dropped)),
  };
  return [...others, entry];
}

/** A container that somebody owns stays when all in it goes, and may be nothing that can be empty. */
function withEmptied(observed: JsonObject, fields: FieldSet): FieldSet {
  const left = removeFields(observed, fields);
  const paths = listPaths(fields).flatMap((path) =>
    path
      .map((_step, index) => path.slice(0, index + 1))
      .filter((outer) => outer.length === path.length || valueAt(left, outer) === undefined),
  );
  return fieldSetOf(paths);
}

/** In which version those speak whose place we take: their fields are called so. */
function versionOf(observed: JsonObject, whole: Move['whole']): string | undefined {
  const versions = new Set(
    listOwners(observed)
      .filter(whole)
      .map((owner) => owner.apiVersion),
  );
  const [version] = versions;
  return versions.size === 1 ? version : undefined;
}
