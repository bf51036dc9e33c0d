/** One stack, and what a test asks of its provider. */
import { hash } from 'node:crypto';

import { formatFieldPath, formatJson, type JsonObject } from '@trueup/diagnostics';
import type {
  CallContext,
  Change,
  Inputs,
  ObservedResource,
  Outcome,
  Plan,
  Prepared,
  Provider,
  ResourceId,
  Stack,
  Target,
} from '@trueup/provider-sdk';
import { createMemoryFiles, type MemoryFiles } from '@trueup/provider-sdk/testing';

import { sampleStack } from './sample-stack.ts';

export interface StageOptions {
  readonly provider: Provider;
  readonly target: Target;
  readonly texts: Readonly<Record<string, string>>;
  readonly settings?: unknown;
  readonly inputs?: Inputs;
  readonly stack?: Stack;
}

/** Keeps the inventory as the engine would. */
export class Stage {
  readonly files: MemoryFiles;
  readonly stack: Stack;
  readonly inventory: Set<ResourceId> = new Set();
  readonly #options: StageOptions;

  constructor(options: StageOptions) {
    this.#options = options;
    this.files = createMemoryFiles(options.texts);
    this.stack = options.stack ?? sampleStack(options.settings);
  }

  call(signal: AbortSignal = new AbortController().signal): CallContext {
    return {
      signal,
      seal: (secret, { target, id, path }) =>
        `sealed:${hash('sha256', formatJson([target, id, formatFieldPath(path), secret])).slice(0, 24)}`,
    };
  }

  prepare(): Promise<Prepared> {
    const { provider, target, inputs = {} } = this.#options;
    return provider.prepare(this.files, { stack: this.stack, target, inputs }, this.call());
  }

  async plan(prepared?: Prepared, signal?: AbortSignal): Promise<Plan> {
    const { provider, target } = this.#options;
    const request = {
      stack: this.stack,
      prepared: prepared ?? (await this.prepare()),
      observed: [],
      inventory: [...this.inventory],
      foreign: 'report',
    } as const;
    return provider.plan(target, request, this.call(signal));
  }

  async apply(plan: Plan, prepared?: Prepared, signal?: AbortSignal): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for await (const one of this.stream(plan, prepared ?? (await this.prepare()), signal))
      outcomes.push(one);
    return outcomes;
  }

  async *stream(plan: Plan, prepared: Prepared, signal?: AbortSignal): AsyncGenerator<Outcome> {
    const { provider, target } = this.#options;
    const changes = plan.changes.filter(({ action }) => action !== 'none');
    const { artifact } = plan;
    const request = { stack: this.stack, changes, prepared, ...(artifact && { artifact }) };
    for await (const one of provider.apply(target, request, this.call(signal))) {
      const change = changes.find(({ id }) => id === one.id);
      if (one.kind === 'done' && change?.action === 'delete') this.inventory.delete(one.id);
      else if (one.kind === 'done') this.inventory.add(one.id);
      yield one;
    }
  }

  /** Plans and applies, which has to work. */
  async bringUp(): Promise<Plan> {
    const plan = await this.plan();
    const outcomes = await this.apply(plan);
    const bad = outcomes.filter(
      ({ kind }) => kind === 'failed' || kind === 'in-doubt' || kind === 'moved',
    );
    if (bad.length > 0) throw new Error(JSON.stringify(bad));
    return plan;
  }

  /** All that is prepared, as whoever waits for its health does. */
  observeAll(prepared: Prepared): Promise<readonly ObservedResource[]> {
    const { provider, target } = this.#options;
    const ids = prepared.resources.map(({ id }) => id);
    return provider.observe(target, { ids, prepared }, this.call());
  }

  observe(): Promise<readonly ObservedResource[]> {
    const { provider, target } = this.#options;
    return provider.observe(target, { stack: this.stack, inventory: [] }, this.call());
  }
}

/** `update terraform_data.a`, without what is right. */
export function stepsOf({ changes }: Plan): readonly string[] {
  return changes
    .filter(({ action }) => action !== 'none')
    .map((change) => `${change.action} ${nameOf(change)}`);
}

export function nameOf({ id }: Pick<Change, 'id'>): string {
  return decodeURIComponent(id.split('/')[2] ?? '');
}

/** A plan's answer with these resource changes, as `show -json` prints it. */
export function documentOf(changes: readonly JsonObject[], rest: JsonObject = {}): JsonObject {
  return { format_version: '1.2', resource_changes: changes, output_changes: {}, ...rest };
}
