/** Follows the tool's events while it applies: which step began, which ended, and what nobody planned. */
import { type JsonObject, readNumber, readObject, readText } from '@trueup/diagnostics';
import type { Outcome, ResourceId } from '@trueup/provider-sdk';

import type { SavedStep } from '../plan/saved-plan.ts';
import { idOf } from '../prepare/prepare-stack.ts';

interface OpenStep {
  readonly id: ResourceId;
  readonly address: string | undefined;
  /** Actions of the tool that have no end yet. */
  readonly left: Set<string>;
  begun: boolean;
}

export class StepBook {
  readonly #open = new Map<ResourceId, OpenStep>();
  /** Several steps have one address: what is deposed has that of its successor. */
  readonly #byAddress = new Map<string, OpenStep[]>();
  readonly #scope: string;
  #hasBegun = false;

  /** `ids`: of the changes that are to be applied, which are those of the plan. */
  constructor(steps: readonly SavedStep[], ids: readonly ResourceId[], scope: string) {
    this.#scope = scope;
    const saved = new Map(steps.map((step) => [step.id, step]));
    for (const id of ids) {
      const { address, actions = [] } = saved.get(id) ?? {};
      // An output is only noted.
      const real = address === undefined ? [] : actions.filter((one) => Object.hasOwn(words, one));
      const step: OpenStep = { id, address, left: new Set(real), begun: false };
      this.#open.set(id, step);
      if (address === undefined) continue;
      this.#byAddress.set(address, [...(this.#byAddress.get(address) ?? []), step]);
    }
  }

  /** Steps without an end, in the order of the plan. */
  get open(): readonly ResourceId[] {
    return [...this.#open.keys()];
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** `noted`: nothing happens but a note in the state, as for an output or a move. */
  stepOf(id: ResourceId): 'begun' | 'waiting' | 'noted' {
    const step = this.#open.get(id);
    if (step?.begun) return 'begun';
    return step && step.left.size > 0 ? 'waiting' : 'noted';
  }

  addressOf(id: ResourceId): string | undefined {
    return this.#open.get(id)?.address;
  }

  *hear(event: JsonObject): Generator<Outcome> {
    const hook = readObject(event['hook']);
    const address = readText(readObject(hook['resource'])['addr']);
    const action = readText(hook['action']) ?? '';
    const type = readText(event['type']);
    // Reading a data source changes nothing.
    if (address === undefined || action === 'read' || action === 'noop') return;
    if (type === 'apply_start') yield* this.#begin(address, action, hook);
    if (type === 'apply_progress') yield* this.#progress(address, hook);
    if (type === 'apply_complete') yield* this.#complete(address, action);
  }

  *#begin(address: string, action: string, hook: JsonObject): Generator<Outcome> {
    this.#hasBegun = true;
    const step = this.#find(address, action);
    if (!step) {
      const id = idOf(
        this.#scope,
        readText(readObject(hook['resource'])['resource_type']) ?? '',
        address,
      );
      yield {
        kind: 'unplanned',
        id,
        message: `${address}: ${words[action] ?? 'changing'}, which the plan did not name`,
      };
      return;
    }
    step.begun = true;
    yield { kind: 'progress', id: step.id, message: `${address}: ${words[action] ?? 'changing'}` };
  }

  *#progress(address: string, hook: JsonObject): Generator<Outcome> {
    const step = (this.#byAddress.get(address) ?? []).find(
      ({ id, begun }) => begun && this.#open.has(id),
    );
    const seconds = readNumber(hook['elapsed_seconds']);
    if (!step || seconds === undefined) return;
    yield { kind: 'progress', id: step.id, message: `${address}: still at it after ${seconds} s` };
  }

  /** A replacement has two ends, in one order or the other. */
  *#complete(address: string, action: string): Generator<Outcome> {
    const step = this.#find(address, action);
    if (!step) return;
    step.left.delete(action);
    if (step.left.size > 0) return;
    this.#open.delete(step.id);
    yield { kind: 'done', id: step.id };
  }

  #find(address: string, action: string): OpenStep | undefined {
    return (this.#byAddress.get(address) ?? []).find(
      ({ id, left }) => this.#open.has(id) && left.has(action),
    );
  }
}

const words: Readonly<Record<string, string>> = {
  create: 'creating',
  update: 'updating',
  delete: 'destroying',
};
