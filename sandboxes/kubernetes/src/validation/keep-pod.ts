import type { JsonObject } from '@trueup/diagnostics';

import { readNumber, readObject, readObjects } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { type FieldError, forbiddenField } from './field-error.ts';

/** A pod that exists gets new images, a deadline and more tolerations, and nothing else. */
export function keepPod(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const [after, before] = [value, old].map((one) => readObject(one, 'spec'));
  if (isSameJson(fixedPart(after, before), fixedPart(before, before))) return [];
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}

/** Containers that have joined a pod stay there, as they are. */
export function keepEphemeral(value: JsonObject, old: JsonObject): readonly FieldError[] {
  const field = 'spec.ephemeralContainers';
  const present = readObjects(value, 'spec', 'ephemeralContainers');
  return readObjects(old, 'spec', 'ephemeralContainers').flatMap((one) => {
    const name = JSON.stringify(one['name']);
    const now = present.find((other) => other['name'] === one['name']);
    if (now && isSameJson(now, one)) return [];
    const change = now ? 'changed' : 'removed';
    return [forbiddenField(field, `existing ephemeral containers ${name} may not be ${change}\n`)];
  });
}

function fixedPart(spec: JsonObject | undefined, before: JsonObject | undefined): JsonObject {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec ?? {};
  const lists = ['containers', 'initContainers'].map((name): [string, JsonObject[]] => [
    name,
    readObjects(spec, name).map(({ image: _image, ...container }) => container),
  ]);
  const grace = readNumber(before, 'terminationGracePeriodSeconds') ?? 0;
  const fixed = { ...rest, ...Object.fromEntries(lists) };
  return grace < 0 ? { ...fixed, terminationGracePeriodSeconds: grace } : fixed;
}
