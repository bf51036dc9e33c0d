/** Values that a playbook sets by `set_stats`, for other stacks. They are what the last look was told. */
import { hash } from 'node:crypto';

import { formatJson, isJsonObject, type JsonObject, readField } from '@trueup/diagnostics';
import {
  type DesiredResource,
  formatResourceId,
  type ObservedResource,
  type Output,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { Bundle } from '../prepare/bundle.ts';
import { listLeaves } from '../prepare/list-leaves.ts';
import type { Look } from './look-at-stack.ts';

/** Outputs are of no host. */
export const outputKind = 'Output';

export function isOutput(id: ResourceId): boolean {
  const { kind, scope } = parseResourceId(id);
  return kind === outputKind && scope === '';
}

export function toOutput(name: string): DesiredResource {
  return {
    id: formatResourceId({ kind: outputKind, scope: '', name }),
    body: { output: name },
    position: { wave: 0, rank: 0 },
    dependsOn: [],
  };
}

/** One that no task has set is there without a value: it may need what is not applied yet. */
export function observeOutputs(
  { report, masker, secrets }: Pick<Look, 'report' | 'masker' | 'secrets'>,
  wanted: Bundle['outputs'],
  at: Date,
): readonly ObservedResource[] {
  // What is too short to be masked is a secret as a whole value.
  const holdsSecret = (text: string): boolean =>
    secrets.includes(text) || masker.mask(text) !== text;
  return Object.entries(wanted).map(([name, { sensitive }]) => {
    const value = readField(report.outputs, name);
    const { id } = toOutput(name);
    const text = value === undefined ? '' : formatJson(value);
    const isHidden = sensitive || report.hiddenOutputs.includes(name);
    const isSecret = isHidden || listLeaves(value ?? null).some(holdsSecret);
    const told = value !== undefined && { value, sensitive: isSecret };
    const version = hash('sha256', text).slice(0, 16);
    const body: JsonObject = { state: 'right', version, ...told };
    return { id, body, version, observedAt: at.toISOString() };
  });
}

/** A value without a word on it is taken for a secret. */
export function readOutputs(
  observed: readonly ObservedResource[],
): Readonly<Record<string, Output>> {
  return Object.fromEntries(
    observed.flatMap(({ id, body }): readonly (readonly [string, Output])[] => {
      if (!isOutput(id) || !isJsonObject(body)) return [];
      const value = readField(body, 'value');
      if (value === undefined) return [];
      return [
        [parseResourceId(id).name, { value, sensitive: readField(body, 'sensitive') !== false }],
      ];
    }),
  );
}

export function presentBody(id: ResourceId, body: JsonObject, sealed: string): JsonObject {
  const isOpen = !isOutput(id) || readField(body, 'sensitive') === false;
  return isOpen || !Object.hasOwn(body, 'value') ? body : { ...body, value: sealed };
}
