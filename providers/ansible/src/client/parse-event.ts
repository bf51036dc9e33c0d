/** Reads the lines of our plug-in. A playbook's readField code may print lines like them: nothing is believed unread. */
import { isJsonObject, type Json, type JsonObject, readField } from '@trueup/diagnostics';

export interface ListedTask {
  readonly key: string;
  readonly action: string;
  /** From the repository's root; empty for what comes with a collection. */
  readonly file: string;
  readonly line: number;
  /** It runs something, and nothing says when that is not needed. */
  readonly runs: boolean;
  /** It runs also when it is only planned (`check_mode: false`). */
  readonly probe: boolean;
  /** It leaves nothing on a host: facts, debug, includes. */
  readonly quiet: boolean;
  readonly once: boolean;
  readonly handler: boolean;
  /** Hash of the task as it is written. */
  readonly content: string;
}

/** One side of a difference, at most 32 KiB of it; then `digest` stands for all. */
export interface DiffSide {
  readonly text: string;
  readonly digest?: string;
}

export interface TaskDiff {
  readonly before?: DiffSide;
  readonly after?: DiffSide;
  /** What it is about, mostly a path. */
  readonly header?: string;
  /** There was nothing before. */
  readonly absent: boolean;
}

export type TaskStatus = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable';

export interface TaskResult {
  readonly kind: 'result';
  readonly host: string;
  readonly task: string;
  readonly action: string;
  readonly file: string;
  readonly line: number;
  readonly status: TaskStatus;
  /** It would run something of which nobody knows what it does. */
  readonly opaque: boolean;
  /** A failure that the playbook ignores, or that a block rescues. */
  readonly ignored: boolean;
  /** `no_log`: nothing of it is told. */
  readonly censored: boolean;
  readonly handler: boolean;
  readonly quiet: boolean;
  /** Run in check mode, since nobody approved it. */
  readonly held: boolean;
  readonly probe: boolean;
  readonly diffs: readonly TaskDiff[];
  readonly message: string;
  readonly code?: number;
}

export interface HostStats {
  readonly changed: number;
  readonly failures: number;
  readonly unreachable: number;
}

export type AnsibleEvent =
  | { readonly kind: 'start'; readonly core: string }
  | { readonly kind: 'play'; readonly play: string }
  | { readonly kind: 'no-hosts'; readonly play: string }
  /** It ends early in check mode, and in no other: what follows is not looked at. */
  | { readonly kind: 'blind-end'; readonly play: string }
  | {
      readonly kind: 'tasks';
      readonly play: string;
      readonly hosts: readonly { readonly name: string; readonly address: string }[];
      readonly tasks: readonly ListedTask[];
    }
  /** Told once, behind the tasks of all plays, when more than these is to come. */
  | { readonly kind: 'listed' }
  | { readonly kind: 'secrets'; readonly values: readonly string[] }
  | {
      readonly kind: 'outputs';
      readonly values: JsonObject;
      /** Names of those that `no_log` hides. */
      readonly hidden: readonly string[];
    }
  /** A line that should be an event, and cannot be read. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'begin'; readonly host: string; readonly task: string }
  | TaskResult
  | { readonly kind: 'stats'; readonly hosts: ReadonlyMap<string, HostStats> };

/**
 * `undefined` for what is no event. Files below the folder `work` are named from there; others have no name, since
 * they are none of the repository's.
 */
export function parseEvent(line: string, work: string): AnsibleEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const read = readers.get(text(value, 'e'));
  return read?.(value, work);
}

type Read = (event: JsonObject, work: string) => AnsibleEvent | undefined;

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['start', (event) => ({ kind: 'start', core: text(event, 'core') })],
  ['play', (event) => ({ kind: 'play', play: text(event, 'play') })],
  ['no-hosts', (event) => ({ kind: 'no-hosts', play: text(event, 'play') })],
  ['blind-end', (event) => ({ kind: 'blind-end', play: text(event, 'play') })],
  ['tasks', readTasks],
  ['listed', () => ({ kind: 'listed' })],
  ['secrets', (event) => ({ kind: 'secrets', values: list(event, 'values').filter(isText) })],
  ['outputs', readOutputs],
  ['begin', readBegin],
  ['result', readResult],
  ['stats', readStats],
]);

function readTasks(event: JsonObject, work: string): AnsibleEvent {
  return {
    kind: 'tasks',
    play: text(event, 'play'),
    hosts: list(event, 'hosts')
      .filter(isJsonObject)
      .map((host) => ({ name: text(host, 'name'), address: text(host, 'address') })),
    tasks: list(event, 'tasks')
      .filter(isJsonObject)
      .map((task) => ({
        key: text(task, 'key'),
        action: text(task, 'action'),
        content: text(task, 'content'),
        ...placeIn(task, work),
        ...flags(task, ['runs', 'probe', 'quiet', 'once', 'handler']),
      })),
  };
}

function readOutputs(event: JsonObject): AnsibleEvent {
  const values = readField(event, 'values');
  const hidden = list(event, 'hidden').filter(isText);
  return { kind: 'outputs', values: isJsonObject(values) ? values : {}, hidden };
}

function readBegin(event: JsonObject): AnsibleEvent | undefined {
  const [host, task] = [text(event, 'host'), text(event, 'task')];
  return host === '' || task === '' ? undefined : { kind: 'begin', host, task };
}

const statuses: readonly TaskStatus[] = ['ok', 'changed', 'skipped', 'failed', 'unreachable'];

function readResult(event: JsonObject, work: string): AnsibleEvent | undefined {
  const status = statuses.find((one) => one === event['status']);
  const [host, task] = [text(event, 'host'), text(event, 'task')];
  if (!status || host === '' || task === '') return undefined;
  const code = readField(event, 'code');
  return {
    kind: 'result',
    host,
    task,
    action: text(event, 'action'),
    status,
    message: text(event, 'message'),
    ...placeIn(event, work),
    ...flags(event, ['opaque', 'ignored', 'censored', 'handler', 'quiet', 'held', 'probe']),
    diffs: list(event, 'diffs').filter(isJsonObject).map(readDiff),
    ...(typeof code === 'number' && { code }),
  };
}

function readDiff(diff: JsonObject): TaskDiff {
  const header = text(diff, 'header');
  return {
    ...readSide(diff, 'before'),
    ...readSide(diff, 'after'),
    ...(header !== '' && { header }),
    absent: readField(diff, 'absent') === true,
  };
}

function readSide(diff: JsonObject, name: 'before' | 'after'): Partial<TaskDiff> {
  const side = readField(diff, name);
  if (!isJsonObject(side)) return {};
  const digest = text(side, 'digest');
  return { [name]: { text: text(side, 'text'), ...(digest !== '' && { digest }) } };
}

function readStats(event: JsonObject): AnsibleEvent {
  const hosts = readField(event, 'hosts');
  const entries = isJsonObject(hosts) ? Object.entries(hosts) : [];
  return {
    kind: 'stats',
    hosts: new Map(
      entries.map(([host, counts]) => {
        const of = (name: string): number => {
          const count = isJsonObject(counts) ? readField(counts, name) : 0;
          return typeof count === 'number' ? count : 0;
        };
        const [failures, unreachable] = [of('failures'), of('unreachable')];
        return [host, { changed: of('changed'), failures, unreachable }];
      }),
    ),
  };
}

function placeIn(
  event: JsonObject,
  work: string,
): { readonly file: string; readonly line: number } {
  const line = readField(event, 'line');
  const file = text(event, 'file');
  return {
    file: file.startsWith(work) ? file.slice(work.length) : '',
    line: typeof line === 'number' && line >= 1 ? line : 1,
  };
}

function flags<const N extends string>(
  event: JsonObject,
  names: readonly N[],
): Readonly<Record<N, boolean>>;
function flags(event: JsonObject, names: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(names.map((name) => [name, readField(event, name) === true]));
}

function text(event: JsonObject, name: string): string {
  const value = readField(event, name);
  return typeof value === 'string' ? value.toWellFormed() : '';
}

function list(event: JsonObject, name: string): readonly Json[] {
  const value = readField(event, name);
  return Array.isArray(value) ? value : [];
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}
