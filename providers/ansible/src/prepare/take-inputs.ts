/** Puts inputs of the stack where its settings name them, and notes which were read. */
import { hash } from 'node:crypto';

import { type Diagnostic, formatJson, type Json } from '@trueup/diagnostics';
import {
  type CallContext,
  formatResourceId,
  type InputRead,
  type Output,
  type PrepareRequest,
} from '@trueup/provider-sdk';

import { complain } from './collect-files.ts';
import { listLeaves } from './list-leaves.ts';

export class InputTaker {
  readonly #request: PrepareRequest;
  readonly #call: CallContext;
  readonly #read = new Map<string, InputRead>();
  readonly #missing = new Map<string, string>();
  readonly #secrets = new Set<string>();

  constructor(request: PrepareRequest, call: CallContext) {
    this.#request = request;
    this.#call = call;
  }

  /** `undefined` for one that is not given; that is a diagnostic. `place` says who asks for it. */
  take(name: string, place: string): Json | undefined {
    const { inputs, target } = this.#request;
    const input: Output | undefined = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (!input) {
      this.#missing.set(name, place);
      return undefined;
    }
    const { value, sensitive } = input;
    const id = formatResourceId({ kind: 'Input', scope: '', name });
    const digest = sensitive
      ? this.#call.seal(value, { target: target.name, id, path: [] })
      : `sha256:${hash('sha256', formatJson(value))}`;
    this.#read.set(name, { name: `input:${name}`, digest });
    if (sensitive) for (const leaf of listLeaves(value)) this.#secrets.add(leaf);
    return value;
  }

  /** One that has to be a text, and a secret by what it is for. */
  takeSecret(name: string, place: string): string | undefined {
    const value = this.take(name, place);
    if (typeof value !== 'string') return undefined;
    this.#secrets.add(value);
    return value;
  }

  /** Of what was given. */
  isSensitive(name: string): boolean {
    const { inputs } = this.#request;
    return Object.hasOwn(inputs, name) && inputs[name]?.sensitive === true;
  }

  get inputsRead(): readonly InputRead[] {
    return [...this.#read.values()];
  }

  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#missing].map(([name, place]) => ({
      ...complain([place], `\`${place}\` takes the input \`${name}\`, which is not given`),
      code: 'ANSIBLE_INPUT_MISSING',
      advice: 'Give it in the `inputs` of the stack.',
    }));
  }
}
