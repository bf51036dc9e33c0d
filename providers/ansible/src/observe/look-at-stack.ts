/** One look at all hosts of a stack by check mode, and what it says about each task. */
import { hash } from 'node:crypto';

import type { JsonObject } from '@trueup/diagnostics';
import {
  formatResourceId,
  type ObservedResource,
  type Prepared,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';
import { createMasker, type Masker } from '@trueup/secrets';

import type { Access, AnsibleClient } from '../ansible-client.ts';
import type { TaskState } from '../assess-health.ts';
import type { TaskResult } from '../client/parse-event.ts';
import type { Bundle } from '../prepare/bundle.ts';
import { explainEnd } from '../translate-errors.ts';
import type { ForeseenLook } from './foreseen-looks.ts';
import { type RunReport, runForReport, stepKey } from './run-report.ts';

export interface Look {
  readonly bundle: Bundle;
  readonly report: RunReport;
  /** Everything that was prepared, and what came by includes. In the order of the tasks. */
  readonly tasks: readonly SeenTask[];
  readonly masker: Masker;
  readonly secrets: readonly string[];
}

export interface SeenTask {
  readonly id: ResourceId;
  readonly host: string;
  readonly state: TaskState;
  /** Absent where nothing was told about it. */
  readonly result?: TaskResult;
}

export interface LookRequest {
  readonly client: AnsibleClient;
  readonly bundle: Bundle;
  readonly prepared: Prepared;
  readonly access: Access;
  /** All if absent. */
  readonly hosts?: readonly string[];
  /** One that is on its way, or has ended just now. */
  readonly foreseen?: ForeseenLook;
  readonly signal: AbortSignal;
}

/** @throws OperationError when the look as a whole says nothing. */
export async function lookAtStack(request: LookRequest): Promise<Look> {
  const { client, bundle, access, hosts, foreseen, signal } = request;
  const job = { mode: 'check', bundle, access, ...(hosts && { hosts }) } as const;
  const report = foreseen
    ? await awaitReport(foreseen, signal)
    : await runForReport(client, job, { signal });
  const secrets = secretsOf(bundle, access, report);
  const masker = createMasker(secrets);
  const failure = explainEnd(report, (text) => masker.mask(text));
  if (failure) throw failure;
  return { bundle, report, tasks: judgeTasks(report, request), masker, secrets };
}

/** Aborted, it ends before this rejects. */
async function awaitReport(look: ForeseenLook, signal: AbortSignal): Promise<RunReport> {
  const stop = (): void => look.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    return await look.report;
  } catch (error) {
    if (!signal.aborted) throw error;
    look.stop();
    await look.report.catch(() => undefined);
    throw signal.reason;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Every value that is known to be secret, by what was given and by what the run decrypted. */
export function secretsOf(
  { secrets, vault, sops }: Bundle,
  { credentials }: Access,
  report: Pick<RunReport, 'secrets'>,
): readonly string[] {
  const { privateKey, becomePassword } = credentials;
  const given = [...Object.values(vault), sops?.key, privateKey, becomePassword];
  return [...secrets, ...given.filter((one) => one !== undefined), ...report.secrets];
}

function judgeTasks(report: RunReport, { prepared, hosts }: LookRequest): readonly SeenTask[] {
  const lost = lostHosts(report);
  // A condition or a rescue leaves tasks out without a word; so does a line that cannot be read, and a play that
  // ends early where it is only looked at.
  const silentIn = (task: string): TaskState => {
    const blind = report.blindPlays.some((play) => task.startsWith(`${play} / `));
    return blind || report.malformed > 0 ? 'unreached' : 'right';
  };
  const known = new Set<string>();
  const described = prepared.resources.flatMap(({ id }) => {
    const { scope: host, name } = parseResourceId(id);
    // Outputs are of no host.
    if (host === '') return [];
    if (hosts && !hosts.includes(host)) return [];
    const key = stepKey(host, name);
    known.add(key);
    const missing = lost.get(host) ?? silentIn(name);
    return judgeTask({ id, host, missing }, report.results.get(key));
  });
  // Includes and handlers are known only once they are met.
  const met = [...report.results].filter(([key, { quiet }]) => !(known.has(key) || quiet));
  const more = met.map(([, result]) =>
    judgeTask({ id: idOf(result), host: result.host, missing: 'right' }, result),
  );
  return [...described, ...more.filter(({ state }) => state !== 'right')];
}

interface Judged {
  readonly id: ResourceId;
  readonly host: string;
  /** What it means that nothing was told about it. */
  readonly missing: TaskState;
}

function judgeTask({ id, host, missing }: Judged, result: TaskResult | undefined): SeenTask {
  return result ? { id, host, state: stateOf(result), result } : { id, host, state: missing };
}

/** After a failure the rest of a host's tasks is missing without a word. */
function lostHosts({ stats, results }: RunReport): ReadonlyMap<string, TaskState> {
  const lost = new Map<string, TaskState>();
  for (const [host, { failures, unreachable }] of stats ?? []) {
    if (unreachable > 0) lost.set(host, 'unreachable');
    else if (failures > 0) lost.set(host, 'unreached');
  }
  for (const { host, status, ignored } of results.values()) {
    if (status === 'unreachable' && !ignored) lost.set(host, 'unreachable');
  }
  return lost;
}

function stateOf({ status, opaque, ignored, diffs }: TaskResult): TaskState {
  if (opaque) return 'opaque';
  switch (status) {
    case 'failed':
      return ignored ? 'right' : 'failed';
    case 'unreachable':
      return 'unreachable';
    case 'changed':
      return diffs.length > 0 && diffs.every(({ absent }) => absent) ? 'absent' : 'differs';
    default:
      return 'right';
  }
}

export function idOf({
  action,
  host,
  task,
}: Pick<TaskResult, 'action' | 'host' | 'task'>): ResourceId {
  return formatResourceId({ kind: kindOf(action), scope: host, name: task });
}

/** What comes with Ansible goes by its short name, as people write it. */
export function kindOf(action: string): string {
  return action.replace(/^ansible\.(?:builtin|legacy)\./, '');
}

/** Absent where the task makes something that is not there, and where it only runs something. */
export function toObserved(
  { id, state, result }: SeenTask,
  at: Date,
): ObservedResource | undefined {
  if (state === 'absent' || state === 'opaque') return undefined;
  // Differences may hold secrets, so that the version is no more than told apart from others.
  const told = JSON.stringify([state, result?.diffs ?? []]);
  const version = hash('sha256', told).slice(0, 16);
  const body: JsonObject = { state, version };
  return { id, body, version, observedAt: at.toISOString() };
}
