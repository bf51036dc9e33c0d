/**
 * What others changed in what the stack manages, and the plan does not bring back: the tool's refresh
 * against the state that the last run left, which is the baseline.
 */
import {
  formatFieldPath,
  type Json,
  type JsonObject,
  readList,
  readObject,
  readText,
} from '@trueup/diagnostics';
import type { ForeignField, ResourceId } from '@trueup/provider-sdk';

import { idOf } from '../prepare/prepare-stack.ts';
import { changedFields, readSides } from './compare-sides.ts';
import { nameObject, type ToChanges } from './to-changes.ts';

export interface DriftRequest extends ToChanges {
  /** `address.attribute` with `*`. */
  readonly ignored: readonly string[];
  /** Fields that the plan changes anyhow. */
  readonly planned: ReadonlySet<string>;
}

export function findDrift(document: JsonObject, request: DriftRequest): readonly ForeignField[] {
  const ignored = request.ignored.map(toPattern);
  return readList(document['resource_drift']).flatMap((value): readonly ForeignField[] => {
    const one = readObject(value);
    const address = readText(one['address']) ?? '';
    const id = idOf(
      request.scope,
      readText(one['type']) ?? '',
      nameObject(address, one['deposed']),
    );
    const sealing = { secrets: request.secrets, seal: request.seal(id) };
    const fields = changedFields(readSides(readObject(one['change'])), sealing);
    return fields
      .filter(
        ({ path }) => path.length > 0 && !request.planned.has(placeOf(id, formatFieldPath(path))),
      )
      .filter(
        ({ path }) =>
          !ignored.some((pattern) => pattern.test(`${address}.${formatFieldPath(path)}`)),
      )
      .map(({ path, after, sensitive }) => ({ id, path, observed: shown(after), sensitive }));
  });
}

export function placeOf(id: ResourceId, path: string): string {
  return `${id} ${path}`;
}

/** The field went. */
function shown(after: Json | undefined): Json {
  return after ?? null;
}

function toPattern(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}(?:[.[].*)?$`);
}
