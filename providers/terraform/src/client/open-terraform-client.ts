/**
 * Runs OpenTofu and Terraform as programs.
 *
 * C1. Each call has a folder of its own, which is gone afterwards: no call sees what another one left.
 * C2. The tool and its plug-ins get the environment that the target names and nothing else, and see of
 *     the disk their folder, the plug-in cache (which only `init` may write) and the folder of their own state.
 * C3. Only one `init` at a time works with a cache: the tools do not lock it.
 * C4. A tool that has to stop is asked by SIGINT and given time: it writes its state and gives up its lock.
 */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Json, type JsonObject, StalledError, TransientError } from '@trueup/diagnostics';
import {
  createProgramFinder,
  type FindProgram,
  type FoundProgram,
  findExposure,
  openPrivateFolder,
  runProgram,
} from '@trueup/programs';

import type { ToolName } from '../schema.ts';
import { noSources } from '../sources/sources-archive.ts';
import type {
  ApplyEvent,
  PlanAnswer,
  TerraformClient,
  ToolVersion,
  Work,
} from '../terraform-client.ts';
import type { TerraformClientOptions } from './client-options.ts';
import { composeCall, type ToolCall, type Workplace } from './compose-call.ts';
import { inTurn } from './in-turn.ts';
import { layOutSources } from './lay-out-sources.ts';
import { parseEvents } from './parse-events.ts';
import { moveStateFile, parseStateText, readStateFile } from './state-file.ts';
import { streamApply } from './stream-apply.ts';
import { toCallEnd } from './to-call-end.ts';

export function openTerraformClient(options: TerraformClientOptions): TerraformClient {
  const tools = new Map<ToolName, FindProgram>();
  const find = async (wanted: ToolName | undefined, signal: AbortSignal): Promise<FoundTool> => {
    for (const name of wanted === undefined ? toolNames : [wanted]) {
      const finder = tools.get(name) ?? finderOf(name, options);
      tools.set(name, finder);
      const found = await finder(signal);
      if (found) return { ...found, name };
    }
    const names = wanted ?? 'tofu, nor terraform';
    throw new StalledError(
      'TERRAFORM_PROGRAM_MISSING',
      `terraform: there is no program ${names} that says its version`,
    );
  };
  return {
    async version(tool, signal) {
      signal.throwIfAborted();
      const { name, version } = await find(tool, signal);
      return { name, version };
    },
    readState: (work, signal) => readState(work, { options, find, signal }),
    plan: (work, signal) => plan(work, { options, find, signal }),
    apply: (work, file, signal) => apply({ work, file }, { options, find, signal }),
    exposure: async () =>
      options.isolation === 'preferred' ? await findExposure('guarded') : undefined,
    moveState: moveStateFile,
  };
}

const toolNames: readonly ToolName[] = ['tofu', 'terraform'];

interface FoundTool extends FoundProgram, ToolVersion {}

interface Context {
  readonly options: TerraformClientOptions;
  readonly find: (tool: ToolName | undefined, signal: AbortSignal) => Promise<FoundTool>;
  readonly signal: AbortSignal;
}

function finderOf(name: ToolName, { searchPath, isolation }: TerraformClientOptions): FindProgram {
  return createProgramFinder(
    {
      name,
      arguments: ['version', '-json'],
      environment: { CHECKPOINT_DISABLE: '1' },
      version: /(?<="terraform_version":\s*")\d+\.\d+\.\d+[\w.+-]*/,
    },
    { searchPath, program: undefined, isolation },
  );
}

async function readState(work: Omit<Work, 'sources'>, context: Context): Promise<Json | undefined> {
  const { signal } = context;
  signal.throwIfAborted();
  const { folder } = work.state;
  if (folder !== undefined) {
    const text = await readStateFile(folder, signal);
    // A state that is encrypted is none of ours to read: its tool does.
    if (text === undefined || !text.includes('"encrypted_data"'))
      return text === undefined ? undefined : parseStateText(text);
  }
  await using place = await open({ ...work, sources: noSources }, context);
  const { end } = await initialise(place, context);
  if (end.kind !== 'succeeded') throw noState();
  const call = composeCall(place, ['state', 'pull'], { timeoutMs: 300_000, graceMs: promptMs });
  const { end: ended, stdout } = await runProgram(call, signal);
  if (ended.kind !== 'exited' || ended.exitCode !== 0) throw noState();
  const text = new TextDecoder().decode(stdout).trim();
  return text === '' ? undefined : parseStateText(text);
}

async function plan(work: Work, context: Context): Promise<PlanAnswer> {
  const { signal, options } = context;
  signal.throwIfAborted();
  return catchFullDisk(signal, async () => {
    await using place = await open(work, context);
    const prepared = await initialise(place, context);
    if (prepared.end.kind !== 'succeeded') return prepared;
    const file = join(place.folder, 'plan.bin');
    const options_ = [
      '-input=false',
      '-no-color',
      '-json',
      `-lock-timeout=${work.lockTimeoutSeconds}s`,
      `-out=${file}`,
    ];
    const limits = { timeoutMs: options.timeoutMs ?? longestMs, graceMs: promptMs };
    const variables = place.variableFiles.map((path) => `-var-file=${path}`);
    const planned = await runCall(
      composeCall(place, ['plan', ...options_, ...variables], limits),
      signal,
    );
    if (planned.end.kind !== 'succeeded') return planned;
    const shown = await runProgram(
      composeCall(place, ['show', '-json', '-no-color', file], limits, { network: 'none' }),
      signal,
    );
    const document =
      shown.end.kind === 'exited' && shown.end.exitCode === 0
        ? findDocument(shown.stdout)
        : undefined;
    if (!document) return { end: { kind: 'failed' }, events: planned.events };
    return { ...planned, document, file: await readFile(file, { signal }) };
  });
}

async function* apply(
  { work, file }: { readonly work: Work; readonly file: Uint8Array },
  context: Context,
): AsyncGenerator<ApplyEvent, void, undefined> {
  const { signal, options } = context;
  signal.throwIfAborted();
  await using place = await open(work, context);
  const prepared = await initialise(place, context);
  if (prepared.end.kind !== 'succeeded') {
    for (const event of prepared.events) yield { kind: 'event', event };
    yield { kind: 'end', end: prepared.end };
    return;
  }
  const path = join(place.folder, 'plan.bin');
  await writeFile(path, file, { mode: 0o600 });
  const lock = `-lock-timeout=${work.lockTimeoutSeconds}s`;
  const limits = { timeoutMs: options.timeoutMs ?? longestMs, graceMs: options.graceMs ?? 60_000 };
  const call = composeCall(
    place,
    ['apply', '-input=false', '-no-color', '-json', lock, path],
    limits,
  );
  yield* streamApply(call, signal);
}

/** The contract's second for what writes nothing. */
const promptMs = 800;

const longestMs = 2 * 60 * 60 * 1000;

/** Lays out what the tool sees. The folder is gone once the answer is disposed. */
async function open(
  work: Work,
  { options, find, signal }: Context,
): Promise<Workplace & AsyncDisposable> {
  const tool = await find(work.tool, signal);
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openPrivateFolder()).path;
  const { cacheFolder, mirrorFolder } = options;
  if (cacheFolder !== undefined) await mkdir(cacheFolder, { recursive: true });
  if (work.state.folder !== undefined)
    await mkdir(work.state.folder, { recursive: true, mode: 0o700 });
  const laid = await layOutSources({ work, folder, mirrorFolder, cacheFolder });
  const kept = opened.move();
  return {
    ...laid,
    folder,
    program: tool.path,
    programFolders: await existingFolders(options.searchPath),
    options,
    environment: work.environment,
    state: work.state,
    loopback: work.loopback ?? [],
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What is missing cannot be shown to an isolated program. */
async function existingFolders(searchPath: string): Promise<readonly string[]> {
  const folders = [...new Set(searchPath.split(':'))].filter((one) => one.startsWith('/'));
  const found = await Promise.all(
    folders.map((one) =>
      stat(one).then(
        (stats) => stats.isDirectory(),
        () => false,
      ),
    ),
  );
  return folders.filter((_one, index) => found[index]);
}

/** C3 */
async function initialise(place: Workplace, { options, signal }: Context): Promise<PlanAnswer> {
  const locked = place.isPinned ? ['-lockfile=readonly'] : [];
  const limits = { timeoutMs: 15 * 60 * 1000, graceMs: promptMs };
  const call = composeCall(
    place,
    ['init', '-input=false', '-no-color', '-json', ...locked],
    limits,
    { fillsCache: true },
  );
  const { cacheFolder } = options;
  if (cacheFolder === undefined) return runCall(call, signal);
  return inTurn(cacheFolder, signal, () => runCall(call, signal));
}

async function runCall(call: ToolCall, signal: AbortSignal): Promise<PlanAnswer> {
  const { end, stdout, stderr } = await runProgram(call, signal);
  const events = parseEvents(new TextDecoder().decode(stdout));
  return { end: toCallEnd(end, stderr), events };
}

async function catchFullDisk(
  signal: AbortSignal,
  run: () => Promise<PlanAnswer>,
): Promise<PlanAnswer> {
  try {
    return await run();
  } catch (error) {
    signal.throwIfAborted();
    if (isFullDisk(error)) return { end: { kind: 'no-space' }, events: [] };
    throw error;
  }
}

function isFullDisk(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  );
}

/** Warnings of the tool's own settings may stand before it. */
function findDocument(stdout: Uint8Array): JsonObject | undefined {
  const events = parseEvents(new TextDecoder().decode(stdout));
  return events.find((event) => Object.hasOwn(event, 'format_version'));
}

function noState(): TransientError {
  return new TransientError(
    'TERRAFORM_STATE_UNREACHABLE',
    'terraform: the tool could not read the state from its backend',
  );
}
