/** From compose files to resources: one service on each host, and what it needs there. */
import { type Diagnostic, formatJson } from '@trueup/diagnostics';
import {
  type CallContext,
  digestBody,
  type Files,
  formatResourceId,
  type InputRead,
  type Prepared,
  type PrepareRequest,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { Host } from '../client/keep-hosts.ts';
import type { Lookup } from '../compose/interpolate.ts';
import type { KeptTrees } from '../compose/kept-trees.ts';
import { loadProject } from '../compose/load-project.ts';
import { type ProjectModel, readProject } from '../compose/read-project.ts';
import { Remarks, type Tree } from '../compose/tree.ts';
import { parseStackSettings, type StackSettings } from '../schema.ts';
import { findComposeFiles } from './find-compose-files.ts';
import { makeResources } from './make-resources.ts';
import { ImageResolver, type ResolveDigest } from './resolve-images.ts';

export interface PreparePorts {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly resolve: ResolveDigest;
  readonly call: CallContext;
  /** Of earlier preparations. */
  readonly trees?: KeptTrees;
}

export interface PreparedStack {
  readonly prepared: Prepared;
  /** What describes each resource, for those who ask for a line. */
  readonly trees: ReadonlyMap<ResourceId, Tree>;
}

export async function prepareStack(
  files: Files,
  request: PrepareRequest,
  { hosts, resolve, call, trees }: PreparePorts,
): Promise<PreparedStack> {
  const remarks = new Remarks();
  const settings = parseStackSettings(request.stack.settings);
  const inputs = new InputReader(request, call);
  const { project, lookup } = await readCompose(files, request, {
    settings,
    inputs,
    remarks,
    trees,
  });
  call.signal.throwIfAborted();
  const images = new ImageResolver({ hosts, resolve, signal: call.signal });
  const made = await makeResources(project, {
    files,
    lookup,
    remarks,
    images,
    hosts: chooseHosts(settings, hosts, remarks),
    secrets: inputs.secrets,
  });
  return {
    prepared: {
      resources: made.resources,
      inputsRead: [...inputs.read, ...made.inputsRead],
      diagnostics: remarks.all.map((one) => masked(one, inputs.secrets)),
    },
    trees: made.trees,
  };
}

/** Names of what is missing are told, and may be secrets: variables are filled in before a file is read (P5). */
function masked(diagnostic: Diagnostic, secrets: readonly string[]): Diagnostic {
  // A text of one or two letters stands everywhere.
  const telling = secrets.filter(({ length }) => length > 2);
  const mask = (text: string): string =>
    telling.reduce((rest, secret) => rest.replaceAll(secret, '•••'), text);
  const { summary, advice, origin, path } = diagnostic;
  return {
    ...diagnostic,
    summary: mask(summary),
    ...(advice !== undefined && { advice: mask(advice) }),
    ...(origin && { origin: { ...origin, file: mask(origin.file) } }),
    path: path.map((step) => (typeof step === 'string' ? mask(step) : step)),
  };
}

interface Reading {
  readonly settings: StackSettings;
  readonly inputs: InputReader;
  readonly remarks: Remarks;
  readonly trees: KeptTrees | undefined;
}

async function readCompose(
  files: Files,
  { stack }: PrepareRequest,
  { settings, inputs, remarks, trees }: Reading,
): Promise<{ readonly project: ProjectModel; readonly lookup: Lookup }> {
  const paths = await findComposeFiles(files, stack.path, settings.files, remarks);
  const environment: Lookup = (variable) =>
    inputs.take(variable) ?? settings.environment.get(variable);
  const loaded = await loadProject({
    files,
    paths,
    envFiles: settings.envFiles.map((path) => below(stack.path, path)),
    lookup: environment,
    remarks,
    ...(trees && { trees }),
  });
  const name = settings.project ?? projectName(stack.name);
  const named = settings.project === undefined ? loaded : { ...loaded, name: settings.project };
  return {
    project: readProject(named, { name, profiles: settings.profiles, remarks }),
    lookup: loaded.lookup,
  };
}

function below(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** The stack's own name, as compose takes names of projects. */
function projectName(stack: string): string {
  const own = stack.slice(stack.lastIndexOf('/') + 1).toLowerCase();
  return own.replaceAll(/[^a-z\d_-]+/g, '-').replaceAll(/^[_-]+/g, '') || 'stack';
}

function chooseHosts(
  settings: StackSettings,
  hosts: ReadonlyMap<string, Host>,
  remarks: Remarks,
): readonly string[] {
  if (settings.hosts.length === 0) return [...hosts.keys()];
  for (const name of settings.hosts.filter((one) => !hosts.has(one))) {
    const summary = `the target has no host ${name}`;
    remarks.add('error', 'CONTAINERS_HOST_UNKNOWN', { path: ['hosts'] }, { summary });
  }
  return settings.hosts.filter((name) => hosts.has(name));
}

/** Gives out inputs of the stack as variables, and notes which were read. */
class InputReader {
  readonly #request: PrepareRequest;
  readonly #call: CallContext;
  readonly #read = new Map<string, InputRead>();

  constructor(request: PrepareRequest, call: CallContext) {
    this.#request = request;
    this.#call = call;
  }

  get read(): readonly InputRead[] {
    return [...this.#read.values()];
  }

  /** Texts of sensitive inputs, also of those that nothing reads by name. */
  get secrets(): readonly string[] {
    return Object.values(this.#request.inputs)
      .filter(({ sensitive }) => sensitive)
      .map(({ value }) => (typeof value === 'string' ? value : formatJson(value)))
      .filter((text) => text !== '');
  }

  take(name: string): string | undefined {
    const { inputs, target, stack } = this.#request;
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (!input) return undefined;
    const id = formatResourceId({ kind: 'Input', scope: stack.name, name });
    const digest = input.sensitive
      ? this.#call.seal(input.value, { target: target.name, id, path: [] })
      : digestBody({ value: input.value });
    this.#read.set(name, { name: `input:${name}`, digest });
    return typeof input.value === 'string' ? input.value : formatJson(input.value);
  }
}
