/** Networks and volumes. */
import { type JsonObject, readObject, readText, StalledError } from '@trueup/diagnostics';
import { type Change, type DesiredResource, parseResourceId } from '@trueup/provider-sdk';

import type { EngineApi } from '../client/engine-api.ts';
import { hostOf } from '../client/keep-hosts.ts';
import {
  composeLabels,
  kindLabel,
  ownerLabel,
  resourceLabel,
  specLabel,
  stackLabel,
} from '../marks/marks.ts';
import { metaOf, specOf } from '../marks/resource-body.ts';
import { formatMark, markSpec } from '../marks/spec-mark.ts';
import { parseContainer, textMapOf } from '../observe/observed-body.ts';
import { findCurrent } from './find-current.ts';
import type { Progress, WriteScene, Written } from './write-scene.ts';

export async function createPlace(
  { id }: Change,
  desired: DesiredResource,
  scene: WriteScene,
): Promise<Written> {
  if (await findCurrent(id, scene)) return 'moved';
  const { kind, scope, name } = parseResourceId(id);
  const { api } = hostOf(scene.hosts, scope);
  if (kind === 'Network') {
    await api.createNetwork(networkBody(name, desired, scene), scene.signal);
    return 'done';
  }
  const labels = labelsOf(desired, scene);
  const made = await api.createVolume(volumeBody(name, desired, labels), scene.signal);
  // Engines answer 201 for a volume that was there before, which keeps its own labels.
  return textMapOf(made['Labels'])[ownerLabel] === scene.stack.owner ? 'done' : 'moved';
}

/** Nothing is written: labels cannot be added. The inventory remembers that it is ours now. */
export async function takeOverPlace(change: Change, scene: WriteScene): Promise<Written> {
  const current = await findCurrent(change.id, scene);
  return current?.version === change.version ? 'done' : 'moved';
}

export async function deletePlace(change: Change, scene: WriteScene): Promise<Written> {
  const { id, version } = change;
  const current = await findCurrent(id, scene);
  if (!current) return 'done';
  if (current.version !== version) return 'moved';
  const { kind, scope, name } = parseResourceId(id);
  const { api } = hostOf(scene.hosts, scope);
  if (kind === 'Network') await api.removeNetwork(name, scene.signal);
  else await api.removeVolume(name, scene.signal);
  return 'done';
}

/** Everybody in a network has to leave it first, and comes back into the new one. */
export async function replacePlace(
  change: Change,
  desired: DesiredResource,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const { id, version } = change;
  const current = await findCurrent(id, scene);
  if (!current || current.version !== version) return 'moved';
  const { kind, scope, name } = parseResourceId(id);
  const { api } = hostOf(scene.hosts, scope);
  if (kind !== 'Network') {
    await deletePlace(change, scene);
    progress.begun = true;
    return createPlace(change, desired, scene);
  }
  const members = await membersOf(api, name, scene);
  progress.begun = true;
  for (const { container } of members) await api.disconnect(name, container, scene.signal);
  await api.removeNetwork(name, scene.signal);
  await api.createNetwork(networkBody(name, desired, scene), scene.signal);
  for (const member of members) await api.connect(name, member, scene.signal);
  return 'done';
}

interface Member {
  readonly container: string;
  readonly endpoint: JsonObject;
}

async function membersOf(
  api: EngineApi,
  network: string,
  { signal }: WriteScene,
): Promise<readonly Member[]> {
  const listed = await api.list(signal);
  const ids = listed.flatMap((one) => readText(one, 'Id') ?? []);
  const inspected = await Promise.all(ids.map((id) => api.inspect(id, signal)));
  return inspected.flatMap((one) => {
    if (!one) return [];
    const { id, networks, aliases } = parseContainer(one);
    if (!networks.includes(network)) return [];
    // The engine adds the container's own id by itself.
    const own = (aliases[network] ?? []).filter((alias) => !id.startsWith(alias));
    return [{ container: id, endpoint: { Aliases: own } }];
  });
}

function networkBody(name: string, desired: DesiredResource, scene: WriteScene): JsonObject {
  const spec = specOf(desired.body);
  const ipam = readObject(spec['ipam']);
  const configs = Array.isArray(ipam['config']) ? ipam['config'] : [];
  return {
    Name: name,
    CheckDuplicate: true,
    Driver: spec['driver'] ?? 'bridge',
    Internal: spec['internal'] ?? false,
    Attachable: spec['attachable'] ?? false,
    EnableIPv6: spec['enable_ipv6'] ?? false,
    Labels: labelsOf(desired, scene),
    ...(spec['driver_opts'] !== undefined && { Options: spec['driver_opts'] }),
    ...(configs.length > 0 && {
      IPAM: {
        Driver: ipam['driver'] ?? 'default',
        Config: configs.map((one: JsonObject) => ({
          ...(readText(one, 'subnet') !== undefined && { Subnet: readText(one, 'subnet') ?? '' }),
          ...(readText(one, 'gateway') !== undefined && {
            Gateway: readText(one, 'gateway') ?? '',
          }),
          ...(readText(one, 'ip_range') !== undefined && {
            IPRange: readText(one, 'ip_range') ?? '',
          }),
        })),
      },
    }),
  };
}

function volumeBody(
  name: string,
  { body }: DesiredResource,
  labels: Readonly<Record<string, string>>,
): JsonObject {
  const { driver, driver_opts: options } = specOf(body);
  return {
    Name: name,
    Driver: driver ?? 'local',
    Labels: labels,
    ...(options !== undefined && { DriverOpts: options }),
  };
}

function labelsOf(
  { id, body }: DesiredResource,
  { stack, newSalt }: WriteScene,
): Readonly<Record<string, string>> {
  const { kind, name } = parseResourceId(id);
  const { project, service } = metaOf(body);
  const own = readObject(specOf(body)['labels']);
  return {
    ...Object.fromEntries(Object.entries(own).map(([label, value]) => [label, String(value)])),
    [composeLabels.project]: project,
    [kind === 'Network' ? composeLabels.network : composeLabels.volume]: service,
    [ownerLabel]: stack.owner,
    [stackLabel]: stack.name,
    [resourceLabel]: name,
    [kindLabel]: kind,
    [specLabel]: formatMark(markSpec(body, newSalt())),
  };
}

export function missing(id: string): StalledError {
  return new StalledError('CONTAINERS_NOT_PREPARED', `${id}: nothing describes it any more`, id);
}
