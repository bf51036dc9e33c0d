/** How one step ended, by what the run told of it and by the look that followed. */
import { type Failure, StalledError, TransientError, toFailure } from '@trueup/diagnostics';
import {
  type Change,
  type DesiredResource,
  type End,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { TaskResult } from '../client/parse-event.ts';
import type { Look } from '../observe/look-at-stack.ts';
import { type RunReport, stepKey } from '../observe/run-report.ts';
import { repeatsOf } from '../plan/plan-stack.ts';
import { explainEnd, explainResult } from '../translate-errors.ts';

export interface EndContext {
  readonly report: RunReport;
  /** Absent when the second look said nothing. */
  readonly after: Look | undefined;
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  readonly mask: (text: string) => string;
}

export function endOf(change: Change, context: EndContext): End {
  const { id } = change;
  const { scope: host, name } = parseResourceId(id);
  const { report, mask } = context;
  const result = report.results.get(stepKey(host, name));
  if (!result) return endWithout(id, context);
  if (result.status === 'failed' && !result.ignored) {
    return { kind: 'failed', id, failure: explainResult(result, id, mask) };
  }
  if (result.status === 'unreachable') {
    const never = !wasReached(host, report) && isRefusedConnection(result);
    const kind = never ? 'failed' : 'in-doubt';
    return { kind, id, failure: explainResult(result, id, mask) };
  }
  return endDone(change, result, context);
}

/** The run said that it went well; the look decides whether it also holds. */
function endDone({ id, action }: Change, result: TaskResult, { after, desired }: EndContext): End {
  const described = desired.get(id);
  const seen = after?.tasks.find((one) => one.id === id);
  const isOff = seen && (seen.state === 'absent' || seen.state === 'differs');
  if (action === 'execute' || !isOff || !described) return { kind: 'done', id };
  if (result.status === 'changed') return { kind: 'done', id, repeats: repeatsOf(described) };
  const message = `${id}: the run did not change it, and it still differs`;
  const error = new TransientError('ANSIBLE_NOT_BROUGHT_ABOUT', message, id);
  return { kind: 'in-doubt', id, failure: toFailure(error) };
}

function endWithout(id: ResourceId, { report, mask }: EndContext): End {
  const { scope: host, name } = parseResourceId(id);
  const { stats, begun, malformed } = report;
  if (begun.has(stepKey(host, name)) || malformed > 0) {
    const failure = explainCut(id, report, mask);
    return { kind: 'in-doubt', id, failure };
  }
  const counts = stats?.get(host);
  // A handler that nobody notified, or a step that a condition left out by now.
  if (counts && counts.failures === 0 && counts.unreachable === 0) return { kind: 'done', id };
  if (!stats) return { kind: 'failed', id, failure: explainCut(id, report, mask) };
  const why = counts ? `something before it failed on ${host}` : 'too much failed before its batch';
  const error = new StalledError('ANSIBLE_TASK_NOT_REACHED', `${id}: not tried, since ${why}`, id);
  return { kind: 'failed', id, failure: toFailure(error) };
}

function explainCut(id: ResourceId, report: RunReport, mask: EndContext['mask']): Failure {
  const known = explainEnd(report, mask);
  if (known) return { ...toFailure(known), subject: id };
  const message = `${id}: began, and nothing was told of its end`;
  return toFailure(new TransientError('ANSIBLE_NO_END', message, id));
}

/** Nothing was begun where no connection came about. One that broke off may have brought the step on its way. */
function isRefusedConnection({ message }: TaskResult): boolean {
  return /connection refused|connection timed out|no route to host|network is unreachable|could not resolve|name or service not known|host key verification failed|identification has changed|permission denied/i.test(
    message,
  );
}

function wasReached(host: string, { results }: RunReport): boolean {
  return [...results.values()].some((one) => one.host === host && one.status !== 'unreachable');
}
