/** Runs a playbook once and keeps what it told. */
import type { JsonObject } from '@trueup/diagnostics';

import type { AnsibleClient, Job, JobEnd } from '../ansible-client.ts';
import type { AnsibleEvent, HostStats, ListedTask, TaskResult } from '../client/parse-event.ts';

export interface ListedPlay {
  readonly play: string;
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  readonly tasks: readonly ListedTask[];
}

/** Plain data: it may be kept between two calls. */
export interface RunReport extends JobEnd {
  /** Version of ansible-core; empty when it did not come so far as to say. */
  readonly core: string;
  readonly plays: readonly ListedPlay[];
  readonly emptyPlays: readonly string[];
  /** They may end early in check mode, without a word. */
  readonly blindPlays: readonly string[];
  /** Lines that cannot be read: whatever is not told may have been told in one of them. */
  readonly malformed: number;
  /** The last one by host and task. */
  readonly results: ReadonlyMap<string, TaskResult>;
  /** Steps that began, with or without an end. */
  readonly begun: ReadonlySet<string>;
  /** Absent when the run was cut off or never began. */
  readonly stats?: ReadonlyMap<string, HostStats>;
  /** What the run itself found to be secret. */
  readonly secrets: readonly string[];
  /** Values for other stacks. */
  readonly outputs: JsonObject;
  /** Names of outputs that are secrets. */
  readonly hiddenOutputs: readonly string[];
}

export interface ReportCall {
  readonly signal: AbortSignal;
  readonly onEvent?: (event: AnsibleEvent) => void;
}

export async function runForReport(
  client: AnsibleClient,
  job: Job,
  { signal, onEvent }: ReportCall,
): Promise<RunReport> {
  const notes = new RunNotes();
  const end = await client.run(job, {
    signal,
    onEvent: (event) => {
      notes.add(event);
      onEvent?.(event);
    },
  });
  return notes.report(end);
}

export interface ListedRun {
  /** The tasks, as soon as they are told; all there is when the run ended without telling them. */
  readonly listed: Promise<RunReport>;
  /** Nothing is wrong with what is listed: it may go on to the hosts. */
  goOn(): void;
  readonly report: Promise<RunReport>;
}

/** Both reject as the client's run does. */
export function runListed(
  client: AnsibleClient,
  job: Extract<Job, { readonly mode: 'check' }>,
  signal: AbortSignal,
): ListedRun {
  const notes = new RunNotes();
  const listed = Promise.withResolvers<RunReport>();
  const { promise: lists, resolve: goOn } = Promise.withResolvers<void>();
  const onEvent = (event: AnsibleEvent): void => {
    if (event.kind === 'listed') listed.resolve(notes.report(listingEnd, new Map()));
    notes.add(event);
  };
  const running = client.run({ ...job, lists }, { signal, onEvent });
  const report = running.then((end) => notes.report(end));
  report.then(listed.resolve, listed.reject);
  return { listed: listed.promise, report, goOn };
}

const listingEnd: JobEnd = { end: { kind: 'exited', exitCode: 0 }, said: '' };

class RunNotes {
  readonly #plays: ListedPlay[] = [];
  readonly #emptyPlays = new Set<string>();
  readonly #blindPlays = new Set<string>();
  readonly #results = new Map<string, TaskResult>();
  readonly #begun = new Set<string>();
  readonly #secrets = new Set<string>();
  #core = '';
  #malformed = 0;
  #outputs: Extract<AnsibleEvent, { kind: 'outputs' }> | undefined;
  #stats: ReadonlyMap<string, HostStats> | undefined;

  add(event: AnsibleEvent): void {
    switch (event.kind) {
      case 'start':
        this.#core = event.core;
        break;
      case 'tasks':
        this.#plays.push(event);
        break;
      case 'no-hosts':
        this.#emptyPlays.add(event.play);
        break;
      case 'blind-end':
        this.#blindPlays.add(event.play);
        break;
      case 'malformed':
        this.#malformed += 1;
        break;
      case 'begin':
        this.#begun.add(stepKey(event.host, event.task));
        break;
      case 'result':
        this.#results.set(stepKey(event.host, event.task), event);
        break;
      case 'secrets':
        for (const value of event.values) this.#secrets.add(value);
        break;
      case 'outputs':
        this.#outputs = event;
        break;
      case 'stats':
        this.#stats = event.hosts;
        break;
      default:
    }
  }

  report(end: JobEnd, stats: RunReport['stats'] = this.#stats): RunReport {
    const { values = {}, hidden = [] } = this.#outputs ?? {};
    return {
      ...end,
      core: this.#core,
      plays: [...this.#plays],
      emptyPlays: [...this.#emptyPlays],
      blindPlays: [...this.#blindPlays],
      malformed: this.#malformed,
      results: new Map(this.#results),
      begun: new Set(this.#begun),
      secrets: [...this.#secrets],
      outputs: values,
      hiddenOutputs: hidden,
      ...(stats && { stats }),
    };
  }
}

export function stepKey(host: string, task: string): string {
  return JSON.stringify([host, task]);
}
