/** What `deploy` says that means something without a swarm. */
import type { JsonObject } from '@trueup/diagnostics';

import { memberOf, type Tree, textOf } from '../compose/tree.ts';
import {
  inside,
  type Place,
  readBytes,
  readInteger,
  readMembers,
  readNumber,
} from './read-values.ts';
import type { ServiceModel } from './service-model.ts';

/** Limits and restarts, in the words of a service. */
export function readDeploy(tree: Tree | undefined, place: Place): JsonObject {
  const resources = memberOf(tree, 'resources');
  const limits = memberOf(resources, 'limits');
  const at = inside(place, 'resources');
  const { cpus, memory, pids } = limits
    ? readMembers(limits, { cpus: readNumber, memory: readBytes, pids: readInteger }, at)
    : {};
  const reservations = memberOf(resources, 'reservations');
  const { memory: reserved } = reservations
    ? readMembers(reservations, { memory: readBytes }, at)
    : {};
  const policy = memberOf(tree, 'restart_policy');
  const condition = restartNames[textOf(memberOf(policy, 'condition')) ?? (policy ? 'any' : '')];
  const attempts = textOf(memberOf(policy, 'max_attempts'));
  const restart = condition === 'on-failure' && attempts ? `on-failure:${attempts}` : condition;
  return {
    ...(cpus !== undefined && { cpus }),
    ...(memory !== undefined && { mem_limit: memory }),
    ...(pids !== undefined && { pids_limit: pids }),
    ...(reserved !== undefined && { mem_reservation: reserved }),
    ...(restart !== undefined && { restart }),
  };
}

const restartNames: Readonly<Record<string, string>> = {
  none: 'no',
  'on-failure': 'on-failure',
  any: 'always',
};

export function readReplicas(tree: Tree, place: Place): number {
  const replicas = memberOf(memberOf(tree, 'deploy'), 'replicas') ?? memberOf(tree, 'scale');
  const value = replicas ? readInteger(replicas, inside(place, 'replicas')) : 1;
  const count = typeof value === 'number' ? value : 1;
  if (count >= 0 && count <= mostReplicas) return count;
  place.remarks.invalid(replicas ?? tree, place.path, `there can be 0 to ${mostReplicas} replicas`);
  return 1;
}

/** Of one service on one host. */
const mostReplicas = 100;

export function readOrder(deploy: Tree | undefined): ServiceModel['updateOrder'] {
  const order = textOf(memberOf(memberOf(deploy, 'update_config'), 'order'));
  return order === 'start-first' || order === 'stop-first' ? order : undefined;
}

/** For a swarm alone. Compose leaves it out as well; we say so. */
export function warnIgnored(tree: Tree, { path, remarks }: Place): void {
  const deploy = memberOf(tree, 'deploy');
  const ignored = ['endpoint_mode', 'placement', 'rollback_config', 'labels'].filter((name) =>
    memberOf(deploy, name),
  );
  for (const name of ignored) {
    const at = {
      origin: memberOf(deploy, name)?.origin ?? tree.origin,
      path: [...path, 'deploy', name],
    };
    const summary = `\`deploy.${name}\` means something in a swarm only, and is left out`;
    remarks.add('warning', 'COMPOSE_IGNORED', at, { summary });
  }
  const build = memberOf(tree, 'build');
  if (build && memberOf(tree, 'image')) {
    const at = { origin: build.origin, path: [...path, 'build'] };
    const summary = '`build` is left to a CI: the image is taken as it was pushed';
    remarks.add('warning', 'COMPOSE_IGNORED', at, { summary });
  }
}
