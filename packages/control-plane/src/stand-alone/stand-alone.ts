/**
 * Plans and applies a folder on disk, without a server: the same engine, with a store that lives no
 * longer than the command. What the stacks own is found by their marks.
 */
import { StalledError } from '@trueup/diagnostics';
import {
  type Lease,
  noMergeRequest,
  type OpenStack,
  type PlannedRun,
  planStack,
  type RulePorts,
  type Run,
  type RunPorts,
  type RunSign,
  type StackFacts,
  type Store,
  superviseRun,
  toRunRule,
} from '@trueup/engine';
import type { Change, Inputs, Provider, ResourceId } from '@trueup/provider-sdk';
import { createRun } from '../runs/create-run.ts';
import { HintHub } from '../runs/hint-hub.ts';
import { locateChanges } from '../stacks/locate-changes.ts';
import { markOwner } from '../stacks/mark-owner.ts';
import { prepareWith } from '../stacks/prepare-with.ts';
import { reachTarget } from '../stacks/reach-target.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import { cancelOnStop } from './cancel-on-stop.ts';
import type { DiskFiles } from './disk-files.ts';
import {
  type BlameLine,
  type ExplainedResource,
  type Explaining,
  explainResource,
} from './explain-resource.ts';
import { type ObservedStack, observeStack } from './observe-stack.ts';
import type { Project, ProjectStack } from './open-project.ts';

export interface StandAlonePorts {
  readonly project: Project;
  readonly files: DiskFiles;
  readonly providers: readonly Provider[];
  /** Opened when something is applied. */
  readonly openStore: () => Store;
  readonly seal: OpenStack['seal'];
  readonly readSecret: ReadSecret;
  readonly blame: BlameLine;
  readonly askConditions: RulePorts['askConditions'];
  /** Names whoever applies, for marks: stacks that a server keeps bear another one. */
  readonly installation: string;
  /** Names this process to others who work on the same targets. */
  readonly holder: string;
  readonly now: () => number;
  readonly newId: () => string;
  readonly random: () => number;
}

/** One stack, planned. */
export interface StandAlonePlan {
  readonly stack: ProjectStack;
  readonly planned: PlannedRun;
  /** The plan's steps, with the lines that ask for them. */
  readonly steps: readonly Change[];
}

export interface ApplyOptions {
  /** Ends at once: what was on its way may have happened. */
  readonly signal: AbortSignal;
  /** Begins nothing new: the run is cancelled when its requests are answered. */
  readonly stop?: AbortSignal;
  readonly onSign: (run: Run, sign: RunSign) => void;
  /** False: done when the target has accepted everything. */
  readonly awaitHealth: boolean;
}

export class StandAlone {
  readonly #ports: StandAlonePorts;
  /** By stack, what it gives to others: one look for all who ask, until something is applied. */
  readonly #outputs = new Map<string, Promise<Inputs>>();

  constructor(ports: StandAlonePorts) {
    this.#ports = ports;
  }

  get project(): Project {
    return this.#ports.project;
  }

  /** @throws OperationError when the stack cannot be opened. */
  open(stack: ProjectStack, signal: AbortSignal): Promise<OpenStack> {
    return this.#open(stack, { surveyFollows: false, signal });
  }

  async #open(stack: ProjectStack, { surveyFollows, signal }: Opening): Promise<OpenStack> {
    const { providers, project, readSecret, seal, installation, askConditions } = this.#ports;
    const files = this.#ports.files.again();
    const { definition, target: written, rule } = stack;
    const provider = providers.find(({ name }) => name === written.provider);
    if (!provider) throw noProvider(written.provider);
    const target = await reachTarget(
      { name: written.name, settings: written.settings, repository: project.name, provider },
      { readSecret, outputsOf: (source) => this.#shareOutputs(source, signal) },
    );
    const mark = (name: string): string =>
      markOwner({ installation, repository: project.name, stack: name });
    const described = {
      name: `${project.name}/${definition.name}`,
      path: definition.path,
      settings: definition.settings,
      owner: mark(definition.name),
      formerOwners: definition.formerly === undefined ? [] : [mark(definition.formerly)],
    };
    const request = { stack: described, target, inputs: {}, surveyFollows };
    const prepared = await prepareWith(files, () =>
      provider.prepare(files, request, { signal, seal }),
    );
    const render = { revision: '', paths: {}, inputs: {}, settings: '' };
    const facts = factsOf(project, stack);
    const occasion = async () => ({ ...occasionOfFolder, stack: facts });
    const ports = { findMember: () => undefined, askConditions, occasion, stack: facts };
    const runRule = toRunRule({ ...rule, approvals: [] }, ports);
    return { provider, target, stack: described, prepared, render, rule: runRule, seal };
  }

  async plan(stack: ProjectStack, signal: AbortSignal): Promise<StandAlonePlan> {
    const open = await this.#open(stack, { surveyFollows: true, signal });
    const planned = await planStack(open, {
      repository: this.#ports.project.name,
      purpose: 'revision',
      executed: new Map(),
      applied: undefined,
      signal,
    });
    const changes = planned.screened.changes.map(({ change }) => change);
    const steps = changes.filter(({ action }) => action !== 'none');
    const files = this.#ports.files;
    return { stack, planned, steps: await locateChanges(steps, open, { files, signal }) };
  }

  /** What a plan left to do. Whoever calls this has said yes to the plan: take-overs and guards too. */
  async apply({ planned }: StandAlonePlan, options: ApplyOptions): Promise<Run> {
    const store = this.#ports.openStore();
    try {
      const { open } = planned;
      const watched = options.awaitHealth ? open : withoutHealth(open);
      return await this.#applyIn(store, { ...planned, open: watched }, options);
    } finally {
      this.#outputs.clear();
      await store.close();
    }
  }

  /** Everything that the stack owns or wants, as it is. */
  async observe(
    stack: ProjectStack,
    signal: AbortSignal,
  ): Promise<ObservedStack & { readonly open: OpenStack }> {
    const open = await this.#open(stack, { surveyFollows: true, signal });
    return { open, ...(await observeStack(open, signal)) };
  }

  #shareOutputs(name: string, signal: AbortSignal): Promise<Inputs> {
    const known = this.#outputs.get(name);
    if (known !== undefined) return known;
    const outputs = this.#outputsOf(name, signal);
    this.#outputs.set(name, outputs);
    // Who asks next looks by himself.
    outputs.catch(() => this.#outputs.delete(name));
    return outputs;
  }

  /** What another stack of the folder gives, as it stands. `expandStacks` leaves no cycles. */
  async #outputsOf(name: string, signal: AbortSignal): Promise<Inputs> {
    const stack = this.#ports.project.stacks.find(({ definition }) => definition.name === name);
    if (!stack) return {};
    const { open, observed } = await this.observe(stack, signal);
    return open.provider.outputs([...observed.values()]);
  }

  /** Why a resource, or one field of it, is as it is. */
  async explain(
    { open, id, path }: Pick<Explaining, 'open' | 'id' | 'path'>,
    signal: AbortSignal,
  ): Promise<ExplainedResource> {
    const { files, blame } = this.#ports;
    return explainResource({ open, id, path, files, blame, signal });
  }

  async #applyIn(
    store: Store,
    planned: PlannedRun,
    { signal, stop, onSign }: ApplyOptions,
  ): Promise<Run> {
    const { now, newId, project } = this.#ports;
    const stack = planned.open.stack.name;
    const at = new Date(now()).toISOString();
    const place = { repository: project.name, stack, revision: '0'.repeat(40) };
    const { run, writes } = await createRun(
      { id: newId(), ...place, purpose: 'revision', requestedBy: 'stand-alone', at },
      store,
    );
    const accepted = [...planned.screened.digests.values()];
    await store.commit([...writes, { kind: 'run', run: { ...run, accepted } }]);
    const expiresAt = new Date(now() + leaseMs).toISOString();
    const lease = await store.acquireLease({ key: stack, holder: newId(), now: at, expiresAt });
    if (!lease) throw new Error(`${stack}: the lease of a new store is taken`);
    const hub = new HintHub();
    const ports = this.#runPorts(store, planned, { hub, onSign });
    const cancelling = stop && cancelOnStop(run, stop, { store, hub });
    try {
      return await this.#supervise(run, { ports, lease, signal, planned, hub });
    } finally {
      await cancelling?.end();
    }
  }

  /** A retry is waited for here, since nobody else would take the run up again. */
  async #supervise(run: Run, { ports, lease, signal, planned, hub }: Supervising): Promise<Run> {
    let current = await superviseRun(run.id, ports, { lease, signal, planned });
    while (current.phase.name === 'waiting' && current.phase.until !== undefined) {
      const waitMs = Math.max(Date.parse(current.phase.until) - this.#ports.now(), 0) + 1;
      await hub.wait(run.id, waitMs, signal);
      current = await superviseRun(run.id, ports, { lease, signal });
    }
    return current;
  }

  #runPorts(store: Store, { open }: PlannedRun, { hub, onSign }: Watching): RunPorts {
    const { now, newId, random, holder } = this.#ports;
    const watched = new Set<string>();
    return {
      store,
      now,
      newId,
      random,
      holder,
      openStack: async () => open,
      awaitHint: async (run, ids, wait) => {
        const key = ids.join('\n');
        if (!watched.has(key)) {
          watched.add(key);
          watch(open, ids, { signal: wait.signal, onHint: () => hub.hint(run) });
        }
        await hub.wait(run, Math.min(wait.timeoutMs, lookEveryMs), wait.signal);
      },
      report: onSign,
      encrypt: (bytes) => bytes,
      decrypt: (bytes) => bytes,
    };
  }
}

/** Nothing is merged, and whoever applies has seen all of it. */
const occasionOfFolder = { mergeRequest: noMergeRequest, paths: [], owners: 'absent' } as const;

function factsOf(project: Project, { definition, target }: ProjectStack): StackFacts {
  const { name, path, provider } = definition;
  return { name, repository: project.name, path, target: target.name, provider };
}

interface Opening {
  /** See `PrepareRequest`. */
  readonly surveyFollows: boolean;
  readonly signal: AbortSignal;
}

interface Supervising {
  readonly ports: RunPorts;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly planned: PlannedRun;
  readonly hub: HintHub;
}

interface Watching extends Pick<ApplyOptions, 'onSign'> {
  readonly hub: HintHub;
}

/** A store of its own: nobody else can take the lease. */
const leaseMs = 24 * 3600_000;
/** Also where a watch works: a command should not hang on a lost one. */
const lookEveryMs = 2000;

function watch(
  { provider, target, seal }: OpenStack,
  ids: readonly ResourceId[],
  { signal, onHint }: { readonly signal: AbortSignal; readonly onHint: () => void },
): void {
  const read = async (): Promise<void> => {
    for await (const _id of provider.watch?.(target, ids, { signal, seal }) ?? []) onHint();
  };
  // The interval goes on where the watch breaks off.
  read().catch(() => undefined);
}

function withoutHealth(open: OpenStack): OpenStack {
  const assess: Provider['assess'] = (observed) => {
    const health = open.provider.assess(observed);
    return health.status === 'failed' || !observed ? health : { ...health, status: 'current' };
  };
  return { ...open, provider: { ...open.provider, assess } };
}

function noProvider(name: string): StalledError {
  return new StalledError('PROVIDER_MISSING', `${name}: this Trueup has no such provider`, name);
}
