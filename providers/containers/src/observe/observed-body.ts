/** What we read of an engine's answers: only what its two dialects mean the same by. */
import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
  readText,
} from '@trueup/diagnostics';

import type { KeptContainer } from '../feed/kept-containers.ts';
import {
  composeLabels,
  kindLabel,
  type Labels,
  numberLabel,
  ownerLabel,
  resourceLabel,
  specLabel,
} from '../marks/marks.ts';

/** One container of a service or job. */
export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  readonly number: number;
  /** In the words of `simplifyState`. */
  readonly state: 'running' | 'exited' | 'created' | 'restarting' | 'paused' | 'removing' | 'dead';
  readonly exitCode: number;
  readonly restartCount: number;
  readonly startedAt: string;
  /** `none` where it has no check. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  readonly image: string;
  readonly imageName: string;
  readonly networks: readonly string[];
  readonly addresses: Readonly<Record<string, string>>;
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  readonly ports: Readonly<Record<string, string>>;
  readonly memory: number;
  readonly nanoCpus: number;
  readonly restart: string;
  /** Whose network it lives in: `container:ID`. */
  readonly networkMode: string;
  readonly volumes: readonly string[];
}

/** One look at a container. */
export interface LookedContainer extends KeptContainer {
  /** As `condense` leaves it. */
  readonly body: JsonObject;
  readonly parsed: ObservedContainer;
}

/** Of an inspection. Anything may be missing, or of another kind: engines differ. */
export function parseContainer(inspected: JsonObject): ObservedContainer {
  const state = readObject(inspected['State']);
  const config = readObject(inspected['Config']);
  const host = readObject(inspected['HostConfig']);
  const labels = textMapOf(config['Labels']);
  const networks = readObject(readObject(inspected['NetworkSettings'])['Networks']);
  const names = Object.keys(networks).sort();
  return {
    id: readText(inspected, 'Id') ?? '',
    name: (readText(inspected, 'Name') ?? '').replace(/^\//, ''),
    labels,
    number: Number(labels[numberLabel] ?? labels[composeLabels.number] ?? 1),
    state: simplifyState(state),
    exitCode: numberAt(state, 'ExitCode'),
    restartCount: numberAt(inspected, 'RestartCount'),
    startedAt: readText(state, 'StartedAt') ?? '',
    health: healthOf(state, config),
    image: readText(inspected, 'Image') ?? '',
    imageName: readText(config, 'Image') ?? '',
    networks: names,
    addresses: mapTexts(names, (name) => readText(networks[name], 'IPAddress') ?? ''),
    aliases: Object.fromEntries(
      names.map((name) => [name, textsIn(readObject(networks[name])['Aliases'])]),
    ),
    ports: portsOf(inspected),
    memory: numberAt(host, 'Memory'),
    nanoCpus: numberAt(host, 'NanoCpus'),
    restart: restartOf(readObject(host['RestartPolicy'])),
    networkMode: readText(host, 'NetworkMode') ?? '',
    volumes: volumesOf(inspected['Mounts']),
  };
}

/** Podman says `stopped` between two restarts, and keeps `Restarting` false. */
export function simplifyState(state: JsonObject): ObservedContainer['state'] {
  const status = readText(state, 'Status');
  switch (status) {
    case 'running':
    case 'created':
    case 'restarting':
    case 'paused':
    case 'removing':
    case 'dead':
      return status;
    case 'initialized':
    case 'configured':
      return 'created';
    default:
      return state['Running'] === true ? 'running' : 'exited';
  }
}

/** With `NONE`, Podman answers a health of nothing; other engines leave it out. */
function healthOf(state: JsonObject, config: JsonObject): ObservedContainer['health'] {
  const test = readObject(config['Healthcheck'])['Test'];
  if (isJsonList(test) && test[0] === 'NONE') return 'none';
  const status = readText(state['Health'], 'Status');
  const known = ['starting', 'healthy', 'unhealthy'] as const;
  return known.find((one) => one === status) ?? 'none';
}

function restartOf(policy: JsonObject): string {
  const written = readText(policy, 'Name') ?? '';
  const name = written === '' ? 'no' : written;
  const most = numberAt(policy, 'MaximumRetryCount');
  return name === 'on-failure' && most > 0 ? `on-failure:${most}` : name;
}

/** By port within: `8080/tcp` → `18080`. */
function portsOf(inspected: JsonObject): Readonly<Record<string, string>> {
  const ports = readObject(readObject(inspected['NetworkSettings'])['Ports']);
  return Object.fromEntries(
    Object.entries(ports).flatMap(([port, bindings]) => {
      const first = isJsonList(bindings) ? readText(bindings[0], 'HostPort') : undefined;
      return first === undefined ? [] : [[port, first]];
    }),
  );
}

function volumesOf(mounts: Json | undefined): readonly string[] {
  if (!isJsonList(mounts)) return [];
  const named = mounts.filter((mount) => readText(mount, 'Type') === 'volume');
  return named.flatMap((mount) => readText(mount, 'Name') ?? []).sort();
}

export function textMapOf(value: Json | undefined): Labels {
  const entries = Object.entries(readObject(value)).flatMap(([name, one]) =>
    typeof one === 'string' ? [[name, one] as const] : [],
  );
  return Object.fromEntries(entries);
}

function mapTexts(
  names: readonly string[],
  read: (name: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

function textsIn(value: Json | undefined): readonly string[] {
  return isJsonList(value) ? value.filter((one) => typeof one === 'string') : [];
}

function numberAt(value: JsonObject, name: string): number {
  const member = value[name];
  return typeof member === 'number' ? member : 0;
}

/** Kind and name within its host, by our marks, else by those of compose. */
export function addressOf(
  labels: Labels,
): { readonly kind: string; readonly name: string } | undefined {
  const name = labels[resourceLabel];
  const kind = labels[kindLabel];
  if (name !== undefined && kind !== undefined && labels[ownerLabel] !== undefined) {
    return { kind, name };
  }
  const project = labels[composeLabels.project];
  const service = labels[composeLabels.service];
  if (project === undefined || service === undefined) return undefined;
  if (labels[composeLabels.oneOff]?.toLowerCase() === 'true') return undefined;
  return { kind: 'Service', name: `${project}.${service}` };
}

/** The containers of an observed body. Bodies of any shape are read: some were stored long ago. */
export function containersOf(body: JsonObject): readonly ObservedContainer[] {
  const { containers } = body;
  if (!isJsonList(containers)) return [];
  return containers.filter(isJsonObject).flatMap((one) => {
    const { Inspected: inspected } = one;
    return isJsonObject(inspected) ? [parseContainer(inspected)] : [];
  });
}

/** Drops what changes by itself or says nothing, so that an observation is small. */
export function condense(inspected: JsonObject): JsonObject {
  const config = readObject(inspected['Config']);
  const host = readObject(inspected['HostConfig']);
  const network = readObject(inspected['NetworkSettings']);
  const state = readObject(inspected['State']);
  return {
    ...pick(inspected, ['Id', 'Name', 'Image', 'RestartCount']),
    State: {
      // Podman calls what has ended `stopped` until its clean-up was here, some 0.1 to 0.7 s later.
      Status: simplifyState(state),
      ...pick(state, ['Running', 'ExitCode', 'StartedAt']),
      ...(isJsonObject(state['Health']) && { Health: pick(state['Health'], ['Status']) }),
    },
    Config: {
      ...pick(config, ['Image']),
      Labels: marksOf(config['Labels']),
      ...(isJsonObject(config['Healthcheck']) && {
        Healthcheck: kindOfCheck(config['Healthcheck']),
      }),
    },
    HostConfig: pick(host, ['Memory', 'NanoCpus', 'RestartPolicy', 'NetworkMode']),
    NetworkSettings: pick(network, ['Networks', 'Ports']),
    ...(isJsonList(inspected['Mounts']) && {
      Mounts: inspected['Mounts'].map((mount) =>
        pick(readObject(mount), ['Type', 'Name', 'Destination']),
      ),
    }),
  };
}

/** Labels that we or compose wrote. Those of others may hold secrets, and nothing goes by them. */
export function marksOf(labels: Json | undefined): Labels {
  const all = Object.entries(textMapOf(labels));
  return Object.fromEntries(
    all.filter(([name]) => /^(?:dev\.trueup|com\.docker\.compose)\./.test(name)),
  );
}

/** Whether there is one: its command may hold secrets. */
function kindOfCheck({ Test: test = null }: JsonObject): JsonObject {
  return { Test: isJsonList(test) ? test.slice(0, 1) : null };
}

function pick(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const member = value[name];
      return member === undefined ? [] : [[name, member]];
    }),
  );
}

export function specMarkOf({ labels }: Pick<ObservedContainer, 'labels'>): string | undefined {
  return labels[specLabel];
}
