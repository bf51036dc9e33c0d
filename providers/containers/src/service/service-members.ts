/** The members of a service that say what its containers are made of, and how each is read. */
import type { Json } from '@trueup/diagnostics';

import { parsePort } from '../compose/parse-port.ts';
import { itemsOf, memberOf, membersOf, textOf } from '../compose/tree.ts';
import {
  inside,
  type ReadValue,
  readBoolean,
  readBytes,
  readCommand,
  readDuration,
  readEach,
  readInteger,
  readMembers,
  readNumber,
  readPairs,
  readText,
  readTextMap,
  readTexts,
} from './read-values.ts';

const readHealthcheck: ReadValue = (tree, place) => {
  const disabled = textOf(memberOf(tree, 'disable')) === 'true';
  if (disabled) return { test: ['NONE'] };
  const test = memberOf(tree, 'test');
  const [kind] = itemsOf(test);
  if (kind && !/^(?:CMD|CMD-SHELL|NONE)$/.test(textOf(kind) ?? '')) {
    const advice = 'Begin it with `CMD`, `CMD-SHELL` or `NONE`, or write one text.';
    place.remarks.invalid(kind, [...place.path, 'test'], '`test` does not say what it is', advice);
  }
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

/** In the short form with all of its parts: `/dev/a:/dev/b:rwm`. */
const readDevices: ReadValue = (tree, place) =>
  itemsOf(tree).flatMap((item): readonly Json[] => {
    const readers = { source: readText, target: readText, permissions: readText };
    const short = (textOf(item) ?? '').split(':');
    const long = readMembers(item, readers, place);
    const [source = '', target = source, permissions = 'rwm'] =
      item.kind === 'map' ? [long['source'], long['target'], long['permissions']] : short;
    if (String(source).startsWith('/')) return [[source, target, permissions].join(':')];
    const summary = 'a device by another name than its path (CDI) is not supported';
    place.remarks.add(
      'error',
      'COMPOSE_UNSUPPORTED',
      { origin: item.origin, path: place.path },
      { summary },
    );
    return [];
  });

/** A range is as many ports. */
const readExposed: ReadValue = (tree, place) =>
  itemsOf(tree).flatMap((item): readonly string[] => {
    const ports = parsePort(textOf(item) ?? '');
    if (ports) return ports.map(({ target, protocol }) => `${target}/${protocol}`);
    place.remarks.invalid(item, place.path, 'a port is not written as one');
    return [];
  });

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
          environment: readPairs,
        },
        at,
      ),
    place,
  ),
];

export const serviceMembers: Readonly<Record<string, ReadValue>> = {
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
  devices: readDevices,
  dns: readTexts,
  dns_opt: readTexts,
  dns_search: readTexts,
  expose: readExposed,
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
