/** Finds what a service says in two places, and not the same: which one is meant, nobody knows. */
import type { JsonObject } from '@trueup/diagnostics';

import { memberOf, type Tree, textOf } from '../compose/tree.ts';
import type { Place } from './read-values.ts';

/** Where `deploy` says it. */
const limits: Readonly<Record<string, string>> = {
  cpus: 'resources.limits.cpus',
  mem_limit: 'resources.limits.memory',
  pids_limit: 'resources.limits.pids',
  mem_reservation: 'resources.reservations.memory',
};

interface Said {
  readonly own: JsonObject;
  readonly deployed: JsonObject;
  readonly mounts: readonly JsonObject[];
}

export function checkTwice(tree: Tree, { own, deployed, mounts }: Said, place: Place): void {
  const complain = (at: Tree | undefined, name: string, summary: string): void =>
    place.remarks.invalid(at ?? tree, [...place.path, name], summary);
  for (const [name, other] of Object.entries(limits)) {
    const [here, there] = [own[name], deployed[name]];
    if (here === undefined || there === undefined || here === there) continue;
    complain(
      memberOf(tree, name),
      name,
      `\`${name}\` and \`deploy.${other}\` say different things`,
    );
  }
  const scale = memberOf(tree, 'scale');
  const replicas = textOf(memberOf(memberOf(tree, 'deploy'), 'replicas'));
  if (scale && replicas !== undefined && textOf(scale) !== replicas) {
    complain(scale, 'scale', '`scale` and `deploy.replicas` say different things');
  }
  const targets = mounts.map(({ target }) => target);
  if (new Set(targets).size < targets.length) {
    const at = memberOf(tree, 'tmpfs') ?? memberOf(tree, 'volumes');
    complain(at, 'volumes', 'two mounts have the same target');
  }
}

export function tmpfsOf({ tmpfs }: JsonObject): readonly JsonObject[] {
  const texts = Array.isArray(tmpfs) ? tmpfs : [];
  return texts.map((text) => ({ target: String(text).split(':')[0] ?? '' }));
}
