/** Reads what the stack should be, without planning it: files, variables, and what they describe. */
import { hash } from 'node:crypto';
import { posix } from 'node:path';

import { type Diagnostic, formatJson, StalledError } from '@trueup/diagnostics';
import {
  type CallContext,
  type DesiredResource,
  type Files,
  formatResourceId,
  type Prepared,
  type PrepareRequest,
  type ResourceId,
} from '@trueup/provider-sdk';

import { parseStackSettings, parseTargetSettings, type TargetSettings } from '../schema.ts';
import { packSources } from '../sources/sources-archive.ts';
import { isOutside, listStatePlaces } from '../sources/state-place.ts';
import type { Sources, TerraformClient, ToolVersion } from '../terraform-client.ts';
import { chooseVariables } from './choose-variables.ts';
import { type Gathered, gatherFiles } from './gather-files.ts';
import type { DescribedResource, ModuleFile } from './read-module.ts';

export interface PrepareContext {
  readonly client: TerraformClient;
  readonly files: Files;
  readonly call: CallContext;
}

export async function prepareStack(
  request: PrepareRequest,
  { client, files, call }: PrepareContext,
): Promise<Prepared> {
  call.signal.throwIfAborted();
  const { stack } = request;
  const settings = parseStackSettings(stack.settings);
  const target = parseTargetSettings(request.target.settings);
  const folder = stack.path.replace(/\/+$/, '');
  const [gathered, tool, exposure] = await Promise.all([
    gatherFiles(files, { folder, reads: settings.reads }, call.signal),
    findTool(client, target, call.signal),
    client.exposure?.(),
  ]);
  const variableFiles = findVariableFiles(folder, settings.variableFiles, gathered);
  const chosen = chooseVariables(
    request,
    settings,
    { root: gathered.root, files: variableFiles.found },
    call,
  );
  const sources: Sources = {
    root: folder,
    files: gathered.files,
    variables: chosen.values,
    sensitive: chosen.sensitive,
    variableFiles: variableFiles.named,
    secrets: chosen.secrets,
  };
  return {
    resources: toDesired(gathered, { scope: stack.path, content: digestSources(sources) }),
    inputsRead: chosen.inputsRead,
    diagnostics: [
      ...gathered.diagnostics,
      ...variableFiles.diagnostics,
      ...chosen.diagnostics,
      ...checkPlace(request, gathered),
      ...warnUnpinned(folder, gathered),
      ...tool.diagnostics,
      ...warnExposed(exposure),
    ],
    bundle: packSources(sources, stack),
    ...(tool.version && { tool: tool.version }),
  };
}

/** The address of a resource of a stack: two stacks may hold the same one. */
export function idOf(scope: string, type: string, address: string): ResourceId {
  return formatResourceId({ kind: type, scope, name: address });
}

export const outputKind = 'output';

/**
 * All of them are tied to all that the stack reads: which part of it a resource hangs on, only the tool
 * knows. What differs although none of it changed is drift.
 */
function toDesired(
  { modules, root }: Gathered,
  { scope, content }: { readonly scope: string; readonly content: string },
): readonly DesiredResource[] {
  const described = modules.flatMap(({ resources }) => resources);
  const ids = new Map(described.map((one) => [one.address, idOf(scope, one.type, one.address)]));
  const idsOf = (addresses: readonly string[]) => addresses.flatMap((one) => ids.get(one) ?? []);
  const ordered = { position: { wave: 0, rank: 0 } };
  return [
    ...described.map(({ type, address, dependsOn, origin }: DescribedResource) => ({
      id: idOf(scope, type, address),
      body: { address, content },
      ...ordered,
      dependsOn: idsOf(dependsOn),
      origin,
    })),
    ...[...root.outputs].map(([name, { dependsOn, origin }]) => ({
      id: idOf(scope, outputKind, name),
      body: { output: name, content },
      ...ordered,
      dependsOn: idsOf(dependsOn),
      origin,
    })),
  ];
}

function digestSources({ files, variables, variableFiles }: Sources): string {
  const contents = [...files]
    .map(([path, bytes]) => [path, hash('sha256', bytes)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', formatJson([contents, variables, variableFiles]));
}

interface VariableFiles {
  /** Those that the tool has to be told of. */
  readonly named: readonly string[];
  readonly found: readonly ModuleFile[];
  readonly diagnostics: readonly Diagnostic[];
}

function findVariableFiles(
  folder: string,
  named: readonly string[],
  { files }: Gathered,
): VariableFiles {
  const paths = named.map((path) => posix.join(folder, path));
  const isRead = (path: string) =>
    posix.dirname(path) === (folder === '' ? '.' : folder) &&
    /(?:^|\/)terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/.test(path);
  const all = [...[...files.keys()].filter(isRead), ...paths];
  return {
    named: paths,
    found: all.flatMap((path) => {
      const bytes = files.get(path);
      return bytes ? [{ path, text: new TextDecoder().decode(bytes) }] : [];
    }),
    diagnostics: named.flatMap((name, index) =>
      files.has(paths[index] ?? '') ? [] : [noVariableFile(name, index)],
    ),
  };
}

function noVariableFile(name: string, index: number): Diagnostic {
  return {
    severity: 'error',
    code: 'TERRAFORM_PATH',
    path: ['variableFiles', String(index)],
    summary: `terraform: there is no file ${JSON.stringify(name.slice(0, 200))} in the stack's folder`,
  };
}

/** Another plug-in may come between a plan and the next one, from whoever publishes it. */
function warnUnpinned(folder: string, { files, modules }: Gathered): readonly Diagnostic[] {
  const origin = modules.map(({ plugins }) => plugins).find((one) => one !== undefined);
  if (!origin || files.has(posix.join(folder, '.terraform.lock.hcl'))) return [];
  const summary = 'terraform: the plug-ins of the stack are not pinned by a `.terraform.lock.hcl`';
  const advice = 'Run `tofu init` in the folder, and commit the file that it writes.';
  return [{ severity: 'warning', code: 'TERRAFORM_NOT_PINNED', path: [], summary, advice, origin }];
}

/** A state in the working folder would be gone with it, and everything made anew the next time. */
function checkPlace({ stack, target }: PrepareRequest, { root }: Gathered): readonly Diagnostic[] {
  try {
    listStatePlaces(
      stack,
      parseStackSettings(stack.settings),
      parseTargetSettings(target.settings),
    );
    return [];
  } catch (error) {
    if (!(error instanceof StalledError)) throw error;
    const { code, message } = error;
    const { backend } = root;
    const isUnknown = !isOutside(error);
    const given = backend
      ? `Write what stands in the block of the backend as \`terraform: { state: { ${backend.type}: { … } } }\` with the stack.`
      : 'Write `state: { local: { folder: … } }` or another backend with the target.';
    const advice = isUnknown
      ? given
      : 'Name a folder within the one of its target, or name that folder with the target, on the followed branch.';
    const found: Diagnostic = {
      severity: 'error',
      code,
      path: ['state'],
      summary: message,
      advice,
    };
    return [backend && isUnknown ? { ...found, origin: backend.origin } : found];
  }
}

function warnExposed(exposure: string | undefined): readonly Diagnostic[] {
  if (exposure === undefined) return [];
  const advice = 'Install bubblewrap and slirp4netns; `trueup doctor` says whether they work.';
  const summary = `terraform: not isolated as it should be: ${exposure}`;
  return [{ severity: 'warning', code: 'PROGRAM_NOT_ISOLATED', path: [], summary, advice }];
}

interface FoundTool {
  readonly version?: ToolVersion;
  readonly diagnostics: readonly Diagnostic[];
}

async function findTool(
  client: TerraformClient,
  { tool, version: asked }: TargetSettings,
  signal: AbortSignal,
): Promise<FoundTool> {
  try {
    const version = await client.version(tool, signal);
    const fits = asked === undefined || `${version.version}.`.startsWith(`${asked}.`);
    if (fits) return { version, diagnostics: [] };
    const summary = `terraform: ${version.name} is ${version.version} here, and the target asks for ${asked}`;
    return {
      version,
      diagnostics: [{ severity: 'error', code: 'TERRAFORM_VERSION', path: ['version'], summary }],
    };
  } catch (error) {
    if (!(error instanceof StalledError)) throw error;
    const { code, message } = error;
    const advice =
      code === 'PROGRAM_ISOLATION_UNAVAILABLE'
        ? 'Install bubblewrap and slirp4netns on the server; `trueup doctor` says whether they work.'
        : 'Install OpenTofu (`tofu`) or Terraform where Trueup looks for programs.';
    return { diagnostics: [{ severity: 'error', code, path: [], summary: message, advice }] };
  }
}
