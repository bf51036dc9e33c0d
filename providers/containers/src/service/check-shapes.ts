/**
 * Finds names below the members of a service that we know nothing about, once all files are laid over each
 * other and in long forms (P1): what is not brought about is an error, never left out in silence.
 */
import { adviseName } from '@trueup/diagnostics';

import { itemsOf, memberOf, membersOf, type Tree } from '../compose/tree.ts';
import { inside, type Place } from './read-values.ts';

interface Shape {
  readonly names: readonly string[];
  /** What lies below some of them. */
  readonly below?: Readonly<Record<string, Shape>>;
}

/** Beside the names that mean something are those that mean nothing without a swarm. */
const shapes: Readonly<Record<string, Shape>> = {
  ports: { names: ['target', 'published', 'protocol', 'host_ip', 'mode', 'name', 'app_protocol'] },
  volumes: {
    names: ['type', 'source', 'target', 'read_only', 'bind', 'volume', 'tmpfs', 'consistency'],
    below: {
      bind: { names: ['propagation', 'create_host_path'] },
      volume: { names: ['nocopy', 'subpath'] },
      tmpfs: { names: ['size', 'mode'] },
    },
  },
  devices: { names: ['source', 'target', 'permissions'] },
  networks: { names: ['aliases', 'ipv4_address', 'ipv6_address', 'priority'] },
  depends_on: { names: ['condition', 'required', 'restart'] },
  env_file: { names: ['path', 'required', 'format'] },
  ulimits: { names: ['soft', 'hard'] },
  configs: { names: ['source', 'target', 'uid', 'gid', 'mode'] },
  secrets: { names: ['source', 'target', 'uid', 'gid', 'mode'] },
  post_start: { names: ['command', 'user', 'working_dir', 'privileged', 'environment'] },
  pre_stop: { names: ['command', 'user', 'working_dir', 'privileged', 'environment'] },
};

const deploy: Readonly<Record<string, Shape>> = {
  resources: {
    names: ['limits', 'reservations'],
    below: {
      limits: { names: ['cpus', 'memory', 'pids'] },
      reservations: { names: ['cpus', 'memory'] },
    },
  },
  restart_policy: { names: ['condition', 'delay', 'max_attempts', 'window'] },
  update_config: {
    names: ['delay', 'failure_action', 'max_failure_ratio', 'monitor', 'order', 'parallelism'],
  },
};

export function checkShapes(service: Tree, place: Place): void {
  for (const [name, shape] of Object.entries(shapes)) {
    for (const one of eachOf(memberOf(service, name))) checkShape(one, shape, inside(place, name));
  }
  const at = inside(place, 'deploy');
  for (const [name, shape] of Object.entries(deploy)) {
    const part = memberOf(memberOf(service, 'deploy'), name);
    if (part) checkShape(part, shape, inside(at, name));
  }
}

/** The items of a list, or what stands behind the names of a map. */
function eachOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'list' ? itemsOf(tree) : membersOf(tree).map(([, one]) => one);
}

function checkShape(tree: Tree, { names, below = {} }: Shape, place: Place): void {
  for (const [name, one] of membersOf(tree)) {
    if (name.startsWith('x-')) continue;
    if (!names.includes(name)) {
      const at = { origin: one.origin, path: [...place.path, name] };
      const summary = `\`${name}\` is nothing that \`${place.path.at(-1) ?? ''}\` can have here`;
      const advice = adviseName(name, names);
      place.remarks.add('error', 'COMPOSE_UNSUPPORTED', at, { summary, advice });
    }
    const inner = Object.hasOwn(below, name) ? below[name] : undefined;
    if (inner) checkShape(one, inner, inside(place, name));
  }
}
