/**
 * Plays ansible-playbook on hosts in memory, with the events that the real one was recorded to send. It knows playbooks in
 * JSON, which the real one reads as well, with `copy`, `command` and variables that are a whole text.
 */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { AnsibleClient, Job, JobCall, JobEnd } from '../ansible-client.ts';
import type { HostStats, TaskResult } from '../client/parse-event.ts';
import type { Bundle } from '../prepare/bundle.ts';
import type { FakeHosts } from './fake-hosts.ts';

export interface FakeFault {
  /** What is told of the end of this step, counted from 1, cannot be read. */
  readonly garble?: number;
  /** Killed once so many steps were begun. */
  readonly killAfter?: number;
  /** This host goes away once so many steps were begun. */
  readonly loseAfter?: { readonly host: string; readonly steps: number };
}

interface FakeTask {
  readonly name: string;
  readonly action: string;
  readonly dest: string;
  readonly text: string;
  readonly failsInCheck: boolean;
  readonly repeats: boolean;
}

interface FakePlay {
  readonly name: string;
  readonly hosts: string;
  readonly tasks: readonly FakeTask[];
}

export class FakeAnsibleClient implements AnsibleClient {
  readonly hosts: FakeHosts;
  fault: FakeFault = {};
  /** How often the playbook was played, by mode. */
  readonly jobs: string[] = [];
  /** Playbooks in the order in which they were looked at by check mode. */
  readonly looks: string[] = [];
  /** How often it went on from what is written to the hosts. */
  reached = 0;
  #frozen = false;

  constructor(hosts: FakeHosts) {
    this.hosts = hosts;
  }

  freeze(): void {
    this.#frozen = true;
  }

  async run(job: Job, call: JobCall): Promise<JobEnd> {
    call.signal.throwIfAborted();
    this.jobs.push(job.mode);
    if (job.mode === 'check') this.looks.push(job.bundle.playbook);
    call.onEvent({ kind: 'start', core: '2.21.5' });
    const plays = readPlays(job.bundle);
    const names = Object.keys(isJsonObject(job.bundle.hosts) ? job.bundle.hosts : {});
    const limited = names.filter((name) => job.hosts?.includes(name) ?? true);
    if (limited.length === 0) {
      const said =
        '[ERROR]: Specified inventory, host pattern and/or --limit leaves us with no hosts to target.';
      return { end: { kind: 'exited', exitCode: 1 }, said };
    }
    const first = job.mode === 'check' ? job.lists : undefined;
    if (job.mode === 'list' || first !== undefined) listTasks(plays, limited, { job, call });
    if (first !== undefined) {
      call.onEvent({ kind: 'listed' });
      await Promise.race([first, untilAborted(call.signal)]);
      // As the real one, which looks while others go on.
      await new Promise((resolve) => setImmediate(resolve));
      call.signal.throwIfAborted();
    }
    if (job.mode !== 'list') this.reached += 1;
    if (this.#frozen && job.mode !== 'list') await untilAborted(call.signal);
    if (job.mode === 'list') call.onEvent({ kind: 'stats', hosts: new Map() });
    else if (!this.#play(plays, limited, { job, call })) {
      return { end: { kind: 'killed', signal: 'SIGKILL' }, said: '' };
    }
    return { end: { kind: 'exited', exitCode: 0 }, said: '' };
  }

  /** False when it was killed. */
  #play(plays: readonly FakePlay[], names: readonly string[], playing: Playing): boolean {
    const progress: Progress = { stats: new Map(), out: new Set(), begun: 0 };
    for (const play of plays) {
      const hosts = matching(play, names);
      playing.call.onEvent({ kind: 'play', play: play.name });
      if (hosts.length === 0) playing.call.onEvent({ kind: 'no-hosts', play: play.name });
      for (const task of play.tasks) {
        const key = `${play.name} / ${task.name}`;
        if (!this.#playTask(task, { ...playing, key, hosts, progress })) return false;
      }
    }
    const { outputs, variables, taken } = playing.job.bundle;
    if (Object.keys(outputs).length > 0) {
      const values = statsOf(playing.job.bundle, { ...taken, ...variables });
      playing.call.onEvent({ kind: 'outputs', values, hidden: [] });
    }
    playing.call.onEvent({ kind: 'stats', hosts: progress.stats });
    return true;
  }

  #playTask(task: FakeTask, playing: PlayingTask): boolean {
    const { job, call, key, hosts, progress } = playing;
    for (const host of hosts.filter((one) => !progress.out.has(one))) {
      call.onEvent({ kind: 'begin', host, task: key });
      progress.begun += 1;
      const { killAfter, loseAfter } = this.fault;
      if (progress.begun === loseAfter?.steps) this.hosts.lose(loseAfter.host);
      if (job.mode === 'apply' && progress.begun === killAfter) return false;
      const result = this.#take(task, { job, call, host, key });
      if (progress.begun === this.fault.garble) call.onEvent({ kind: 'malformed' });
      else call.onEvent(result);
      progress.stats.set(host, count(progress.stats.get(host), result));
      if (['failed', 'unreachable'].includes(result.status)) progress.out.add(host);
    }
    return true;
  }

  #take(task: FakeTask, { job, host, key }: Playing & Step): TaskResult {
    const permit = job.mode === 'apply' ? job.permits[host] : undefined;
    const isReal = permit?.allow.includes(key) ?? false;
    const held = job.mode === 'apply' && !isReal;
    const told = { ...resultOf(task, job.bundle, { host, key }), held };
    if (this.hosts.isGone(host)) {
      return {
        ...told,
        status: 'unreachable',
        message: 'Failed to connect to the host via ssh: Connection refused',
      };
    }
    if (!isReal && task.failsInCheck) return failed(told, 'failed to look up user app');
    if (isReal && this.hosts.takeRefusal(host, key))
      return failed(told, 'Destination not writable');
    return task.action.endsWith('command')
      ? this.#run(task, told, isReal)
      : this.#copy(task, told, isReal);
  }

  #run({ text }: FakeTask, told: TaskResult, isReal: boolean): TaskResult {
    if (!isReal) return { ...told, status: 'skipped', opaque: true };
    this.hosts.run(told.host, text);
    return { ...told, status: 'changed' };
  }

  #copy(task: FakeTask, told: TaskResult, isReal: boolean): TaskResult {
    const before = this.hosts.read(told.host, task.dest);
    const text = task.repeats ? `${task.text} ${(before ?? '').length + 1}` : task.text;
    if (before === text) return told;
    if (isReal) this.hosts.write(told.host, task.dest, text);
    const header = before === undefined ? {} : { header: task.dest };
    const diff = { before: { text: before ?? '' }, after: { text }, absent: before === undefined };
    return { ...told, status: 'changed', diffs: [{ ...diff, ...header }] };
  }
}

interface Progress {
  readonly stats: Map<string, HostStats>;
  /** Hosts that take no part any more. */
  readonly out: Set<string>;
  begun: number;
}

interface Playing {
  readonly job: Job;
  readonly call: JobCall;
}

interface PlayingTask extends Playing {
  readonly key: string;
  readonly hosts: readonly string[];
  readonly progress: Progress;
}

interface Step {
  readonly host: string;
  readonly key: string;
}

function resultOf(task: FakeTask, bundle: Bundle, { host, key }: Step): TaskResult {
  return {
    kind: 'result',
    host,
    task: key,
    action: task.action,
    file: bundle.playbook,
    line: 1,
    status: 'ok',
    opaque: false,
    ignored: false,
    censored: false,
    handler: false,
    quiet: false,
    held: false,
    probe: false,
    diffs: [],
    message: '',
  };
}

function failed(told: TaskResult, message: string): TaskResult {
  return { ...told, status: 'failed', message };
}

function count(before: HostStats | undefined, { status }: TaskResult): HostStats {
  const { changed = 0, failures = 0, unreachable = 0 } = before ?? {};
  return {
    changed: changed + (status === 'changed' ? 1 : 0),
    failures: failures + (status === 'failed' ? 1 : 0),
    unreachable: unreachable + (status === 'unreachable' ? 1 : 0),
  };
}

function listTasks(
  plays: readonly FakePlay[],
  names: readonly string[],
  { job, call }: Playing,
): void {
  const known = isJsonObject(job.bundle.hosts) ? job.bundle.hosts : {};
  for (const play of plays) {
    const hosts = matching(play, names).map((name) => ({
      name,
      address: addressOf(known[name], name),
    }));
    call.onEvent({ kind: 'play', play: play.name });
    if (hosts.length === 0) {
      call.onEvent({ kind: 'no-hosts', play: play.name });
      continue;
    }
    const tasks = play.tasks.map((task) => ({
      key: task.name,
      action: task.action,
      file: job.bundle.playbook,
      line: 1,
      runs: task.action.endsWith('command'),
      probe: false,
      quiet: false,
      once: false,
      handler: false,
      content: JSON.stringify(task),
    }));
    call.onEvent({ kind: 'tasks', play: play.name, hosts, tasks });
  }
}

function addressOf(host: Json | undefined, name: string): string {
  const address = isJsonObject(host) ? host['ansible_host'] : undefined;
  return typeof address === 'string' ? address : name;
}

function matching({ hosts }: FakePlay, names: readonly string[]): readonly string[] {
  return hosts === 'all' ? names : names.filter((name) => name === hosts);
}

function readPlays({ files, playbook, taken, variables }: Bundle): readonly FakePlay[] {
  const text = Buffer.from(files[playbook] ?? '', 'base64').toString();
  const plays: Json = JSON.parse(text);
  return (isJsonList(plays) ? plays : []).filter(isJsonObject).map((play) => ({
    name: textIn(play, 'name'),
    hosts: textIn(play, 'hosts'),
    tasks: (isJsonList(play['tasks']) ? play['tasks'] : [])
      .filter(isJsonObject)
      .map((task) => readTask(task, { ...taken, ...variables })),
  }));
}

function readTask(task: JsonObject, variables: JsonObject): FakeTask {
  const copy = task['ansible.builtin.copy'];
  const copied = isJsonObject(copy) ? copy : {};
  const command = textIn(task, 'ansible.builtin.command');
  const content = textIn(copied, 'content');
  return {
    name: textIn(task, 'name'),
    action: copy === undefined ? 'ansible.builtin.command' : 'ansible.builtin.copy',
    dest: textIn(copied, 'dest'),
    text: fill(copy === undefined ? command : content, variables),
    failsInCheck: task['fails_in_check'] === true,
    repeats: task['repeats'] === true,
  };
}

/** Of the plays' own member `stats`, which is none of Ansible's: the real one has a task for it. */
function statsOf({ files, playbook, outputs }: Bundle, variables: JsonObject): JsonObject {
  const plays: Json = JSON.parse(Buffer.from(files[playbook] ?? '', 'base64').toString());
  const [play] = isJsonList(plays) ? plays.filter(isJsonObject) : [];
  const stats = play?.['stats'];
  const told = Object.entries(isJsonObject(stats) ? stats : {}).map(
    ([name, value]) => [name, typeof value === 'string' ? fill(value, variables) : value] as const,
  );
  return Object.fromEntries(told.filter(([name]) => Object.hasOwn(outputs, name)));
}

function fill(text: string, variables: JsonObject): string {
  return text.replace(/\{\{ (\w+) \}\}/g, (_whole, name: string) => String(variables[name] ?? ''));
}

function textIn(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
