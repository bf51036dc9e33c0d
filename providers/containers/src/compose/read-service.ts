/** From the tree of a service, in long forms, to its model. */
import type { Json, JsonObject } from '@trueup/diagnostics';

import {
  inside,
  type Place,
  type ReadValue,
  readBoolean,
  readBytes,
  readCommand,
  readDuration,
  readEach,
  readInteger,
  readMembers,
  readMode,
  readNumber,
  readText,
  readTextMap,
  readTexts,
} from './read-values.ts';
import type { ContentUse, Dependency, EnvFileUse, ServiceModel } from './service-model.ts';
import {
  itemsOf,
  type MapTree,
  memberOf,
  membersOf,
  type Remarks,
  type Tree,
  textOf,
} from './tree.ts';

export function readService(name: string, tree: MapTree, remarks: Remarks): ServiceModel {
  const place: Place = { path: ['services', name], remarks };
  const deploy = memberOf(tree, 'deploy');
  const volumes = readEach(memberOf(tree, 'volumes'), readMount, inside(place, 'volumes'));
  const spec = {
    ...readMembers(tree, readers, place),
    ...readDeploy(deploy, inside(place, 'deploy')),
  };
  const mounts = volumes.filter(({ type }) => type !== 'repository');
  const ports = readEach(memberOf(tree, 'ports'), readPort, inside(place, 'ports'));
  warnIgnored(tree, place);
  return {
    name,
    tree,
    image: textOf(memberOf(tree, 'image')),
    pullPolicy: textOf(memberOf(tree, 'pull_policy')) ?? 'missing',
    replicas: readReplicas(tree, place),
    spec: {
      ...spec,
      ...(mounts.length > 0 && { volumes: mounts }),
      ...(ports.length > 0 && { ports }),
    },
    dependsOn: readDependencies(memberOf(tree, 'depends_on'), inside(place, 'depends_on')),
    networks: readNetworks(tree, place),
    volumes: mounts.flatMap(({ type, source }) =>
      type === 'volume' && typeof source === 'string' ? [source] : [],
    ),
    contents: [...readContents(tree, 'configs', place), ...readContents(tree, 'secrets', place)],
    repository: readRepositoryUses(tree),
    envFiles: readEnvFiles(memberOf(tree, 'env_file'), inside(place, 'env_file')),
    sharesWith: sharesWith(spec),
    executes: readExecutes(tree, place),
    updateOrder: readOrder(deploy),
  };
}

const readHealthcheck: ReadValue = (tree, place) => {
  const disabled = textOf(memberOf(tree, 'disable')) === 'true';
  if (disabled) return { test: ['NONE'] };
  const test = memberOf(tree, 'test');
  const shell = test?.kind === 'scalar' ? textOf(test) : undefined;
  return {
    ...readMembers(
      tree,
      {
        interval: readDuration,
        timeout: readDuration,
        start_period: readDuration,
        start_interval: readDuration,
        retries: readInteger,
        ...(shell === undefined && { test: readTexts }),
      },
      place,
    ),
    ...(shell !== undefined && { test: ['CMD-SHELL', shell] }),
  };
};

const readLogging: ReadValue = (tree, place) =>
  readMembers(tree, { driver: readText, options: readTextMap }, place);

const readUlimits: ReadValue = (tree, place) =>
  Object.fromEntries(
    membersOf(tree).map(([name, one]): [string, Json] => {
      const both = one.kind === 'scalar' ? readInteger(one, inside(place, name)) : undefined;
      if (both !== undefined) return [name, { soft: both, hard: both }];
      return [
        name,
        readMembers(one, { soft: readInteger, hard: readInteger }, inside(place, name)),
      ];
    }),
  );

const readHooks: ReadValue = (tree, place) => [
  ...readEach(
    tree,
    (item, at) =>
      readMembers(
        item,
        {
          command: readCommand,
          user: readText,
          working_dir: readText,
          privileged: readBoolean,
          environment: readTextMap,
        },
        at,
      ),
    place,
  ),
];

const readers: Readonly<Record<string, ReadValue>> = {
  container_name: readText,
  hostname: readText,
  domainname: readText,
  user: readText,
  working_dir: readText,
  ipc: readText,
  pid: readText,
  network_mode: readText,
  restart: readText,
  stop_signal: readText,
  userns_mode: readText,
  platform: readText,
  runtime: readText,
  cgroup_parent: readText,
  cpuset: readText,
  privileged: readBoolean,
  read_only: readBoolean,
  init: readBoolean,
  tty: readBoolean,
  stdin_open: readBoolean,
  oom_kill_disable: readBoolean,
  cpu_shares: readInteger,
  cpus: readNumber,
  pids_limit: readInteger,
  oom_score_adj: readInteger,
  mem_limit: readBytes,
  mem_reservation: readBytes,
  memswap_limit: readBytes,
  shm_size: readBytes,
  stop_grace_period: readDuration,
  cap_add: readTexts,
  cap_drop: readTexts,
  devices: readTexts,
  dns: readTexts,
  dns_opt: readTexts,
  dns_search: readTexts,
  expose: readTexts,
  group_add: readTexts,
  security_opt: readTexts,
  tmpfs: readTexts,
  annotations: readTextMap,
  environment: readTextMap,
  extra_hosts: readTextMap,
  labels: readTextMap,
  sysctls: readTextMap,
  command: readCommand,
  entrypoint: readCommand,
  healthcheck: readHealthcheck,
  logging: readLogging,
  ulimits: readUlimits,
  post_start: readHooks,
  pre_stop: readHooks,
};

function readPort(item: Tree, place: Place): JsonObject | undefined {
  const {
    target,
    published,
    protocol,
    host_ip: ip,
  } = readMembers(
    item,
    { target: readInteger, published: readText, protocol: readText, host_ip: readText },
    place,
  );
  if (target === undefined) {
    place.remarks.invalid(item, place.path, 'a port names no `target`');
    return undefined;
  }
  return { target, published: published ?? '', protocol: protocol ?? 'tcp', host_ip: ip ?? '' };
}

function readMount(item: Tree, place: Place): JsonObject | undefined {
  const mount = readMembers(
    item,
    {
      type: readText,
      source: readText,
      target: readText,
      read_only: readBoolean,
      bind: (tree, at) =>
        readMembers(tree, { propagation: readText, create_host_path: readBoolean }, at),
      volume: (tree, at) => readMembers(tree, { nocopy: readBoolean, subpath: readText }, at),
      tmpfs: (tree, at) => readMembers(tree, { size: readBytes, mode: readMode }, at),
    },
    place,
  );
  const { type = 'volume', target } = mount;
  const isKnown = ['volume', 'bind', 'tmpfs', 'repository'].some((one) => one === type);
  if (!isKnown || typeof target !== 'string') {
    const advice = 'Write `type` (`volume`, `bind`, `tmpfs`), `source` and `target`.';
    place.remarks.invalid(item, place.path, 'a mount is not written as one', advice);
    return undefined;
  }
  return { ...mount, type };
}

function readRepositoryUses(tree: Tree): ServiceModel['repository'] {
  return itemsOf(memberOf(tree, 'volumes')).flatMap((item) => {
    if (textOf(memberOf(item, 'type')) !== 'repository') return [];
    const source = textOf(memberOf(item, 'source')) ?? '';
    return [{ source, target: textOf(memberOf(item, 'target')) ?? '', tree: item }];
  });
}

function readNetworks(tree: Tree, place: Place): ReadonlyMap<string, JsonObject> {
  const networks = memberOf(tree, 'networks');
  if (memberOf(tree, 'network_mode')) {
    if (networks)
      place.remarks.invalid(
        networks,
        [...place.path, 'networks'],
        '`networks` and `network_mode` exclude each other',
      );
    return new Map();
  }
  const named = membersOf(networks);
  if (named.length === 0) return new Map([['default', {}]]);
  const members = {
    aliases: readTexts,
    ipv4_address: readText,
    ipv6_address: readText,
    priority: readInteger,
  };
  const at = inside(place, 'networks');
  return new Map(named.map(([name, one]) => [name, readMembers(one, members, inside(at, name))]));
}

const conditions = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
] as const;

function readDependencies(tree: Tree | undefined, place: Place): readonly Dependency[] {
  return membersOf(tree).flatMap(([service, one]) => {
    const written = textOf(memberOf(one, 'condition')) ?? 'service_started';
    const condition = conditions.find((known) => known === written);
    if (!condition) {
      place.remarks.invalid(
        one,
        [...place.path, service],
        '`condition` is none that there is',
        `Write one of: ${conditions.join(', ')}.`,
      );
      return [];
    }
    return [{ service, condition, required: textOf(memberOf(one, 'required')) !== 'false' }];
  });
}

function readContents(
  tree: Tree,
  section: ContentUse['section'],
  place: Place,
): readonly ContentUse[] {
  const at = inside(place, section);
  return itemsOf(memberOf(tree, section)).map((item) => readContent(item, section, at));
}

function readContent(tree: Tree, section: ContentUse['section'], place: Place): ContentUse {
  const { mode, uid, gid } = readMembers(
    tree,
    { mode: readMode, uid: readInteger, gid: readInteger },
    place,
  );
  const source = textOf(memberOf(tree, 'source')) ?? '';
  const written = textOf(memberOf(tree, 'target')) ?? source;
  const folder = section === 'secrets' ? '/run/secrets/' : '/';
  return {
    section,
    source,
    target: written.startsWith('/') ? written : `${folder}${written}`,
    mode: numberOr(mode, 0o444),
    uid: numberOr(uid, 0),
    gid: numberOr(gid, 0),
    tree,
  };
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function readEnvFiles(tree: Tree | undefined, place: Place): readonly EnvFileUse[] {
  return itemsOf(tree).flatMap((item) => {
    const path = textOf(memberOf(item, 'path'));
    if (path === undefined) {
      place.remarks.invalid(item, place.path, '`env_file` names no `path`');
      return [];
    }
    const required = textOf(memberOf(item, 'required')) !== 'false';
    return [{ path, required, raw: textOf(memberOf(item, 'format')) === 'raw', tree: item }];
  });
}

function readReplicas(tree: Tree, place: Place): number {
  const replicas = memberOf(memberOf(tree, 'deploy'), 'replicas') ?? memberOf(tree, 'scale');
  const value = replicas ? readInteger(replicas, inside(place, 'replicas')) : 1;
  const count = typeof value === 'number' ? value : 1;
  if (count >= 0 && count <= mostReplicas) return count;
  place.remarks.invalid(replicas ?? tree, place.path, `there can be 0 to ${mostReplicas} replicas`);
  return 1;
}

/** Of one service on one host. */
const mostReplicas = 100;

const restartNames: Readonly<Record<string, string>> = {
  none: 'no',
  'on-failure': 'on-failure',
  any: 'always',
};

/** The part of `deploy` that means something without a swarm, in the words of a service. */
function readDeploy(tree: Tree | undefined, place: Place): JsonObject {
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

function readOrder(deploy: Tree | undefined): ServiceModel['updateOrder'] {
  const order = textOf(memberOf(memberOf(deploy, 'update_config'), 'order'));
  return order === 'start-first' || order === 'stop-first' ? order : undefined;
}

function sharesWith(spec: JsonObject): readonly string[] {
  return ['network_mode', 'ipc', 'pid'].flatMap((name) => {
    const value = spec[name];
    return typeof value === 'string' && value.startsWith('service:') ? [value.slice(8)] : [];
  });
}

function readExecutes(tree: Tree, place: Place): ServiceModel['executes'] {
  const own = memberOf(memberOf(tree, 'x-trueup'), 'execute');
  if (!own) return undefined;
  const value = textOf(own);
  if (value === 'always' || value === 'changed') return value;
  place.remarks.invalid(
    own,
    [...place.path, 'x-trueup', 'execute'],
    '`execute` is `always` or `changed`',
  );
  return undefined;
}

/** For a swarm alone. Compose leaves it out as well; we say so. */
function warnIgnored(tree: Tree, { path, remarks }: Place): void {
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
