/** A project on engines in memory, as tests of behaviour play it. */
import { deepStrictEqual } from 'node:assert';

import type { JsonObject } from '@trueup/diagnostics';
import {
  type CallContext,
  type Change,
  type End,
  formatResourceId,
  type Health,
  type Inputs,
  isEnd,
  type Plan,
  type Prepared,
  type ResourceId,
  type Stack,
} from '@trueup/provider-sdk';
import { createMemoryFiles, type MemoryFiles } from '@trueup/provider-sdk/testing';

import type { Clock } from '../client/clock.ts';
import { type ContainersProvider, createContainersProvider } from '../containers-provider.ts';
import { noOutbound } from './engine-fixture.ts';
import { FakeContainersClient } from './fake-containers-client.ts';

const image = 'localhost/testbed/web:1';

interface Place {
  readonly kind?: string;
  readonly scope?: string;
}

export interface ShopOptions {
  readonly hosts?: readonly string[];
  readonly dialect?: 'podman' | 'docker';
}

/** Applied without a failure, so that nothing is left to do. */
export async function applied(shop: Shop): Promise<Shop> {
  const ends = await shop.apply();
  deepStrictEqual(
    ends.filter(({ kind }) => kind !== 'done'),
    [],
  );
  deepStrictEqual(await shop.steps(), []);
  return shop;
}

export class Shop {
  readonly engine: FakeContainersClient;
  readonly others: ReadonlyMap<string, FakeContainersClient>;
  readonly files: MemoryFiles;
  readonly provider: ContainersProvider;
  readonly target: { readonly name: string; readonly settings: JsonObject };
  stack: Stack = { name: 'shop/shop', path: '', settings: {}, owner: 'own', formerOwners: [] };
  inputs: Inputs = {};
  digest = `sha256:${'a'.repeat(64)}`;
  registryError: Error | undefined;
  inventory: ResourceId[] = [];
  #time = Date.parse('2026-01-01T00:00:00Z');

  constructor(compose: string, { hosts = ['edge-1'], dialect = 'podman' }: ShopOptions = {}) {
    const engines = hosts.map((name): [string, FakeContainersClient] => [
      name,
      new FakeContainersClient({ dialect, now: () => this.#time }),
    ]);
    this.others = new Map(engines);
    const [first] = engines;
    if (!first) throw new Error('There is no host.');
    this.engine = first[1];
    for (const [, engine] of engines) {
      engine.addImage(image);
      engine.addImage('localhost/testbed/web:2');
    }
    this.files = createMemoryFiles({ 'compose.yaml': compose });
    this.target = {
      name: 'edge',
      settings: { hosts: Object.fromEntries(hosts.map((name) => [name, `unix:///run/${name}`])) },
    };
    // Waiting takes no time, and moves the clock.
    const clock: Clock = {
      now: () => this.#time,
      sleep: async (ms, signal) => {
        signal.throwIfAborted();
        this.#time += ms;
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
    this.provider = createContainersProvider({
      openOutbound: noOutbound,
      askRegistry: async () => {
        if (this.registryError) throw this.registryError;
        return this.digest;
      },
      openClient: ({ name }) => this.others.get(name) ?? this.engine,
      clock,
    });
  }

  call(signal: AbortSignal = new AbortController().signal): CallContext {
    const seal = (value: unknown): string => `sealed(${JSON.stringify(value)?.length})`;
    return { signal, seal };
  }

  id(name: string, { kind = 'Service', scope = 'edge-1' }: Place = {}): ResourceId {
    return formatResourceId({ kind, scope, name });
  }

  /** Time goes by. */
  pass(ms: number): void {
    this.#time += ms;
  }

  /** Watches, until the answer is called. Returns when the engine's events are followed. */
  async watch(): Promise<() => Promise<void>> {
    const stop = new AbortController();
    const { provider, target, inventory, engine } = this;
    const accepted = engine.events.accepted();
    const reading = Array.fromAsync(
      provider.watch?.(target, inventory, this.call(stop.signal)) ?? [],
    ).catch(() => undefined);
    await accepted;
    return async () => {
      stop.abort(new Error('Enough.'));
      await reading;
    };
  }

  write(compose: string): void {
    this.files.set('compose.yaml', compose);
  }

  async prepare(): Promise<Prepared> {
    const { stack, target, inputs } = this;
    return this.provider.prepare(this.files, { stack, target, inputs }, this.call());
  }

  async plan(prepared?: Prepared): Promise<Plan> {
    const desired = prepared ?? (await this.prepare());
    const { target, stack, inventory } = this;
    const ids = [...new Set([...desired.resources.map(({ id }) => id), ...inventory])];
    const observed = await this.provider.observe(target, { ids }, this.call());
    const request = { stack, prepared: desired, observed, inventory, foreign: 'ignore' } as const;
    return this.provider.plan(target, request, this.call());
  }

  /** The steps of the plan, as `action id: field before → after`. */
  async steps(): Promise<readonly string[]> {
    const { changes } = await this.plan();
    return changes
      .filter(({ action }) => action !== 'none')
      .map(({ action, id }) => `${action} ${id}`);
  }

  async change(name: string, options?: Place): Promise<Change> {
    const id = this.id(name, options);
    const found = (await this.plan()).changes.find((one) => one.id === id);
    if (!found) throw new Error(`${id} is not in the plan.`);
    return found;
  }

  /** Everything, rank by rank. */
  async apply(signal?: AbortSignal): Promise<readonly End[]> {
    const prepared = await this.prepare();
    const { changes } = await this.plan(prepared);
    const steps = changes.filter(({ action }) => action !== 'none');
    const order = (one: Change): number => one.position.rank + (one.action === 'delete' ? 100 : 0);
    const ends: End[] = [];
    for (const change of steps.toSorted((a, b) => order(a) - order(b))) {
      const request = { stack: this.stack, changes: [change], prepared };
      const stream = this.provider.apply(this.target, request, this.call(signal));
      for await (const outcome of stream) if (isEnd(outcome)) ends.push(outcome);
      const end = ends.at(-1);
      if (end?.kind === 'done' && change.action !== 'delete') this.inventory.push(change.id);
    }
    this.inventory = [...new Set(this.inventory)];
    return ends;
  }

  async health(name: string, options?: Place): Promise<Health> {
    const ids = [this.id(name, options)];
    const [found] = await this.provider.observe(this.target, { ids }, this.call());
    return this.provider.assess(found);
  }

  names(): readonly string[] {
    return [...this.engine.containers.values()].map(({ name, state }) => `${name} ${state}`).sort();
  }
}

/** One service of the test bed's image, with more members. */
export function serviceOf(
  members: Readonly<Record<string, unknown>>,
  rest: JsonObject = {},
): string {
  const web = { image, network_mode: 'none', healthcheck: { disable: true }, ...members };
  return JSON.stringify({ name: 'shop', services: { web }, ...rest });
}
