/**
 * Leaves to others what is theirs: the replicas of what an autoscaler targets, and what a setting
 * names. Such a field is no drift, whatever value it has.
 */
import { isDeepStrictEqual } from 'node:util';

import { type JsonObject, readObject } from '@trueup/diagnostics';
import {
  type ElementPath,
  emptyFieldSet,
  hasField,
  listPaths,
  parseFieldsV1,
} from '@trueup/structured-merge/fields';

import { appliedEntryOf, listOwners, valueAt } from './field-owners.ts';
import { setValue } from './set-value.ts';

export interface Leaving {
  /** An autoscaler targets the object. */
  readonly scaled: boolean;
  /** Managers that a setting names. */
  readonly leaveTo: readonly string[];
  readonly fieldManager: string;
}

/**
 * The body to apply. A field that is left and that we own keeps its observed value, since to drop it
 * would mean to remove it; one that others own alone is not asked for any more.
 */
export function leaveFields(
  desired: JsonObject,
  observed: JsonObject,
  leaving: Leaving,
): JsonObject {
  const entry = appliedEntryOf(observed, leaving.fieldManager);
  const own = parseFieldsV1(readObject(entry, 'fieldsV1')) ?? emptyFieldSet;
  let body = desired;
  for (const path of leftPaths(observed, leaving)) {
    const [asked, found] = [valueAt(desired, path), valueAt(observed, path)];
    if (asked === undefined || found === undefined || isDeepStrictEqual(asked, found)) continue;
    body = setValue(body, path, hasField(own, path) ? found : undefined);
  }
  return body;
}

const replicas: ElementPath = ['f:spec', 'f:replicas'];

function leftPaths(observed: JsonObject, { scaled, leaveTo }: Leaving): readonly ElementPath[] {
  const named =
    leaveTo.length === 0
      ? []
      : listOwners(observed).filter(({ manager }) => leaveTo.includes(manager));
  const paths = named.flatMap(({ fields }) => listPaths(fields)).filter(isLeafOf(named));
  return scaled ? [replicas, ...paths] : paths;
}

/** Containers are owned as well; what is left are the values in them. */
function isLeafOf(
  owners: readonly { readonly fields: ReturnType<typeof parseFieldsV1> }[],
): (path: ElementPath) => boolean {
  return (path) =>
    owners.some(({ fields }) => {
      let at = fields;
      for (const step of path.slice(0, -1)) at = at?.children.get(step);
      const last = path.at(-1) ?? '';
      return at?.members.has(last) === true && !at.children.has(last);
    });
}
