/** Brings a service about on one host, replica by replica. */
import { readObject } from '@trueup/diagnostics';
import {
  type Change,
  type DesiredResource,
  type ObservedResource,
  parseResourceId,
} from '@trueup/provider-sdk';

import type { EngineApi } from '../client/engine-api.ts';
import { hostOf } from '../client/keep-hosts.ts';
import { ownerLabel } from '../marks/marks.ts';
import { metaOf, specOf } from '../marks/resource-body.ts';
import { containersOf, type ObservedContainer } from '../observe/observed-body.ts';
import { compareSpec, compareState } from '../plan/compare-container.ts';
import { containerName } from '../plan/service-names.ts';
import { awaitReady } from './await-ready.ts';
import { endpointOf } from './create-body.ts';
import { findCurrent } from './find-current.ts';
import { makeContainer } from './make-container.ts';
import { removeUnlessUsed, replaceContainer } from './replace-container.ts';
import { undo } from './undo.ts';
import { type Progress, report, type WriteScene, type Written } from './write-scene.ts';

/** All of its replicas, or none of them: what one makes that fails is taken away. */
export async function createService(
  { id }: Change,
  { body }: DesiredResource,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  if (await findCurrent(id, scene)) return 'moved';
  const { api } = hostOf(scene.hosts, parseResourceId(id).scope);
  const made: string[] = [];
  try {
    for (let number = 1; number <= metaOf(body).replicas; number += 1) {
      const name = containerName(body, number);
      made.push(await makeContainer({ id, body, name, number }, scene, progress));
    }
  } catch (error) {
    for (const container of made) {
      await undo(id, scene, (signal) => api.remove(container, signal));
    }
    if (made.length > 0) progress.begun = false;
    throw error;
  }
  return 'done';
}

export async function updateService(
  change: Change,
  desired: DesiredResource,
  scene: WriteScene,
  progress: Progress,
): Promise<Written> {
  const { id, version } = change;
  const { body } = desired;
  const current = await findCurrent(id, scene);
  if (!current || current.version !== version) return 'moved';
  const { api } = hostOf(scene.hosts, parseResourceId(id).scope);
  const parent = await parentOf(desired, scene);
  const update = new ServiceUpdate(desired, { api, parent, scene, progress });
  const groups = groupByNumber(current);
  for (let number = 1; number <= metaOf(body).replicas; number += 1) {
    await update.replica(number, groups.get(number) ?? []);
  }
  for (const [number, containers] of groups) {
    if (number <= metaOf(body).replicas) continue;
    for (const container of containers) await update.retire(container);
  }
  await clearParents(desired, scene);
  return 'done';
}

/** Nobody lives in them any more: the containers that were kept while this one still did. */
async function clearParents({ body }: DesiredResource, scene: WriteScene): Promise<void> {
  for (const name of metaOf(body).parents) {
    const desired = [...scene.desired.values()].find((one) => one.id === name);
    const current = desired && (await findCurrent(desired.id, scene));
    if (!current) continue;
    const { api } = hostOf(scene.hosts, parseResourceId(current.id).scope);
    const isLeft = ({ name: own, state, labels }: ObservedContainer): boolean =>
      own.endsWith('-last') && state === 'exited' && labels[ownerLabel] === scene.stack.owner;
    for (const { id } of containersOf(current.body).filter(isLeft)) {
      await removeUnlessUsed(api, id, scene.signal);
    }
  }
}

async function parentOf({ body }: DesiredResource, scene: WriteScene): Promise<string | undefined> {
  const mode = specOf(body)['network_mode'];
  if (typeof mode !== 'string' || !mode.startsWith('service:')) return undefined;
  const [first] = metaOf(body).parents;
  const desired = [...scene.desired.values()].find((one) => one.id === first);
  const current: ObservedResource | undefined = desired && (await findCurrent(desired.id, scene));
  return current && containersOf(current.body)[0]?.id;
}

function groupByNumber(
  current: ObservedResource,
): ReadonlyMap<number, readonly ObservedContainer[]> {
  const groups = new Map<number, ObservedContainer[]>();
  for (const container of containersOf(current.body)) {
    groups.set(container.number, [...(groups.get(container.number) ?? []), container]);
  }
  return groups;
}

interface UpdatePorts {
  readonly api: EngineApi;
  readonly parent: string | undefined;
  readonly scene: WriteScene;
  readonly progress: Progress;
}

class ServiceUpdate {
  readonly #desired: DesiredResource;
  readonly #ports: UpdatePorts;

  constructor(desired: DesiredResource, ports: UpdatePorts) {
    this.#desired = desired;
    this.#ports = ports;
  }

  /** With several of one number, a run was killed midway: the one that is right goes on. */
  async replica(number: number, containers: readonly ObservedContainer[]): Promise<void> {
    const { body } = this.#desired;
    const name = containerName(body, number);
    const right = containers.find((one) => this.#isRight(one, name));
    const others = containers.filter((one) => one !== right);
    if (right && (await this.#proves(right, others))) {
      for (const other of others) await this.retire(other);
      await this.#straighten(right, name);
      return;
    }
    const [first, ...rest] = others.toSorted(oldestFirst);
    for (const other of rest) await this.retire(other);
    await this.#putInPlace(number, first);
  }

  async #putInPlace(number: number, old: ObservedContainer | undefined): Promise<void> {
    const { id, body } = this.#desired;
    const { api, scene, progress } = this.#ports;
    const name = containerName(body, number);
    if (old) await replaceContainer({ id, body, name, number, api, old }, scene, progress);
    else await makeContainer({ id, body, name, number }, scene, progress);
    progress.begun = true;
  }

  async retire(container: ObservedContainer): Promise<void> {
    const { api, scene, progress } = this.#ports;
    progress.begun = true;
    report(scene, this.#desired.id, `removes ${container.name}`);
    const grace = specOf(this.#desired.body)['stop_grace_period'];
    await api.stop(container.id, typeof grace === 'number' ? grace : 10_000, scene.signal);
    await api.remove(container.id, scene.signal);
  }

  #isRight(container: ObservedContainer, name: string): boolean {
    const { body } = this.#desired;
    const { parent, scene } = this.#ports;
    const expected = { name, owner: scene.stack.owner, parent };
    if (container.labels[ownerLabel] !== scene.stack.owner) return false;
    if (compareSpec(body, container).length > 0) return false;
    return compareState(body, container, expected).every((one) => !one.recreates);
  }

  /** One that a killed run made has not shown that it works; if it does not, it goes. */
  async #proves(right: ObservedContainer, others: readonly ObservedContainer[]): Promise<boolean> {
    if (others.length === 0) return true;
    const { id, body } = this.#desired;
    const { api, scene, progress } = this.#ports;
    try {
      if (right.state !== 'running') await api.start(right.id, scene.signal);
      await awaitReady({ id, body, api, container: right.id }, scene);
      return true;
    } catch {
      scene.signal.throwIfAborted();
      progress.begun = true;
      await api.remove(right.id, scene.signal);
      return false;
    }
  }

  /** What can be put right on the container itself. */
  async #straighten(right: ObservedContainer, name: string): Promise<void> {
    const { body } = this.#desired;
    const { api, scene, progress } = this.#ports;
    const { signal } = scene;
    const asked = Object.keys(readObject(specOf(body)['networks']));
    const isUp = right.state === 'running' || right.state === 'restarting';
    if (right.name !== name) await api.rename(right.id, name, signal);
    if (asked.length > 0) {
      for (const network of asked.filter((one) => !right.networks.includes(one))) {
        const endpoint = endpointOf(body, network);
        await api.connect(network, { container: right.id, endpoint }, signal);
      }
      for (const network of right.networks.filter((one) => !asked.includes(one))) {
        await api.disconnect(network, right.id, signal);
      }
    }
    if (right.state === 'exited' || right.state === 'created' || !isUp) {
      await api.start(right.id, signal);
    }
    progress.begun = true;
  }
}

/** A container that was set aside is what to go back to. */
function oldestFirst(a: ObservedContainer, b: ObservedContainer): number {
  const rank = ({ name, state }: ObservedContainer): number =>
    (name.endsWith('-next') ? 2 : 0) + (state === 'running' ? 0 : 1);
  return rank(a) - rank(b);
}
