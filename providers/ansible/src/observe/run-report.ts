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
  readonly plays: readonly ListedPlay[];
  readonly emptyPlays: readonly string[];
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
  const plays: ListedPlay[] = [];
  const emptyPlays: string[] = [];
  const results = new Map<string, TaskResult>();
  const begun = new Set<string>();
  const secrets = new Set<string>();
  let outputs: Extract<AnsibleEvent, { kind: 'outputs' }> | undefined;
  let stats: ReadonlyMap<string, HostStats> | undefined;
  const note = (event: AnsibleEvent): void => {
    switch (event.kind) {
      case 'tasks':
        plays.push(event);
        break;
      case 'no-hosts':
        emptyPlays.push(event.play);
        break;
      case 'begin':
        begun.add(stepKey(event.host, event.task));
        break;
      case 'result':
        results.set(stepKey(event.host, event.task), event);
        break;
      case 'secrets':
        for (const value of event.values) secrets.add(value);
        break;
      case 'outputs':
        outputs = event;
        break;
      case 'stats':
        stats = event.hosts;
        break;
      default:
    }
  };
  const end = await client.run(job, {
    signal,
    onEvent: (event) => {
      note(event);
      onEvent?.(event);
    },
  });
  const { values = {}, hidden = [] } = outputs ?? {};
  const found = { secrets: [...secrets], outputs: values, hiddenOutputs: hidden };
  return { ...end, plays, emptyPlays, results, begun, ...found, ...(stats && { stats }) };
}

export function stepKey(host: string, task: string): string {
  return JSON.stringify([host, task]);
}
