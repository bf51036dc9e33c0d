/**
 * Brings compose files to container hosts by the Docker Engine API.
 *
 * What an engine answers is never what it was sent, so containers bear what they were asked to be as a
 * label, and a plan compares with that; only named fields are read from the engine. The resource is the
 * service on one host: its containers come and go within it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Outbound } from '@trueup/outbound';
import {
  applySideBySide,
  type Change,
  type Provider,
  parseResourceId,
  type ResourceId,
  type RollbackStatement,
  type Target,
} from '@trueup/provider-sdk';

import { carryOut } from './apply/carry-out.ts';
import type { WriteScene } from './apply/write-scene.ts';
import { assessHealth } from './assess-health.ts';
import type { Clock } from './client/clock.ts';
import { type Host, keepHosts, type OpenClient } from './client/keep-hosts.ts';
import { openClient } from './client/open-client.ts';
import { KeptTrees } from './compose/kept-trees.ts';
import type { Tree } from './compose/tree.ts';
import { createExplore } from './explore/explore-hosts.ts';
import { discoverOwned, observeIds, surveyStack } from './observe/observe-target.ts';
import { watchHosts } from './observe/watch-hosts.ts';
import { readOutputs } from './outputs/read-outputs.ts';
import { checkExternals } from './plan/check-externals.ts';
import { planStack } from './plan/plan-stack.ts';
import { findLostHosts } from './plan/reach-hosts.ts';
import { type AskRegistry, createAskRegistry } from './prepare/ask-registry.ts';
import { locateField } from './prepare/locate-field.ts';
import { type Login, parseLogin, toEngineLogin } from './prepare/parse-login.ts';
import { prepareStack } from './prepare/prepare-stack.ts';
import { checkStackSettings, checkTargetSettings, parseTargetSettings } from './schema.ts';

export interface ContainersProviderOptions {
  /** How registries are reached; opened with the first question. */
  readonly openOutbound: () => Promise<Outbound>;
  /** In the place of registries, for tests. */
  readonly askRegistry?: AskRegistry;
  /** In the place of connections, for tests. */
  readonly openClient?: OpenClient;
  /** Where ssh is looked for, written like PATH. Without it hosts by ssh are out of reach. */
  readonly searchPath?: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** For salts: as many bytes as asked for, that nobody can foresee. */
  readonly randomBytes?: (length: number) => Uint8Array;
  /** How long a job may run before that is in doubt. An hour when absent. */
  readonly jobWithinMs?: number;
  /** How long a container without a check has to run to count as working. Two seconds when absent. */
  readonly steadyMs?: number;
}

export interface ContainersProvider extends Provider {
  /** Ends all connections, and waits for that. Calls after it connect anew. */
  close(): Promise<void>;
}

const machineClock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

export function createContainersProvider(options: ContainersProviderOptions): ContainersProvider {
  const clock = options.clock ?? machineClock;
  const random = options.random ?? Math.random;
  const { searchPath = '' } = options;
  const hosts = keepHosts(
    options.openClient ?? ((host) => openClient(host, { searchPath, random, now: clock.now })),
    { clock, random },
  );
  const now = (): Date => new Date(clock.now());
  return {
    name: 'containers',
    applies: 'changes',
    rollback,
    checkTarget: checkTargetSettings,
    checkStack: checkStackSettings,
    ...preparing(options, (target) => hosts.of(target)),

    discover: async (target, stack, { signal }) =>
      discoverOwned(hosts.of(target), stack, { now, signal }),

    async observe(target, request, { signal }) {
      const ids = 'ids' in request ? request.ids : request.inventory;
      return observeIds(hosts.of(target), ids, { now, signal });
    },

    survey: async (target, request, { signal }) =>
      surveyStack(hosts.of(target), request, { now, signal }),

    async plan(target, request, { signal, seal }) {
      const all = hosts.of(target);
      const ids = [...request.prepared.resources.map(({ id }) => id), ...request.inventory];
      const used = new Set(ids.map((id) => parseResourceId(id).scope));
      const lost = await findLostHosts(all, (name) => used.has(name), signal);
      const plan = planStack(request, {
        hosts: all,
        lost,
        seal: (secret, id, path) => seal(secret, { target: target.name, id, path }),
      });
      const reached = [...all.values()].filter(({ name }) => !lost.has(name));
      const missing = await checkExternals(request.prepared.resources, reached, signal);
      return { ...plan, diagnostics: [...plan.diagnostics, ...missing] };
    },

    apply(target, { stack, changes, prepared }, { signal }) {
      const logins = loginsOf(target);
      const toScene = (emit: WriteScene['emit'], bound: AbortSignal): WriteScene => ({
        stack,
        hosts: hosts.of(target),
        desired: new Map(prepared.resources.map((one) => [one.id, one])),
        loginOf: (registry) => {
          const login = logins(registry);
          return login && toEngineLogin(login, registry);
        },
        newSalt: () => Buffer.from((options.randomBytes ?? randomBytes)(12)).toString('hex'),
        clock,
        jobWithinMs: options.jobWithinMs ?? 60 * 60_000,
        steadyMs: options.steadyMs ?? 2000,
        emit,
        signal: bound,
      });
      const start = (emit: WriteScene['emit'], bound: AbortSignal) => {
        const scene = toScene(emit, bound);
        return (change: Change) => carryOut(change, scene);
      };
      return applySideBySide(changes, start, { signal });
    },

    assess: (observed) => assessHealth(observed?.body),
    outputs: readOutputs,

    watch: (target, inventory, { signal }) =>
      watchHosts(inventory, { hosts: hosts.of(target), signal }),

    explore: createExplore((target) => hosts.of(target), now),

    close: () => hosts.close(),
  };
}

function preparing(
  { openOutbound, askRegistry }: ContainersProviderOptions,
  hostsOf: (target: Target) => ReadonlyMap<string, Host>,
): Pick<Provider, 'prepare'> & Required<Pick<Provider, 'locate'>> {
  const ask = askRegistry ?? createAskRegistry(openOutbound);
  const kept = new KeptTrees();
  return {
    async prepare(files, request, call) {
      call.signal.throwIfAborted();
      const logins = loginsOf(request.target);
      const { prepared } = await prepareStack(files, request, {
        hosts: hostsOf(request.target),
        resolve: (reference, signal) => ask(reference, logins(reference.host), signal),
        call,
        trees: kept,
      });
      return prepared;
    },
    async locate(files, { fields, ...request }, call) {
      // Which digest an image has tells nothing about lines.
      const ports = { hosts: hostsOf(request.target), resolve: async () => '', call, trees: kept };
      const { trees } = await prepareStack(files, request, ports);
      const found: ReadonlyMap<ResourceId, Tree> = trees;
      return fields.map(({ id, path }) => locateField(found.get(id), path));
    },
  };
}

function loginsOf({ settings }: Target): (registry: string) => Login | undefined {
  const { registries } = parseTargetSettings(settings);
  return (registry) => {
    const text = registries.get(registry);
    return text === undefined ? undefined : parseLogin(text, registry);
  };
}

const rollback: RollbackStatement = {
  restores: 'Services run with the older image and settings again, in new containers.',
  limits: [
    {
      says: 'Volumes keep what was written to them since, and older containers find it.',
      concerns: { kinds: ['Service', 'Volume'] },
    },
    { says: 'A volume that went comes back empty.', concerns: { hazards: ['destroys-data'] } },
    {
      says: 'A new volume stays until Git says in so many words that it goes.',
      concerns: { actions: ['create'], kinds: ['Volume'] },
    },
    { says: 'Jobs and hooks that ran are not undone.', concerns: { actions: ['execute'] } },
  ],
};
