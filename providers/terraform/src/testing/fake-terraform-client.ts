/**
 * A tool in memory. It knows `terraform_data` and files in JSON; what it prints has the shape that the real
 * tools were seen to print (the same tests run on both).
 */
import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readList,
  readObject,
  readText,
  StalledError,
  TransientError,
} from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';
import type {
  ApplyEvent,
  CallEnd,
  PlanAnswer,
  StatePlace,
  TerraformClient,
  ToolVersion,
  Work,
} from '../terraform-client.ts';
import { type FakeState, type FakeStep, planFake } from './fake-plan.ts';

export type FakeFault = 'refuse' | 'kill';

export class FakeTerraformClient implements TerraformClient {
  /** By place. */
  readonly states: Map<string, FakeState> = new Map();
  readonly faults: Map<string, FakeFault> = new Map();
  /** In the place of its own answers, one for each plan. */
  readonly answers: PlanAnswer[] = [];
  /** Complaints that the next plan ends with. */
  readonly complaints: JsonObject[] = [];
  installed: ToolVersion | undefined = { name: 'tofu', version: '1.12.6' };
  writes = 0;
  isDown = false;
  isFrozen = false;
  #ids = 0;

  async version(_tool: unknown, signal: AbortSignal): Promise<ToolVersion> {
    signal.throwIfAborted();
    if (this.installed) return this.installed;
    throw new StalledError('TERRAFORM_PROGRAM_MISSING', 'terraform: there is no program tofu');
  }

  async readState({ state }: Pick<Work, 'state'>, signal: AbortSignal): Promise<Json | undefined> {
    await this.#admit(signal);
    const found = this.states.get(keyOf(state));
    return found && toStateFile(found);
  }

  async plan(work: Work, signal: AbortSignal): Promise<PlanAnswer> {
    await this.#admit(signal);
    const answer = this.answers.shift();
    if (answer) return answer;
    const complaints = this.complaints.splice(0);
    if (complaints.length > 0) return { end: { kind: 'failed' }, events: complaints };
    const state = this.states.get(keyOf(work.state)) ?? emptyState();
    const { document, steps } = planFake(work, state);
    const { lineage, serial } = state;
    const file = new TextEncoder().encode(JSON.stringify({ lineage, serial, steps }));
    return { end: { kind: 'succeeded' }, events: [{ type: 'version' }], document, file };
  }

  async *apply(
    work: Work,
    file: Uint8Array,
    signal: AbortSignal,
  ): AsyncGenerator<ApplyEvent, void, undefined> {
    await this.#admit(signal);
    const saved = readObject(parseExactJson(new TextDecoder().decode(file)));
    const key = keyOf(work.state);
    const state = this.states.get(key) ?? emptyState();
    if (saved['serial'] !== state.serial) {
      yield { kind: 'event', event: complaint('Saved plan is stale') };
      yield { kind: 'end', end: { kind: 'failed' } };
      return;
    }
    const next = structuredClone(state);
    const steps = readList(saved['steps']).map((one) => toStep(readObject(one)));
    const end = yield* this.#takeSteps(steps, next, signal);
    next.serial += 1;
    this.writes += 1;
    this.states.set(key, next);
    yield { kind: 'end', end };
  }

  *#takeSteps(
    steps: readonly FakeStep[],
    state: FakeState,
    signal: AbortSignal,
  ): Generator<ApplyEvent, CallEnd, undefined> {
    const failed = new Set<string>();
    for (const step of steps) {
      signal.throwIfAborted();
      const fault = this.faults.get(step.address);
      this.faults.delete(step.address);
      if (step.needs.some((one) => failed.has(one))) failed.add(step.address);
      else if (fault === 'kill') {
        yield* hooksOf('apply_start', step);
        return { kind: 'killed' };
      } else if (fault === 'refuse') {
        failed.add(step.address);
        yield* hooksOf('apply_start', step);
        yield { kind: 'event', event: complaint('The service refuses it', step.address) };
      } else {
        yield* hooksOf('apply_start', step);
        this.#carryOut(step, state);
        yield* hooksOf('apply_complete', step);
      }
    }
    return { kind: failed.size === 0 ? 'succeeded' : 'failed' };
  }

  /** Somebody else writes the state with the same tool. */
  edit(address: string, input: Json): void {
    for (const state of this.states.values()) {
      const found = state.resources[address];
      if (!found) continue;
      state.resources[address] = { ...found, attributes: { ...found.attributes, input } };
      state.serial += 1;
    }
  }

  /** What is there, in whatever state. */
  read(address: string): JsonObject | undefined {
    const found = [...this.states.values()].find(({ resources }) =>
      Object.hasOwn(resources, address),
    );
    return found?.resources[address]?.attributes;
  }

  async moveState(from: StatePlace, to: StatePlace): Promise<void> {
    const state = this.states.get(keyOf(from));
    if (!state) return;
    this.states.delete(keyOf(from));
    this.states.set(keyOf(to), state);
  }

  #carryOut({ address, actions, isOutput, after, sensitive }: FakeStep, state: FakeState): void {
    if (isOutput) {
      if (actions.includes('delete')) delete state.outputs[address];
      else
        state.outputs[address] = {
          value: this.#resolve(after, state),
          sensitive: sensitive === true,
        };
      return;
    }
    const isMade = actions.includes('create');
    const known = state.resources[address];
    if (!isMade && actions.includes('delete')) {
      delete state.resources[address];
      return;
    }
    this.#ids += 1;
    const id = isMade ? `id-${this.#ids}` : (known?.attributes['id'] ?? null);
    const input = this.#resolve(readObject(after)['input'] ?? null, state);
    state.resources[address] = {
      attributes: {
        id,
        input,
        output: input,
        triggers_replace: readObject(after)['triggers_replace'] ?? null,
      },
      sensitive: sensitive ?? false,
    };
  }

  /** A reference to what was made meanwhile. */
  #resolve(value: Json, state: FakeState): Json {
    if (typeof value === 'string') {
      const address = /^\$\{(terraform_data\.\w+)\.id\}$/.exec(value)?.[1];
      return address === undefined ? value : (state.resources[address]?.attributes['id'] ?? null);
    }
    if (isJsonList(value)) return value.map((one) => this.#resolve(one, state));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, this.#resolve(one, state)]),
    );
  }

  async #admit(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    if (this.isFrozen) {
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    }
    if (this.isDown)
      throw new TransientError('TERRAFORM_UNREACHABLE', 'terraform: the backend does not answer');
  }
}

export function keyOf({ backend, settings }: StatePlace): string {
  return `${backend} ${readText(settings['path']) ?? ''}`;
}

export function complaint(summary: string, address?: string): JsonObject {
  const detail = 'It says why at length.';
  const about = address === undefined ? {} : { address };
  return { type: 'diagnostic', diagnostic: { severity: 'error', summary, detail, ...about } };
}

function emptyState(): FakeState {
  return { lineage: 'lineage-1', serial: 0, resources: {}, outputs: {} };
}

function toStep(value: JsonObject): FakeStep {
  return {
    address: readText(value['address']) ?? '',
    isOutput: value['isOutput'] === true,
    actions: readList(value['actions']).flatMap((one) => readText(one) ?? []),
    needs: readList(value['needs']).flatMap((one) => readText(one) ?? []),
    after: value['after'] ?? null,
    sensitive: value['sensitive'] ?? false,
  };
}

function* hooksOf(type: string, { address, isOutput, actions }: FakeStep): Generator<ApplyEvent> {
  if (isOutput) return;
  const [resource_type = ''] = address.split('.');
  for (const action of actions) {
    const hook = { resource: { addr: address, resource_type }, action };
    yield { kind: 'event', event: { type, hook } };
  }
}

function toStateFile({ lineage, serial, resources, outputs }: FakeState): Json {
  return {
    version: 4,
    terraform_version: '1.12.6',
    serial,
    lineage,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, one]) => [name, { ...one }])),
    resources: Object.entries(resources).map(([address, { attributes, sensitive }]) => ({
      mode: 'managed',
      type: 'terraform_data',
      name: address.split('.')[1] ?? '',
      instances: [{ attributes, sensitive_attributes: pathsOf(sensitive, []) }],
    })),
  };
}

function pathsOf(marks: Json, path: readonly string[]): readonly Json[] {
  if (marks === true) return [path.map((value) => ({ type: 'get_attr', value }))];
  if (!isJsonObject(marks)) return [];
  return Object.entries(marks).flatMap(([name, inner]) => pathsOf(inner, [...path, name]));
}
