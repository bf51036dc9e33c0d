/** What of one container differs from what is asked for. Nothing that the engine made up is looked at. */
import { type JsonObject, readObject } from '@trueup/diagnostics';
import { diffFields, type FieldDifference, type KeysOf } from '@trueup/provider-sdk';

import { mayEnd } from '../assess-health.ts';
import { hashLabel } from '../marks/marks.ts';
import { metaOf, specOf } from '../marks/resource-body.ts';
import {
  hashBody,
  isSensitive,
  parseMark,
  type SpecMark,
  toComparable,
} from '../marks/spec-mark.ts';
import type { ObservedContainer } from '../observe/observed-body.ts';

export interface SpecDifference extends FieldDifference {
  readonly sensitive: boolean;
}

/**
 * Fields that a container was asked to have otherwise, by its own mark. One without a mark was made by
 * somebody else: all that is asked for is new to it.
 */
export function compareSpec(
  desired: JsonObject,
  container: ObservedContainer,
): readonly SpecDifference[] {
  const mark = parseMark(container.labels['dev.trueup.spec']);
  if (!mark) {
    return compare({ salt: '', sensitive: [], spec: foreignSpec(container) }, desired);
  }
  if (container.labels[hashLabel] === hashBody(desired, mark.salt)) return [];
  return compare(mark, desired);
}

/** What can be said of a container that bears no mark. */
function foreignSpec({ imageName, image }: ObservedContainer): JsonObject {
  return { image: imageName, imageDigest: image };
}

export function compare(mark: SpecMark, desired: JsonObject): readonly SpecDifference[] {
  const { sensitive } = metaOf(desired);
  const both = [...mark.sensitive, ...sensitive];
  const after = toComparable(desired, mark.salt, both);
  // What was no secret then and is one now is compared as one.
  const before = hideLate(mark, sensitive);
  return diffFields(before, after, keysOf).map((difference) => ({
    ...difference,
    sensitive: isSensitivePath(difference, both),
  }));
}

function hideLate(mark: SpecMark, sensitive: SpecMark['sensitive']): JsonObject {
  const late = sensitive.filter(
    (path) => !isSensitive(path, mark.sensitive) && path[0] !== 'files',
  );
  return late.length === 0 ? mark.spec : toComparable(mark.spec, mark.salt, late);
}

function isSensitivePath({ path }: FieldDifference, sensitive: SpecMark['sensitive']): boolean {
  const steps = path.filter((step) => typeof step === 'string');
  // Above a secret stands the secret as well.
  return sensitive.some((one) =>
    one.slice(0, steps.length).every((step, index) => steps[index] === step),
  );
}

const portKeys = ['target', 'protocol', 'published', 'host_ip'];

const keysOf: KeysOf = ([first, ...rest]) => {
  if (rest.length > 0) return undefined;
  if (first === 'ports') return portKeys;
  return first === 'volumes' ? ['target'] : undefined;
};

export interface StateDifference {
  readonly field: 'name' | 'state' | 'networks' | 'memory' | 'cpus' | 'restart' | 'owner';
  readonly before: string | number;
  readonly after: string | number;
  /** Another container has to take its place. */
  readonly recreates: boolean;
}

export interface Expected {
  readonly name: string;
  readonly owner: string;
  /** By resource id, the containers whose namespaces it has to share. */
  readonly parent: string | undefined;
}

/** What somebody changed on a container since it was made. */
export function compareState(
  desired: JsonObject,
  container: ObservedContainer,
  { name, owner, parent }: Expected,
): readonly StateDifference[] {
  const { networks, mem_limit: memory = 0, cpus = 0, restart = 'no' } = specOf(desired);
  const asked = Object.keys(readObject(networks)).sort();
  const found: StateDifference[] = [];
  const note = (
    field: StateDifference['field'],
    [before, after]: readonly [string | number, string | number],
    recreates: boolean,
  ): void => {
    if (before !== after) found.push({ field, before, after, recreates });
  };
  note('owner', [container.labels['dev.trueup.owner'] ?? '', owner], true);
  note('name', [container.name, name], false);
  note('state', [container.state, stateFor(container)], false);
  if (asked.length > 0) note('networks', [container.networks.join(' '), asked.join(' ')], false);
  if (typeof memory === 'number') note('memory', [container.memory, memory], true);
  if (typeof cpus === 'number') note('cpus', [container.nanoCpus, Math.round(cpus * 1e9)], true);
  if (typeof restart === 'string') note('restart', [container.restart, restart], true);
  if (parent !== undefined) note('networks', [container.networkMode, `container:${parent}`], true);
  return found;
}

/** A container that may end and did so well is not healed. */
function stateFor({ state, exitCode, restart }: ObservedContainer): string {
  const isDone = state === 'exited' && exitCode === 0 && mayEnd(restart);
  return isDone || state === 'restarting' ? state : 'running';
}
