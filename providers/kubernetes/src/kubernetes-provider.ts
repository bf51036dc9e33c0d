/**
 * Brings manifests to a cluster by server-side apply.
 *
 * Only the API server knows its defaults, its webhooks and the fields that others own. So what may
 * differ is planned by the server's own dry run; that nothing differs is decided here, from its
 * record of who owns what.
 */
import { hash } from 'node:crypto';

import { formatJson } from '@trueup/diagnostics';
import type { Renderer } from '@trueup/manifests';
import {
  applySideBySide,
  type CallContext,
  type Change,
  formatResourceId,
  type Provider,
  type ResourceId,
  type RollbackStatement,
  type Target,
} from '@trueup/provider-sdk';

import { awaitPlace } from './apply/await-place.ts';
import type { WriteScene } from './apply/write-scene.ts';
import { assessHealth } from './assess-health.ts';
import { createExplore } from './explore/explore-cluster.ts';
import { presentObject } from './explore/present-object.ts';
import { listOwners, writerAt } from './fields/field-owners.ts';
import type { RequestCounts } from './kubernetes-client.ts';
import { machineClock } from './lease/lease-clock.ts';
import { LeaseSightings } from './lease/lease-sightings.ts';
import { ownersOf } from './observe/discover-owned.ts';
import { toObserved } from './observe/to-observed.ts';
import { watchInventory } from './observe/watch-inventory.ts';
import { readOutputs } from './outputs/read-outputs.ts';
import { findScaledIds } from './plan/find-scaled.ts';
import { planStack } from './plan/plan-stack.ts';
import { locateFields } from './prepare/locate-fields.ts';
import { OriginMemory } from './prepare/origin-memory.ts';
import { checkStackSettings, parseStackSettings } from './prepare/parse-stack-settings.ts';
import { type PreparePorts, prepareStack } from './prepare/prepare-stack.ts';
import { checkTargetSettings } from './schema.ts';
import {
  type Connected,
  type Connections,
  connectTarget,
  createFingerprint,
} from './session/connect-target.ts';
import { keepSessions } from './session/keep-sessions.ts';
import type { Session } from './session/open-session.ts';
import { lendUntilReleased, reachSessions, type SessionReach } from './session/reach-session.ts';

export interface KubernetesProviderOptions {
  readonly connections: Connections;
  /** In the order in which they are asked whether they recognise a stack. */
  readonly renderers: readonly Renderer[];
  /**
   * Name under which the API server records the fields we own. Changing it in a running
   * installation orphans those fields: they stay when a manifest drops them. `trueup` when absent.
   */
  readonly fieldManager?: string;
  /**
   * Whether to keep watches and answer from them: then an unchanged stack costs no request. Not worth
   * it for a process that looks once. `false` when absent.
   */
  readonly watch?: boolean;
  /** Whether new objects are tried out on the server when planned. `dry-run` when absent. */
  readonly creates?: 'predicted' | 'dry-run';
  /** How long what was deleted may take to go, before that is in doubt. Five minutes when absent. */
  readonly goneWithinMs?: number;
  /** How long a hook may run, before it is in doubt. An hour when absent. */
  readonly hookWithinMs?: number;
  readonly now?: () => Date;
  /** In the place of connections, for tests. */
  readonly connect?: (target: Target) => Promise<Connected>;
}

export interface KubernetesProvider extends Provider {
  /** Of all targets so far. */
  countRequests(): Promise<RequestCounts>;
  /** Ends all watches and connections. Calls after it connect anew. */
  close(): Promise<void>;
}

export function createKubernetesProvider(options: KubernetesProviderOptions): KubernetesProvider {
  const { connections, renderers } = options;
  const sessions = keepSessions({
    connect: options.connect ?? ((target) => connectTarget(target, connections)),
    fingerprint: options.connect
      ? async () => ''
      : createFingerprint(connections, () => performance.now()),
    watch: options.watch ?? false,
    random: connections.random ?? Math.random,
    now: () => performance.now(),
  });
  const sightings = new LeaseSightings(machineClock);
  const reach = reachSessions(sessions);

  return {
    name: 'kubernetes',
    applies: 'changes',
    rollback,
    checkTarget: checkTargetSettings,
    checkStack: (settings) => checkStackSettings(settings, renderers),
    ...preparing(options, reach),
    ...observing(options, reach),
    ...applying(options, reach),

    // An observation was made by `observe`, so its body is an answer of the API server.
    assess: (observed) => assessHealth(observed?.body),
    outputs: readOutputs,
    present: presentObject,
    writerOf: ({ body }, path) =>
      writerAt(listOwners(body), path, options.fieldManager ?? 'trueup'),
    explore: createExplore(reach),

    acquireLease: async (target, { stack: { name: stack }, holder }, { signal }) => {
      const loan = await reach.borrow(target, { signal });
      const { client, namespace } = loan.session;
      try {
        const { acquireStackLease } = await import('./lease/stack-lease.ts');
        const clock = machineClock;
        const answer = await acquireStackLease(client, {
          ...{ stack, holder, namespace, sightings, clock, signal },
        });
        return lendUntilReleased(answer, loan);
      } catch (error) {
        loan.giveBack();
        throw error;
      }
    },
    countRequests: async () =>
      sumCounts((await sessions.all()).map(({ client }) => client.countRequests())),
    close: () => sessions.close(),
  };
}

function preparing(
  { renderers }: KubernetesProviderOptions,
  { call }: SessionReach,
): Pick<Provider, 'prepare'> & Required<Pick<Provider, 'locate'>> {
  const places = new OriginMemory();
  const prepare: Provider['prepare'] = (files, request, context) =>
    call(request.target, context, async (session) => {
      if (request.surveyFollows) session.foresee(ownersOf(request.stack));
      const ports = portsOf(session, renderers, { target: request.target, context });
      const prepared = await prepareStack(files, request, ports);
      for (const { body } of prepared.resources) session.prefer(body);
      places.note(files, request, prepared.resources);
      return prepared;
    });
  return {
    prepare,
    async locate(files, request, context) {
      if (!places.of(files, request)) await prepare(files, request, context);
      return locateFields(files, places.of(files, request) ?? new Map(), request.fields);
    },
  };
}

function observing(
  {
    fieldManager = 'trueup',
    creates = 'dry-run',
    now = () => new Date(),
  }: KubernetesProviderOptions,
  { call, borrow }: SessionReach,
): Pick<Provider, 'discover' | 'observe' | 'plan'> & Required<Pick<Provider, 'survey' | 'watch'>> {
  return {
    discover: (target, stack, context) =>
      call(target, context, (session) => session.owned(ownersOf(stack), context.signal)),

    survey: (target, { stack, ids }, context) =>
      call(target, context, async (session) => {
        const surveyed = await session.survey(ownersOf(stack), ids, context.signal);
        const { owned, objects, ageMs } = surveyed;
        const at = new Date(now().getTime() - ageMs);
        return {
          inventory: owned,
          observed: [...objects].map(([id, body]) => toObserved(id, body, at)),
        };
      }),

    observe: (target, request, context) =>
      call(target, context, async (session) => {
        const ids = 'ids' in request ? request.ids : request.inventory;
        const found = await session.read(ids, context.signal);
        const at = now();
        return [...found].map(([id, body]) => toObserved(id, body, at));
      }),

    plan: (target, request, context) =>
      call(target, context, async (session) => {
        const { signal } = context;
        return planStack(request, {
          client: session.client,
          identify: () => session.identify(signal),
          memory: session.memory,
          fieldManager,
          creates,
          leaveTo: parseStackSettings(request.stack.settings).leaveTo,
          signal,
          seal: sealFor(target, context),
          isScaled: findScaledIds(request.prepared, (scope) => session.scaledIn(scope, signal)),
          placeOf: (id, body) => session.placeOf(id, body, signal),
          toObserved: (id, body) => toObserved(id, body, now()),
        });
      }),

    async *watch(target, inventory, context) {
      const { session, giveBack } = await borrow(target, context);
      try {
        yield* watchInventory(inventory, session, context.signal);
      } finally {
        giveBack();
      }
    },
  };
}

function applying(
  { fieldManager = 'trueup', goneWithinMs, hookWithinMs }: KubernetesProviderOptions,
  { borrow }: SessionReach,
): Pick<Provider, 'apply'> {
  return {
    async *apply(target, { stack, changes, prepared }, context) {
      const { session, giveBack } = await borrow(target, context);
      session.forgetForeseen();
      const { leaveTo, propagation } = parseStackSettings(stack.settings);
      const toScene = (emit: WriteScene['emit'], signal: AbortSignal): WriteScene => ({
        client: session.client,
        fieldManager,
        leaveTo,
        propagation,
        desired: new Map(prepared.resources.map((one) => [one.id, one])),
        seal: sealFor(target, context),
        isScaled: findScaledIds(prepared, (scope) => session.scaledIn(scope, signal)),
        placeOf: (id, body) => awaitPlace(id, () => session.placeOf(id, body, signal), signal),
        wrote: (id, body) => session.wrote(id, body),
        keepsWritten: () => session.keepsWritten(),
        goneWithinMs: goneWithinMs ?? 5 * 60_000,
        hookWithinMs: hookWithinMs ?? 60 * 60_000,
        emit,
        signal,
      });
      // Loaded with the first use, as the lease is: most commands write nothing.
      try {
        const { carryOut } = await import('./apply/carry-out.ts');
        const start = (emit: WriteScene['emit'], signal: AbortSignal) => {
          const scene = toScene(emit, signal);
          return (change: Change) => carryOut(change, scene);
        };
        yield* applySideBySide(changes, start, { signal: context.signal });
      } finally {
        giveBack();
      }
    },
  };
}

function sumCounts(counts: readonly RequestCounts[]): RequestCounts {
  const byPurpose: Record<string, number> = {};
  for (const one of counts) {
    for (const [name, count] of Object.entries(one.byPurpose)) {
      byPurpose[name] = (byPurpose[name] ?? 0) + count;
    }
  }
  return { total: counts.reduce((sum, { total }) => sum + total, 0), byPurpose };
}

function sealFor(target: Target, { seal }: CallContext): Parameters<typeof planStack>[1]['seal'] {
  return (secret, place) => seal(secret, { target: target.name, ...place });
}

interface Preparing {
  readonly target: Target;
  readonly context: CallContext;
}

function portsOf(
  { client, namespace }: Session,
  renderers: readonly Renderer[],
  { target, context: { seal, signal, isolation } }: Preparing,
): PreparePorts {
  return {
    renderers,
    signal,
    ...(isolation && { isolation }),
    findKind: ({ group, kind, version }) => client.findKind({ group, kind, version }, signal),
    capabilities: () => client.capabilities(signal),
    defaultNamespace: () => Promise.resolve(namespace),
    digestInput: (name, { value, sensitive }) => {
      if (!sensitive) return `sha256:${hash('sha256', formatJson(value))}`;
      return seal(value, { target: target.name, id: inputId, path: ['inputs', name] });
    },
  };
}

/** Inputs belong to no resource; a seal needs a place all the same. */
const inputId: ResourceId = formatResourceId({ kind: 'Input', scope: '', name: '' });

const rollback: RollbackStatement = {
  restores:
    'Objects get the fields that the older manifests give them; what only newer ones describe is deleted.',
  limits: [
    { says: 'Hooks that ran are not undone.', concerns: { actions: ['execute'] } },
    { says: 'What Jobs did is not undone.', concerns: { kinds: ['Job.batch', 'CronJob.batch'] } },
    {
      says: 'What workloads wrote to volumes and databases since stays as it is.',
      concerns: { kinds: ['Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps'] },
    },
    {
      says: 'What was deleted or replaced is made anew, without the data that it held.',
      concerns: { hazards: ['destroys-data'] },
    },
    {
      says: 'New namespaces, definitions and volume claims are protected: they stay until Git says in so many words that they go.',
      concerns: {
        actions: ['create'],
        kinds: [
          'Namespace',
          'CustomResourceDefinition.apiextensions.k8s.io',
          'PersistentVolume',
          'PersistentVolumeClaim',
        ],
      },
    },
    {
      says: 'Objects that are stored in a newer version of a definition stay in it, and the server keeps that version.',
      concerns: { kinds: ['CustomResourceDefinition.apiextensions.k8s.io'] },
    },
  ],
};
