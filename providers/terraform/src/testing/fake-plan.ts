/** How the tool in memory plans: `terraform_data`, variables, outputs. */
import { isDeepStrictEqual } from 'node:util';

import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
} from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';
import type { Work } from '../terraform-client.ts';

export interface FakeState {
  readonly lineage: string;
  serial: number;
  readonly resources: Record<string, { readonly attributes: JsonObject; readonly sensitive: Json }>;
  readonly outputs: Record<string, { readonly value: Json; readonly sensitive: boolean }>;
}

export interface FakeStep {
  /** Name of an output, address of a resource. */
  readonly address: string;
  readonly isOutput: boolean;
  readonly actions: readonly string[];
  readonly needs: readonly string[];
  /** References to what is made meanwhile stand as written. */
  readonly after: Json;
  readonly sensitive: Json;
}

interface Scene {
  readonly work: Work;
  readonly state: FakeState;
  /** What gets a new id. */
  readonly changing: ReadonlySet<string>;
}

export function planFake(
  work: Work,
  state: FakeState,
): { readonly document: JsonObject; readonly steps: readonly JsonObject[] } {
  const config = configOf(work);
  const described = readObject(readObject(config['resource'])['terraform_data']);
  const addresses = Object.keys(described).map((name) => `terraform_data.${name}`);
  const changing = new Set(addresses.filter((one) => !Object.hasOwn(state.resources, one)));
  const scene: Scene = { work, state, changing };
  const made = inOrder(described).map(([name, body]) =>
    planResource(`terraform_data.${name}`, readObject(body), scene),
  );
  const gone = Object.keys(state.resources)
    .filter((one) => !addresses.includes(one))
    .map((address) => planDelete(address, state));
  const outputs = readObject(config['output']);
  const given = Object.entries(outputs).map(([name, output]) =>
    planOutput(name, readObject(output), scene),
  );
  const left = Object.keys(state.outputs)
    .filter((name) => !Object.hasOwn(outputs, name))
    .map((name) => planLeftOutput(name, state));
  const all = [...made, ...gone];
  const told = [...given, ...left];
  return {
    document: {
      format_version: '1.2',
      resource_changes: all.map(({ change, step }) => ({
        address: step.address,
        mode: 'managed',
        type: 'terraform_data',
        name: step.address.split('.')[1] ?? '',
        change,
      })),
      output_changes: Object.fromEntries(told.map(({ change, step }) => [step.address, change])),
      configuration: { root_module: {} },
      errored: false,
    },
    steps: [...all, ...told]
      .filter(({ step }) => step.actions[0] !== 'no-op')
      .map(({ step }) => ({ ...step, actions: [...step.actions], needs: [...step.needs] })),
  };
}

interface Planned {
  readonly change: JsonObject;
  readonly step: FakeStep;
}

function planResource(address: string, body: JsonObject, scene: Scene): Planned {
  const { state } = scene;
  const known = Object.hasOwn(state.resources, address)
    ? state.resources[address]?.attributes
    : undefined;
  const wanted = body['input'] ?? null;
  const input = fill(wanted, scene);
  const sensitive: Json = { input: marksOf(wanted, scene.work) };
  const triggers = body['triggers_replace'] ?? null;
  const actions = chooseActions(known, input, triggers);
  return {
    change: {
      actions,
      before: known ?? null,
      ...afterOf(actions, { known, input, triggers }),
      before_sensitive: state.resources[address]?.sensitive ?? false,
      after_sensitive: sensitive,
    },
    step: {
      address,
      isOutput: false,
      actions,
      needs: referencesIn(wanted),
      after: { input: substitute(wanted, scene), triggers_replace: triggers },
      sensitive,
    },
  };
}

function chooseActions(
  known: JsonObject | undefined,
  input: Filled,
  triggers: Json,
): readonly string[] {
  if (!known) return ['create'];
  if (!isDeepStrictEqual(known['triggers_replace'], triggers)) return ['delete', 'create'];
  const isSame = isDeepStrictEqual(known['input'], input.known) && !input.isUnknown;
  return isSame ? ['no-op'] : ['update'];
}

interface AfterSides {
  readonly known: JsonObject | undefined;
  readonly input: Filled;
  readonly triggers: Json;
}

function afterOf(actions: readonly string[], { known, input, triggers }: AfterSides): JsonObject {
  if (actions[0] === 'no-op') return { after: known ?? {}, after_unknown: {} };
  const isMade = actions.includes('create');
  const after = {
    ...(!isMade && { id: known?.['id'] ?? null }),
    ...(input.known !== undefined && { input: input.known }),
    triggers_replace: triggers,
  };
  const unknown = { ...(isMade && { id: true }), input: input.unknown, output: true };
  return { after, after_unknown: unknown };
}

function planDelete(address: string, { resources }: FakeState): Planned {
  const { attributes = {}, sensitive = false } = resources[address] ?? {};
  const actions = ['delete'];
  return {
    change: {
      actions,
      before: attributes,
      after: null,
      after_unknown: {},
      before_sensitive: sensitive,
      after_sensitive: false,
    },
    step: { address, isOutput: false, actions, needs: [], after: null, sensitive: false },
  };
}

function planOutput(name: string, output: JsonObject, scene: Scene): Planned {
  const { state } = scene;
  const known = Object.hasOwn(state.outputs, name) ? state.outputs[name] : undefined;
  const value = fill(output['value'] ?? null, scene);
  const sensitive = output['sensitive'] === true;
  const isSame = known && isDeepStrictEqual(known.value, value.known) && !value.isUnknown;
  const existing = isSame ? ['no-op'] : ['update'];
  const actions = known ? existing : ['create'];
  return {
    change: {
      actions,
      before: known?.value ?? null,
      ...(value.known !== undefined && { after: value.known }),
      after_unknown: value.unknown,
      before_sensitive: sensitive,
      after_sensitive: sensitive,
    },
    step: {
      address: name,
      isOutput: true,
      actions,
      needs: referencesIn(output['value'] ?? null),
      after: substitute(output['value'] ?? null, scene),
      sensitive,
    },
  };
}

function planLeftOutput(name: string, { outputs }: FakeState): Planned {
  const { value = null, sensitive = false } = outputs[name] ?? {};
  const actions = ['delete'];
  return {
    change: {
      actions,
      before: value,
      after: null,
      after_unknown: false,
      before_sensitive: sensitive,
      after_sensitive: sensitive,
    },
    step: { address: name, isOutput: true, actions, needs: [], after: null, sensitive },
  };
}

interface Filled {
  /** Absent when nothing of it is known. */
  readonly known: Json | undefined;
  readonly unknown: Json;
  readonly isUnknown: boolean;
}

function fill(value: Json, scene: Scene): Filled {
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([name, one]) => [name, fill(one, scene)] as const);
    return {
      known: Object.fromEntries(
        members.flatMap(([name, { known }]) => (known === undefined ? [] : [[name, known]])),
      ),
      unknown: Object.fromEntries(
        members.filter(([, one]) => one.isUnknown).map(([name, { unknown }]) => [name, unknown]),
      ),
      isUnknown: members.some(([, { isUnknown }]) => isUnknown),
    };
  }
  const address = referenceOf(value);
  if (address === undefined)
    return { known: substitute(value, scene), unknown: false, isUnknown: false };
  if (scene.changing.has(address)) return { known: undefined, unknown: true, isUnknown: true };
  return {
    known: scene.state.resources[address]?.attributes['id'] ?? null,
    unknown: false,
    isUnknown: false,
  };
}

/** Puts in the values of variables. */
function substitute(value: Json, scene: Scene): Json {
  if (isJsonList(value)) return value.map((one) => substitute(one, scene));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([member, one]) => [member, substitute(one, scene)]),
    );
  }
  const name = variableOf(value);
  return name === undefined ? value : (scene.work.sources.variables[name] ?? null);
}

function marksOf(value: Json, work: Work): Json {
  const { sources } = work;
  const name = variableOf(value);
  if (name !== undefined && sources.sensitive.includes(name)) return true;
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([member, one]) => [member, marksOf(one, work)]),
  );
}

function referencesIn(value: Json): readonly string[] {
  if (isJsonList(value)) return value.flatMap(referencesIn);
  if (isJsonObject(value)) return Object.values(value).flatMap(referencesIn);
  const address = referenceOf(value);
  return address === undefined ? [] : [address];
}

function referenceOf(value: Json): string | undefined {
  return typeof value === 'string'
    ? /^\$\{(terraform_data\.\w+)\.id\}$/.exec(value)?.[1]
    : undefined;
}

function variableOf(value: Json): string | undefined {
  return typeof value === 'string' ? /^\$\{var\.(\w+)\}$/.exec(value)?.[1] : undefined;
}

/** What others refer to comes first. */
function inOrder(described: JsonObject): readonly (readonly [string, Json])[] {
  const ordered = new Map<string, Json>();
  const visit = (name: string): void => {
    if (ordered.has(name) || !Object.hasOwn(described, name)) return;
    for (const one of referencesIn(readObject(described[name])['input'] ?? null))
      visit(one.split('.')[1] ?? '');
    ordered.set(name, described[name] ?? null);
  };
  for (const name of Object.keys(described)) visit(name);
  return [...ordered];
}

function configOf({ sources }: Work): JsonObject {
  const file = [...sources.files].find(([path]) => path.endsWith('.tf.json'));
  return file ? readObject(parseExactJson(new TextDecoder().decode(file[1]))) : {};
}
