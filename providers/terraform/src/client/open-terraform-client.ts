/**
 * Runs OpenTofu and Terraform as programs.
 *
 * C1. Each call has a folder of its own, which is gone afterwards. What `init` makes may be put into it from
 *     what was kept (`kept-folders.ts`), but for an apply.
 * C2. The tool and its plug-ins get the environment that the target names and nothing else, and see of
 *     the disk their folder, the plug-in cache (to read: `fill-cache.ts`) and, of their own state, a copy while
 *     it is planned, and its folder while it is applied (`lay-out-state.ts`).
 * C3. Only one call at a time fills a cache: the tools do not lock it.
 * C4. A tool that has to stop is asked by SIGINT and given time: it writes its state and gives up its lock.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Json, type JsonObject, TransientError } from '@trueup/diagnostics';
import { findExposure, runProgram } from '@trueup/programs';

import { noSources } from '../sources/sources-archive.ts';
import type { ApplyEvent, PlanAnswer, TerraformClient, Work } from '../terraform-client.ts';
import { readComplaints } from '../translate-errors.ts';
import type { TerraformClientOptions } from './client-options.ts';
import { type CallLimits, composeCall, type ToolCall, type Workplace } from './compose-call.ts';
import type { FilledLocks } from './fill-cache.ts';
import { createFindTool } from './find-tool.ts';
import { initialise, promptMs, runReady, wantsInit } from './initialise.ts';
import { exitCodes, isUnchanged, outputNames } from './is-unchanged.ts';
import { openKeptFolders } from './kept-folders.ts';
import type { StateUse } from './lay-out-state.ts';
import { type ClientContext, openWorkplace } from './open-workplace.ts';
import { parseEvents, withoutFolder } from './parse-events.ts';
import { rescueState } from './rescue-state.ts';
import { moveStateFile, parseStateText } from './state-file.ts';
import { streamApply } from './stream-apply.ts';
import { readSettled, type TakenCopy, takeCopy } from './take-copy.ts';
import { toCallEnd } from './to-call-end.ts';

export function openTerraformClient(options: TerraformClientOptions): TerraformClient {
  const { cacheFolder, mirrorFolder, keepFolder } = options;
  const find = createFindTool(options);
  const linked = [cacheFolder, mirrorFolder].filter((one) => one !== undefined);
  const kept = openKeptFolders(keepFolder, linked);
  const filled: FilledLocks = new Map();
  return {
    async version(tool, signal) {
      signal.throwIfAborted();
      const { name, version } = await find(tool, signal);
      return { name, version };
    },
    readState: (work, signal) => readState(work, { options, find, kept, filled, signal }),
    plan: (work, signal) => plan(work, { options, find, kept, filled, signal }),
    apply: (work, file, signal) => apply({ work, file }, { options, find, kept, filled, signal }),
    exposure: async () =>
      options.isolation === 'preferred' ? await findExposure('guarded') : undefined,
    moveState: moveStateFile,
  };
}

async function readState(
  work: Omit<Work, 'sources'>,
  context: ClientContext,
): Promise<Json | undefined> {
  const { signal } = context;
  signal.throwIfAborted();
  const { folder } = work.state;
  const kept = folder === undefined ? undefined : await readSettled(folder, signal);
  // A state that is encrypted is none of ours to read: its tool does.
  if (folder !== undefined && !kept?.includes('"encrypted_data"'))
    return kept === undefined ? undefined : parseStateText(kept);
  const use = { kind: 'copy', text: kept } as const;
  await using place = await openWorkplace({ ...work, sources: noSources }, use, context);
  const call = composeCall(place, ['state', 'pull'], { timeoutMs: 300_000, graceMs: promptMs });
  const pulled = await runReady(place, context, {
    run: () => runProgram(call, signal),
    // Why it fails stands in words between other words: `init` is what helps, or does not.
    asksForInit: (answer) => answer.end.kind === 'exited' && answer.end.exitCode !== 0,
  });
  if ('refused' in pulled) throw noState();
  const { end, stdout } = pulled.answer;
  if (end.kind !== 'exited' || end.exitCode !== 0) throw noState();
  const text = new TextDecoder().decode(stdout).trim();
  return text === '' ? undefined : parseStateText(text);
}

async function plan(work: Work, context: ClientContext): Promise<PlanAnswer> {
  const { signal, options } = context;
  signal.throwIfAborted();
  return catchFullDisk(signal, async () => {
    const use = await copyFor(work, signal);
    if (use.kind === 'locked') return lockedBy(use.holder);
    await using place = await openWorkplace(work, use, context);
    const file = join(place.folder, 'plan.bin');
    const call = composeCall(place, planWords(work, place, file), planLimits(options));
    const ready = await runReady(place, context, {
      run: () => runPlan(call, signal),
      asksForInit: ({ end, events }) =>
        end.kind === 'failed' && readComplaints(events).some(wantsInit),
    });
    if ('refused' in ready) return ready.refused;
    const { exitCode, ...planned } = ready.answer;
    if (planned.end.kind !== 'succeeded') return planned;
    if (isUnchanged(exitCode, planned.events)) {
      const unchanged = { outputs: outputNames(planned.events) };
      return { ...planned, unchanged, file: await readFile(file, { signal }) };
    }
    const document = await show(place, file, context);
    if (!document) return { end: { kind: 'failed' }, events: planned.events };
    return { ...planned, document, file: await readFile(file, { signal }) };
  });
}

/** Other backends are locked by the tool itself. */
async function copyFor(
  { state: { folder }, lockTimeoutSeconds }: Work,
  signal: AbortSignal,
): Promise<StateUse | Extract<TakenCopy, { kind: 'locked' }>> {
  if (folder === undefined) return { kind: 'copy', text: undefined };
  const taken = await takeCopy(folder, lockTimeoutSeconds, signal);
  return taken.kind === 'locked' ? taken : { kind: 'copy', text: taken.text };
}

/** As the tool says it. */
function lockedBy(holder: string): PlanAnswer {
  const detail = `Lock Info:\n${holder}\n`;
  const diagnostic = { severity: 'error', summary: 'Error acquiring the state lock', detail };
  return { end: { kind: 'failed' }, events: [{ type: 'diagnostic', diagnostic }] };
}

function planWords(
  { lockTimeoutSeconds }: Work,
  { variableFiles }: Workplace,
  file: string,
): readonly string[] {
  const output = ['-input=false', '-no-color', '-json', '-detailed-exitcode', `-out=${file}`];
  const lock = `-lock-timeout=${lockTimeoutSeconds}s`;
  return ['plan', ...output, lock, ...variableFiles.map((path) => `-var-file=${path}`)];
}

function planLimits({ timeoutMs = longestMs }: TerraformClientOptions): CallLimits {
  return { timeoutMs, graceMs: promptMs };
}

async function runPlan(
  call: ToolCall,
  signal: AbortSignal,
): Promise<PlanAnswer & { readonly exitCode: number }> {
  const { end, stdout, stderr } = await runProgram(call, signal);
  const printed = withoutFolder(new TextDecoder().decode(stdout), call.privateFolder);
  const events = parseEvents(printed);
  const exitCode = end.kind === 'exited' ? end.exitCode : 1;
  const hasChanges = exitCode === exitCodes.changes;
  return { end: hasChanges ? { kind: 'succeeded' } : toCallEnd(end, stderr), events, exitCode };
}

async function show(
  place: Workplace,
  file: string,
  { options, signal }: ClientContext,
): Promise<JsonObject | undefined> {
  const words = ['show', '-json', '-no-color', file];
  // It only reads the plan, and schemas of plug-ins.
  const call = composeCall(place, words, planLimits(options), { network: 'none' });
  const { end, stdout } = await runProgram(call, signal);
  const isShown = end.kind === 'exited' && end.exitCode === 0;
  return isShown ? findDocument(stdout) : undefined;
}

async function* apply(
  { work, file }: { readonly work: Work; readonly file: Uint8Array },
  context: ClientContext,
): AsyncGenerator<ApplyEvent, void, undefined> {
  const { signal, options } = context;
  signal.throwIfAborted();
  await using place = await openWorkplace(work, { kind: 'itself' }, context);
  // What is carried out stands on nothing that was kept.
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
  try {
    for await (const one of streamApply(call, signal)) {
      if (one.kind === 'end') await rescueState(place);
      yield one;
    }
  } catch (error) {
    // Whoever cancels it wants to know of that, and its state is kept all the same.
    if (signal.aborted) await rescueState(place).catch(() => undefined);
    throw error;
  }
}

const longestMs = 2 * 60 * 60 * 1000;

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
