/** Which names a compose file knows, and what to say of others. */
import { adviseName } from '@trueup/diagnostics';

import { memberOf, membersOf, type Remarks, type Tree } from './tree.ts';

const topNames = [
  'name',
  'version',
  'services',
  'networks',
  'volumes',
  'configs',
  'secrets',
  'include',
];

/** What we bring about. */
const serviceNames = [
  'annotations',
  'attach',
  'build',
  'cap_add',
  'cap_drop',
  'cgroup_parent',
  'command',
  'configs',
  'container_name',
  'cpu_shares',
  'cpus',
  'cpuset',
  'depends_on',
  'deploy',
  'develop',
  'devices',
  'dns',
  'dns_opt',
  'dns_search',
  'domainname',
  'entrypoint',
  'env_file',
  'environment',
  'expose',
  'extends',
  'extra_hosts',
  'group_add',
  'healthcheck',
  'hostname',
  'image',
  'init',
  'ipc',
  'labels',
  'logging',
  'mem_limit',
  'mem_reservation',
  'memswap_limit',
  'network_mode',
  'networks',
  'oom_kill_disable',
  'oom_score_adj',
  'pid',
  'pids_limit',
  'platform',
  'ports',
  'post_start',
  'pre_stop',
  'privileged',
  'profiles',
  'pull_policy',
  'read_only',
  'restart',
  'runtime',
  'scale',
  'secrets',
  'security_opt',
  'shm_size',
  'stdin_open',
  'stop_grace_period',
  'stop_signal',
  'sysctls',
  'tmpfs',
  'tty',
  'ulimits',
  'user',
  'userns_mode',
  'volumes',
  'working_dir',
];

/** What compose knows and we do not: said, never left out in silence (P1). */
const refusedNames = [
  'blkio_config',
  'cgroup',
  'cpu_count',
  'cpu_percent',
  'cpu_period',
  'cpu_quota',
  'cpu_rt_period',
  'cpu_rt_runtime',
  'credential_spec',
  'device_cgroup_rules',
  'external_links',
  'gpus',
  'isolation',
  'label_file',
  'links',
  'mac_address',
  'mem_swappiness',
  'models',
  'provider',
  'storage_opt',
  'use_api_socket',
  'uts',
  'volumes_from',
];

const sectionNames: Readonly<Record<string, readonly string[]>> = {
  networks: [
    'attachable',
    'driver',
    'driver_opts',
    'enable_ipv6',
    'external',
    'internal',
    'ipam',
    'labels',
    'name',
  ],
  volumes: ['driver', 'driver_opts', 'external', 'labels', 'name'],
  configs: ['content', 'environment', 'external', 'file', 'name'],
  secrets: ['content', 'environment', 'external', 'file', 'name'],
};

/** Names below a member of a service, where its shape is fixed. */
const nestedNames: Readonly<Record<string, readonly string[]>> = {
  healthcheck: [
    'disable',
    'interval',
    'retries',
    'start_interval',
    'start_period',
    'test',
    'timeout',
  ],
  logging: ['driver', 'options'],
  deploy: [
    'endpoint_mode',
    'labels',
    'mode',
    'placement',
    'replicas',
    'resources',
    'restart_policy',
    'rollback_config',
    'update_config',
  ],
};

export function checkNames(file: Tree, remarks: Remarks): void {
  checkMembers(file, topNames, { path: [], remarks, what: 'a compose file' });
  for (const [name, service] of membersOf(memberOf(file, 'services'))) {
    const path = ['services', name];
    if (service.tag === 'reset') continue;
    if (service.kind !== 'map') {
      remarks.invalid(service, path, `the service \`${name}\` is no map`);
      continue;
    }
    checkService(service, path, remarks);
  }
  for (const [section, names] of Object.entries(sectionNames)) {
    for (const [name, one] of membersOf(memberOf(file, section))) {
      checkMembers(one, names, { path: [section, name], remarks, what: `\`${section}\`` });
    }
  }
  if (memberOf(file, 'version')) {
    const summary = '`version` says nothing any more';
    const at = { origin: memberOf(file, 'version')?.origin ?? file.origin, path: ['version'] };
    remarks.add('warning', 'COMPOSE_VERSION_OBSOLETE', at, { summary, advice: 'Remove it.' });
  }
}

function checkService(service: Tree, path: readonly string[], remarks: Remarks): void {
  const known = [...serviceNames, ...refusedNames];
  checkMembers(service, known, { path, remarks, what: 'a service' });
  for (const [name, tree] of membersOf(service)) {
    if (refusedNames.includes(name)) {
      const at = { origin: tree.origin, path: [...path, name] };
      const summary = `\`${name}\` is not supported`;
      remarks.add('error', 'COMPOSE_UNSUPPORTED', at, { summary });
    }
    const nested = Object.hasOwn(nestedNames, name) ? nestedNames[name] : undefined;
    if (nested) checkMembers(tree, nested, { path: [...path, name], remarks, what: `\`${name}\`` });
  }
}

function checkMembers(
  tree: Tree,
  known: readonly string[],
  { path, remarks, what }: { path: readonly string[]; remarks: Remarks; what: string },
): void {
  for (const [name, one] of membersOf(tree)) {
    if (known.includes(name) || name.startsWith('x-')) continue;
    const at = { origin: one.origin, path: [...path, name] };
    const summary = `\`${name}\` is nothing that ${what} has`;
    remarks.add('error', 'COMPOSE_KEY_UNKNOWN', at, { summary, advice: adviseName(name, known) });
  }
}
