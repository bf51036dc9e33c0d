import { hash } from 'node:crypto';

import { formatFieldPath, formatJson } from '@trueup/diagnostics';
import type { Provider } from '@trueup/provider-sdk';
import {
  createMemoryFiles,
  createThingProvider,
  type MemoryFiles,
  ThingCloud,
} from '@trueup/provider-sdk/testing';

import type { MergedRequest } from '../approval/merged-request.ts';
import type { OtherStacks } from '../claim/claims.ts';
import type { Digest } from '../plan/digest.ts';
import type { Run, RunId } from '../run/run.ts';
import type { OpenStack, RunPorts, RunSign } from '../run/run-ports.ts';
import type { RunRule } from '../run/run-rule.ts';
import { superviseRun } from '../run/supervise-run.ts';
import type { StackRecord } from '../stack/stack-record.ts';
import { MemoryStore } from '../store/memory/memory-store.ts';
import type { Store, Write } from '../store/store.ts';

/** The end of a process at one exact place: nothing after it happens. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** By path below the stack's folder: what the files say. */
export type ThingTexts = Readonly<Record<string, unknown>>;

export interface RunBenchOptions {
  readonly things: ThingTexts;
  readonly rule?: Partial<RunRule>;
}

/**
 * One stack of things, supervised in memory: a store and a cloud that outlive the process, and
 * processes that can be ended at any write.
 */
export class RunBench {
  store: Store = new MemoryStore();
  readonly cloud: ThingCloud = new ThingCloud();
  readonly signs: RunSign[] = [];
  /** What the files said when a run was queued: a revision never says anything else. */
  readonly snapshots: Map<RunId, MemoryFiles> = new Map();
  #texts: Record<string, string> = {};
  rule: RunRule;
  /** What other stacks say about resources. */
  others: OtherStacks = {
    letsGo: async () => ({ ids: new Set(), marks: [] }),
    claimants: async () => new Map(),
  };
  /** What merged what the runs are about. */
  merged: readonly Omit<MergedRequest, 'approvals'>[] = [];
  nowMs: number = Date.parse('2026-01-01T00:00:00Z');
  #ids = 0;
  #commits = 0;
  #crash: { readonly commit: number; readonly place: 'before' | 'after' } | undefined;

  constructor({ things, rule }: RunBenchOptions) {
    this.rule = { ...calmRule, ...rule };
    this.write(things);
  }

  /** Registers the stack. */
  async begin(): Promise<void> {
    await this.store.commit([{ kind: 'stack', record: freshStack }]);
  }

  /** Nothing that was ever written is known any more; the cloud's marks are. */
  async loseStore(): Promise<void> {
    await this.store.close();
    this.store = new MemoryStore();
  }

  /** Replaces files; `undefined` removes one. */
  write(things: ThingTexts): void {
    for (const [name, thing] of Object.entries(things)) {
      const { [`shop/${name}.json`]: _old, ...rest } = this.#texts;
      const text = thing === undefined ? {} : { [`shop/${name}.json`]: JSON.stringify(thing) };
      this.#texts = { ...rest, ...text };
    }
  }

  /** Counts commits from now on; the given one ends the process, before or after it is written. */
  crashAt(commit: number, place: 'before' | 'after'): void {
    this.#commits = 0;
    this.#crash = { commit, place };
  }

  /** How many batches were written since `crashAt` or the start. */
  get commits(): number {
    return this.#commits;
  }

  async queue(rest: Partial<Run> = {}): Promise<RunId> {
    const id = this.#newId();
    const at = new Date(this.nowMs).toISOString();
    const run: Run = {
      id,
      repository: 'repo-1',
      stack: 'infra/shop',
      revision: 'a'.repeat(40),
      purpose: 'revision',
      requestedBy: 'commit:ada',
      createdAt: at,
      updatedAt: at,
      phase: { name: 'queued' },
      accepted: [],
      counts: { done: 0, failed: 0, total: 0 },
      replans: 0,
      retries: 0,
      ...rest,
    };
    this.snapshots.set(id, createMemoryFiles(this.#texts));
    await this.store.commit([{ kind: 'run', run }]);
    return id;
  }

  /** One process: supervises until the run rests or has ended, or the process crashes. */
  async supervise(id: RunId, signal: AbortSignal = new AbortController().signal): Promise<Run> {
    const holder = this.#newId();
    const now = new Date(this.nowMs).toISOString();
    const expiresAt = new Date(this.nowMs + 1000).toISOString();
    const lease = await this.store.acquireLease({ key: 'infra/shop', holder, now, expiresAt });
    if (!lease) throw new Error('The lease is taken.');
    try {
      return await superviseRun(id, this.#ports(), { lease, signal });
    } finally {
      await this.store.releaseLease(lease);
    }
  }

  /** Goes on through waits and crashes, restarting the process each time. */
  async finish(id: RunId): Promise<Run> {
    for (let restarts = 0; restarts < 200; restarts += 1) {
      try {
        const run = await this.supervise(id);
        if (run.phase.name !== 'waiting' || run.phase.until === undefined) return run;
        this.nowMs = Math.max(this.nowMs, Date.parse(run.phase.until)) + 1;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
    throw new Error('The run does not end.');
  }

  async run(rest: Partial<Run> = {}): Promise<Run> {
    return this.finish(await this.queue(rest));
  }

  async approve(run: Run, actor = 'grace', digests?: readonly Digest[]): Promise<void> {
    const missing = run.phase.name === 'awaiting-approval' ? run.phase.missing : [];
    const planned = await this.store.planChanges(run.plan?.id ?? '', { limit: 500 });
    const all = planned.items.flatMap(({ digest }) => digest ?? []);
    const approval = {
      id: this.#newId(),
      repository: run.repository,
      stack: run.stack,
      run: run.id,
      digests: digests ?? (missing.length > 0 ? missing : all),
      actor,
      at: new Date(this.nowMs).toISOString(),
      state: 'given',
    } as const;
    await this.store.commit([{ kind: 'approval', approval }]);
  }

  request(write: Extract<Write, { readonly kind: 'request' }>): Promise<void> {
    return this.store.commit([write]);
  }

  #ports(): RunPorts {
    const provider = createThingProvider(this.cloud);
    return {
      store: this.#crashingStore(),
      now: () => {
        this.nowMs += 1;
        return this.nowMs;
      },
      newId: () => this.#newId(),
      random: () => 0.5,
      holder: 'bench',
      openStack: async (run, signal) => openStack(this, { run, provider, signal }),
      awaitHint: async (_run, _ids, { timeoutMs, signal }) => {
        signal.throwIfAborted();
        await new Promise((resolve) => setImmediate(resolve));
        this.nowMs += Math.min(timeoutMs, 1000);
      },
      others: this.others,
      mergedFor: async ({ requestedBy }) => ({
        requests: await Promise.all(this.merged.map((one) => this.#withApprovals(one))),
        authors: [requestedBy, ...this.merged.flatMap(({ authors }) => authors)],
      }),
      report: (_run, sign) => {
        this.signs.push(sign);
      },
      encrypt: (bytes) => bytes,
      decrypt: (bytes) => bytes,
    };
  }

  async #withApprovals(merged: Omit<MergedRequest, 'approvals'>): Promise<MergedRequest> {
    const wanted = { repository: 'repo-1', mergeRequest: merged.number };
    return { ...merged, approvals: await this.store.approvals(wanted) };
  }

  #crashingStore(): Store {
    return new Proxy(this.store, {
      get: (store, member) => {
        if (member === 'commit') return this.#commit;
        const value: unknown = Reflect.get(store, member);
        return typeof value === 'function' ? value.bind(store) : value;
      },
    });
  }

  readonly #commit: Store['commit'] = async (writes, lease) => {
    this.#commits += 1;
    const crash = this.#crash?.commit === this.#commits ? this.#crash.place : undefined;
    if (crash) this.#crash = undefined;
    if (crash === 'before') throw new Crash('before a commit');
    await this.store.commit(writes, lease);
    if (crash === 'after') throw new Crash('after a commit');
  };

  #newId(): string {
    this.#ids += 1;
    return `id-${String(this.#ids).padStart(6, '0')}`;
  }
}

interface Opening {
  readonly run: Run;
  readonly provider: Provider;
  readonly signal: AbortSignal;
}

async function openStack(bench: RunBench, { run, provider, signal }: Opening): Promise<OpenStack> {
  const target = { name: 'cloud', settings: {} };
  const marks = { owner: 'owner-1', formerOwners: [] };
  const stack = { name: run.stack, path: 'shop', settings: {}, ...marks };
  const seal: OpenStack['seal'] = (secret, place) =>
    hash('sha256', formatJson([place.target, place.id, formatFieldPath(place.path), secret]));
  const request = { stack, target, inputs: {} };
  const files = bench.snapshots.get(run.id) ?? createMemoryFiles({});
  const nothing = { resources: [], inputsRead: [], diagnostics: [] };
  const prepared =
    run.purpose === 'removal' ? nothing : await provider.prepare(files, request, { signal, seal });
  const render = { revision: run.revision, paths: {}, inputs: {}, settings: '' };
  return { provider, target, stack, prepared, render, rule: bench.rule, seal };
}

/** A rule that so many members other than the author have to approve. */
export function askFor(count: number): Pick<RunRule, 'judge'> {
  const asked = [{ count, from: [], excludeAuthor: true }];
  return { judge: async () => ({ findings: [], asked }) };
}

const calmRule: RunRule = {
  objection: (member, { excludeAuthor }, authors) =>
    excludeAuthor && authors.includes(`commit:${member}`) ? 'wrote it' : undefined,
  guards: { maxDeletions: 10, maxDeletionsPercent: 20, allowsProtected: () => false },
  judge: async () => ({ findings: [], asked: [] }),
  healsDrift: false,
  proposesDrift: false,
  foreign: 'report',
  healthTimeoutMs: 600_000,
  frozenUntil: () => undefined,
};

const freshStack: StackRecord = {
  id: 'infra/shop',
  repository: 'repo-1',
  name: 'shop',
  path: 'shop',
  target: 'cloud',
  provider: 'things',
  standing: 'active',
  diagnostics: [],
  health: 'unknown',
  resourceCount: 0,
};
