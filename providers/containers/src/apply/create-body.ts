/** From the words of compose to those of the Engine API. */
import {
  formatJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
  readText,
  readTexts,
} from '@trueup/diagnostics';

import { metaOf, specOf } from '../marks/resource-body.ts';
import { parseImage } from '../prepare/image-reference.ts';

export interface CreateOptions {
  readonly labels: Readonly<Record<string, string>>;
  /** Ids of the containers whose namespaces it shares, by service. */
  readonly parents: ReadonlyMap<string, string>;
}

/** What the engine fetches and runs: the digest, never a tag that may have moved. */
export function imageOf(body: JsonObject): string {
  const named = readText(body, 'image') ?? '';
  if (metaOf(body).isLocal) return named;
  const { name = named } = parseImage(named) ?? {};
  return `${name}@${readText(body, 'imageDigest') ?? ''}`;
}

export function toCreateBody(body: JsonObject, { labels, parents }: CreateOptions): JsonObject {
  const spec = specOf(body);
  const shared = (value: Json | undefined): Json | undefined => shareWith(value, parents);
  const [first] = Object.entries(readObject(spec['networks'])).toSorted(byPriority);
  const { service } = metaOf(body);
  return withoutAbsent({
    Image: imageOf(body),
    Hostname: spec['hostname'],
    Domainname: spec['domainname'],
    User: spec['user'],
    WorkingDir: spec['working_dir'],
    Cmd: spec['command'],
    Entrypoint: spec['entrypoint'],
    Env: toPairs(spec['environment'], '='),
    Labels: labels,
    Tty: spec['tty'],
    OpenStdin: spec['stdin_open'],
    StopSignal: spec['stop_signal'],
    StopTimeout: seconds(spec['stop_grace_period']),
    Healthcheck: toHealthcheck(spec['healthcheck']),
    ExposedPorts: toExposed(spec),
    HostConfig: toHostConfig(spec, {
      networkMode: shared(spec['network_mode']) ?? first?.[0] ?? 'none',
      ipc: shared(spec['ipc']),
      pid: shared(spec['pid']),
    }),
    ...(first && {
      NetworkingConfig: { EndpointsConfig: { [first[0]]: toEndpoint(first[1], service) } },
    }),
  });
}

/** Networks beyond the first one: older engines take only one when a container is made. */
export function otherNetworks(body: JsonObject): readonly (readonly [string, JsonObject])[] {
  const { service } = metaOf(body);
  const all = Object.entries(readObject(specOf(body)['networks'])).toSorted(byPriority);
  return all.slice(1).map(([name, own]) => [name, toEndpoint(own, service)]);
}

export function endpointOf(body: JsonObject, network: string): JsonObject {
  const own = readObject(specOf(body)['networks'])[network];
  return toEndpoint(own ?? {}, metaOf(body).service);
}

function byPriority(a: readonly [string, Json], b: readonly [string, Json]): number {
  const priority = ([, own]: readonly [string, Json]): number =>
    Number(readObject(own)['priority'] ?? 0);
  return priority(b) - priority(a) || (a[0] < b[0] ? -1 : 1);
}

function toEndpoint(own: Json, service: string): JsonObject {
  const { aliases, ipv4_address: v4, ipv6_address: v6 } = readObject(own);
  const fixed = withoutAbsent({ IPv4Address: v4, IPv6Address: v6 });
  return {
    Aliases: [...new Set([service, ...readTexts(aliases)])],
    ...(Object.keys(fixed).length > 0 && { IPAMConfig: fixed }),
  };
}

function toHostConfig(
  spec: JsonObject,
  modes: {
    readonly networkMode: Json;
    readonly ipc: Json | undefined;
    readonly pid: Json | undefined;
  },
): JsonObject {
  return withoutAbsent({
    NetworkMode: modes.networkMode,
    IpcMode: modes.ipc,
    PidMode: modes.pid,
    UsernsMode: spec['userns_mode'],
    RestartPolicy: toRestart(spec['restart']),
    Privileged: spec['privileged'],
    ReadonlyRootfs: spec['read_only'],
    Init: spec['init'],
    CapAdd: spec['cap_add'],
    CapDrop: spec['cap_drop'],
    Dns: spec['dns'],
    DnsOptions: spec['dns_opt'],
    DnsSearch: spec['dns_search'],
    ExtraHosts: toHosts(spec['extra_hosts']),
    GroupAdd: spec['group_add'],
    SecurityOpt: spec['security_opt'],
    Sysctls: spec['sysctls'],
    Annotations: spec['annotations'],
    Devices: readTexts(spec['devices']).map(toDevice),
    Ulimits: toUlimits(spec['ulimits']),
    Runtime: spec['runtime'],
    CgroupParent: spec['cgroup_parent'],
    CpuShares: spec['cpu_shares'],
    CpusetCpus: spec['cpuset'],
    NanoCpus: typeof spec['cpus'] === 'number' ? Math.round(spec['cpus'] * 1e9) : undefined,
    Memory: spec['mem_limit'],
    MemoryReservation: spec['mem_reservation'],
    MemorySwap: spec['memswap_limit'],
    ShmSize: spec['shm_size'],
    PidsLimit: spec['pids_limit'],
    OomKillDisable: spec['oom_kill_disable'],
    OomScoreAdj: spec['oom_score_adj'],
    LogConfig: toLogging(spec['logging']),
    PortBindings: toBindings(spec['ports']),
    Mounts: listOf(spec['volumes']).map(toMount),
    Tmpfs: toTmpfs(spec['tmpfs']),
  });
}

function shareWith(
  value: Json | undefined,
  parents: ReadonlyMap<string, string>,
): Json | undefined {
  if (typeof value !== 'string' || !value.startsWith('service:')) return value;
  return `container:${parents.get(value.slice(8)) ?? value.slice(8)}`;
}

function toRestart(restart: Json | undefined): JsonObject | undefined {
  if (typeof restart !== 'string') return undefined;
  const [name = 'no', attempts] = restart.split(':');
  return { Name: name, ...(attempts !== undefined && { MaximumRetryCount: Number(attempts) }) };
}

/** Times are nanoseconds there. */
function toHealthcheck(check: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(check)) return undefined;
  return withoutAbsent({
    Test: check['test'],
    Interval: nanoseconds(check['interval']),
    Timeout: nanoseconds(check['timeout']),
    StartPeriod: nanoseconds(check['start_period']),
    StartInterval: nanoseconds(check['start_interval']),
    Retries: check['retries'],
  });
}

function toExposed(spec: JsonObject): JsonObject | undefined {
  const published = listOf(spec['ports']).map(portName);
  const exposed = readTexts(spec['expose']).map((one) => (one.includes('/') ? one : `${one}/tcp`));
  const all = [...published, ...exposed];
  return all.length > 0 ? Object.fromEntries(all.map((name) => [name, {}])) : undefined;
}

function portName(port: JsonObject): string {
  const number = formatJson(port['target'] ?? 0);
  return `${number}/${readText(port, 'protocol') ?? 'tcp'}`;
}

function toBindings(ports: Json | undefined): JsonObject | undefined {
  const bindings: Record<string, JsonObject[]> = {};
  for (const port of listOf(ports)) {
    const name = portName(port);
    const binding = {
      HostIp: readText(port, 'host_ip') ?? '',
      HostPort: readText(port, 'published') ?? '',
    };
    bindings[name] = [...(bindings[name] ?? []), binding];
  }
  return Object.keys(bindings).length > 0 ? bindings : undefined;
}

/** `Mounts`, since `Binds` would make a missing source in silence. */
function toMount(mount: JsonObject): JsonObject {
  const bind = readObject(mount['bind']);
  const volume = readObject(mount['volume']);
  const tmpfs = readObject(mount['tmpfs']);
  return withoutAbsent({
    Type: mount['type'],
    Source: mount['source'],
    Target: mount['target'],
    ReadOnly: mount['read_only'],
    BindOptions: orAbsent({
      Propagation: bind['propagation'],
      CreateMountpoint: bind['create_host_path'],
    }),
    VolumeOptions: orAbsent({ NoCopy: volume['nocopy'], Subpath: volume['subpath'] }),
    TmpfsOptions: orAbsent({ SizeBytes: tmpfs['size'], Mode: tmpfs['mode'] }),
  });
}

function toTmpfs(tmpfs: Json | undefined): JsonObject | undefined {
  const entries = readTexts(tmpfs).map((text): [string, string] => {
    const at = text.indexOf(':');
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function toDevice(text: string): JsonObject {
  const [host = '', container = host, permissions = 'rwm'] = text.split(':');
  return { PathOnHost: host, PathInContainer: container, CgroupPermissions: permissions };
}

function toUlimits(ulimits: Json | undefined): readonly JsonObject[] | undefined {
  if (!isJsonObject(ulimits)) return undefined;
  return Object.entries(ulimits).map(([name, limit]) => {
    const { soft = 0, hard = soft } = readObject(limit);
    return { Name: name, Soft: soft, Hard: hard };
  });
}

function toLogging(logging: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(logging)) return undefined;
  return withoutAbsent({ Type: logging['driver'], Config: logging['options'] });
}

function toPairs(map: Json | undefined, separator: string): readonly string[] | undefined {
  if (!isJsonObject(map)) return undefined;
  return Object.entries(map).map(([name, value]) => `${name}${separator}${String(value)}`);
}

/** A host may have several addresses, with commas between. */
function toHosts(hosts: Json | undefined): readonly string[] {
  return Object.entries(readObject(hosts)).flatMap(([name, addresses]) =>
    String(addresses)
      .split(',')
      .map((address) => `${name}:${address}`),
  );
}

function seconds(ms: Json | undefined): number | undefined {
  return typeof ms === 'number' ? Math.ceil(ms / 1000) : undefined;
}

function nanoseconds(ms: Json | undefined): number | undefined {
  return typeof ms === 'number' ? Math.round(ms * 1e6) : undefined;
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonList(value) ? value.filter(isJsonObject) : [];
}

function orAbsent(members: Readonly<Record<string, Json | undefined>>): JsonObject | undefined {
  const present = withoutAbsent(members);
  return Object.keys(present).length > 0 ? present : undefined;
}

function withoutAbsent(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => {
      const isEmpty = value === undefined || (isJsonList(value) && value.length === 0);
      return isEmpty ? [] : [[name, value]];
    }),
  );
}
