import { createSecretKey, randomBytes } from 'node:crypto';

import type { Actor, Grant, Role, Run, Store } from '@trueup/engine';
import { MemoryStore } from '@trueup/engine/testing';
import { createHostedForge } from '@trueup/forge-hosted';
import type { Forge } from '@trueup/forge-sdk';
import { formatResourceId, type Provider, type ResourceId } from '@trueup/provider-sdk';
import { createThingProvider, ThingCloud, type ThingFile } from '@trueup/provider-sdk/testing';
import { createSealer, createVault } from '@trueup/secrets';
import { type Hosting, openHosting } from '../hosting/open-hosting.ts';
import { createIds } from '../ids/create-ids.ts';
import type { ControlPlane } from '../plane/control-plane.ts';
import type { ControlPlaneOptions } from '../plane/control-plane-options.ts';
import { createControlPlane } from '../plane/create-control-plane.ts';
import type { Session } from '../session/session.ts';
import { type BenchStore, viewStore } from './bench-store.ts';
import { FakeGitRepository, type PushedFiles, type PushOptions } from './fake-git-repository.ts';
import { FakeOutbound } from './fake-outbound.ts';

export interface BenchOptions {
  /** Besides the provider of things. */
  readonly providers?: (cloud: ThingCloud) => readonly Provider[];
  readonly lookIntervalMs?: number;
  /** What stacks from registries are made of. */
  readonly sources?: ControlPlaneOptions['sources'];
  readonly sourceIntervalMs?: number;
  readonly parallelRuns?: number;
  readonly sessionLimits?: ControlPlaneOptions['sessionLimits'];
  readonly forges?: readonly Forge[];
  /** Where the built-in forge keeps its repositories. There is none if absent. */
  readonly hostingFolder?: string;
  /** In the place of the one in memory. */
  readonly openRepository?: ControlPlaneOptions['openRepository'];
}

/**
 * A whole control plane in memory: one repository `infra`, one cloud of things, and a store that
 * outlives the control planes which are started on it one after the other.
 */
export class ControlPlaneBench implements AsyncDisposable {
  readonly memory: Store = new MemoryStore();
  readonly cloud: ThingCloud = new ThingCloud();
  readonly git: FakeGitRepository = new FakeGitRepository();
  /** Where alerts go to. */
  readonly outside: FakeOutbound = new FakeOutbound();
  /** What was logged at `error`: a test that is about nothing broken expects none. */
  readonly errors: string[] = [];
  readonly #options: BenchOptions;
  readonly #key = createSecretKey(randomBytes(32));
  readonly #waiting = new Set<() => void>();
  #shiftedMs = 0;
  #running: { readonly plane: ControlPlane; readonly view: BenchStore } | undefined;

  constructor(options: BenchOptions = {}) {
    this.#options = options;
    this.outside.told = () => this.#wake();
  }

  /** From now on it is so much later. */
  shiftClock(byMs: number): void {
    this.#shiftedMs += byMs;
  }

  /** Starts, with the repository registered. */
  static async open(options: BenchOptions = {}): Promise<ControlPlaneBench> {
    const bench = new ControlPlaneBench(options);
    await bench.start();
    const { name } = bench;
    await bench.admin.addRepository({ name, url: 'https://git.example.com/infra.git' });
    return bench;
  }

  readonly name: string = 'infra';

  get plane(): ControlPlane {
    if (!this.#running) throw new Error('Nothing is started.');
    return this.#running.plane;
  }

  /** A session of somebody who may do everything. */
  get admin(): Session {
    return this.as('admin');
  }

  as(role: Role, name = 'ada', repository?: string): Session {
    const grant: Grant = { role, ...(repository !== undefined && { repository }) };
    const actor: Actor = { kind: 'member', name, grants: [grant] };
    return this.plane.as(actor);
  }

  async start(): Promise<void> {
    const view = viewStore(this.memory, () => this.#wake());
    const plane = createControlPlane(this.#compose(view));
    this.#running = { plane, view };
    await plane.start();
  }

  async stop(): Promise<void> {
    await this.#running?.plane.stop();
    this.#running = undefined;
  }

  /** Ends the process without a farewell: leases and half-done steps stay as they are. */
  async crash(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.view.cut();
    await running?.plane.stop().catch(() => undefined);
    this.errors.length = 0;
  }

  /** The process loses its store right after so many more batches. */
  crashAfter(commits: number): void {
    this.#running?.view.cutAfter(commits);
  }

  /** Whether the process has lost its store. */
  get ended(): boolean {
    return this.#running?.view.reachable === false;
  }

  /** Whether the process has closed its store. */
  get closed(): boolean {
    return this.#running?.view.closed === true;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Pushes, and says so. */
  async push(files: PushedFiles, options?: PushOptions): Promise<string> {
    const revision = this.git.push(files, options);
    await this.admin.hintRepository(this.name);
    return revision;
  }

  /** Waits until the answer is there, looking again after each write to the store. */
  async until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      const found = await look();
      if (found !== undefined && found !== false) {
        this.#waiting.delete(resolve);
        return found;
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Waited in vain for ${what}: ${await this.#describe()}`);
      const timer = setTimeout(resolve, Math.min(left, blindMs));
      await promise;
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    }
  }

  /** All runs of a stack, the oldest first. */
  async runsOf(stack: string): Promise<readonly Run[]> {
    const { items } = await this.memory.runs({ stack: `infra/${stack}` }, { limit: 1000 });
    return items.toReversed();
  }

  /** The stack's newest run, once it stands in this phase at this revision. */
  async untilRun(stack: string, phase: Run['phase']['name'], revision?: string): Promise<Run> {
    return this.until(`${stack} to be ${phase}`, async () => {
      const run = (await this.runsOf(stack)).at(-1);
      const wanted = revision === undefined || run?.revision === revision;
      return wanted && run?.phase.name === phase ? run : undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #openHosting({ store }: BenchStore): Hosting | undefined {
    const { hostingFolder: folder } = this.#options;
    if (folder === undefined) return undefined;
    return openHosting({
      store,
      folder,
      now: Date.now,
      newId: createIds(Date.now),
      searchPath: '/usr/bin:/bin:/usr/local/bin',
      publicUrl: () => 'https://trueup.example.com',
      onError: (error, subject) => this.errors.push(`${subject}: ${String(error)}`),
    });
  }

  #compose(view: BenchStore): ControlPlaneOptions {
    const vault = createVault([this.#key]);
    const hosting = this.#openHosting(view);
    return {
      ...(hosting && { hosting }),
      store: view.store,
      providers: [createThingProvider(this.cloud), ...this.#extraProviders()],
      openRepository: this.#options.openRepository ?? (async () => this.git.reopen()),
      secrets: {
        installation: 'bench',
        seal: createSealer(this.#key),
        encrypt: (bytes, place) => vault.encrypt(bytes, place),
        decrypt: (bytes, place) => vault.decrypt(bytes, place),
      },
      clock: { now: () => Date.now() + this.#shiftedMs },
      newId: createIds(Date.now),
      random: () => 0.5,
      log: (level, message, fields) => {
        if (level === 'error' && view.reachable)
          this.errors.push(`${message} ${JSON.stringify(fields)}`);
      },
      // One process after the other uses the store.
      holder: 'bench',
      lookIntervalMs: this.#options.lookIntervalMs ?? 300_000,
      ...pickSources(this.#options),
      parallelRuns: this.#options.parallelRuns ?? 24,
      ...(this.#options.sessionLimits && { sessionLimits: this.#options.sessionLimits }),
      forges: [
        ...(this.#options.forges ?? []),
        ...(hosting ? [createHostedForge({ host: hosting.host })] : []),
      ],
      forgeIntervalMs: 300_000,
      alerts: {
        outbound: this.outside,
        publicUrl: 'https://trueup.example.com',
        settleMs: 0,
      },
    };
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #extraProviders(): readonly Provider[] {
    return this.#options.providers?.(this.cloud) ?? [];
  }

  async #describe(): Promise<string> {
    const runs = (await this.memory.runs({}, { limit: 20 })).items;
    const lines = runs.map(({ stack, phase, revision }) => {
      const why = phase.name === 'failed' ? ` (${phase.failure.message})` : '';
      return `${stack}@${revision.slice(0, 7)} ${phase.name}${why}`;
    });
    const repositories = await this.memory.repositories();
    const found = repositories.flatMap(({ diagnostics }) => diagnostics.map((one) => one.summary));
    return [...lines, ...found, ...this.errors].join('; ');
  }
}

/** Below the time that a test may take, so that the message is seen. */
const patienceMs = 4500;
const blindMs = 100;

/** The file of one thing of kind `Thing`. */
export function thing(name: string, rest: Partial<ThingFile> = {}): string {
  return JSON.stringify({ kind: 'Thing', name, spec: { size: 1 }, ...rest });
}

export function thingId(name: string): ResourceId {
  return formatResourceId({ kind: 'Thing', scope: '', name });
}

/** `trueup.yaml` with one target, `cloud`, and these further lines. */
export function configuration(...lines: readonly string[]): string {
  const head = ['apiVersion: trueup.dev/v1', 'targets: { cloud: { things: {} } }'];
  return `${[...head, ...lines].join('\n')}\n`;
}

function pickSources({
  sources,
  sourceIntervalMs = 60_000,
}: BenchOptions): Pick<ControlPlaneOptions, 'sources' | 'sourceIntervalMs'> {
  return sources ? { sources, sourceIntervalMs } : {};
}
