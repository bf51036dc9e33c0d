/** Rows of workloads, in the order of the server's columns. */

import type { Json, JsonObject } from '@trueup/diagnostics';
import {
  readAt,
  readFlag,
  readList,
  readNumber,
  readObject,
  readObjects,
  readText,
  readTexts,
} from '../object/read-fields.ts';
import { formatLabelSelector, readLabelSelector } from '../selectors/label-selector.ts';
import {
  containerCells,
  createdAgo,
  formatLabels,
  formatSelector,
  nameOf,
  none,
  podSpecOf,
} from './cell-text.ts';
import { ageOf, formatDuration } from './format-age.ts';

type Row = (object: JsonObject, now: Date) => readonly Json[];

export const workloadRows: Readonly<Record<string, Row>> = {
  'apps/deployments': (object, now) => [
    nameOf(object),
    `${status(object, 'readyReplicas')}/${spec(object, 'replicas')}`,
    status(object, 'updatedReplicas'),
    status(object, 'availableReplicas'),
    createdAgo(object, now),
    ...containerCells(podSpecOf(object)),
    formatLabelSelector(readLabelSelector(readObject(object, 'spec', 'selector')) ?? []),
  ],
  'apps/replicasets': replicas,
  '/replicationcontrollers': (object, now) => [
    ...replicas(object, now).slice(0, -1),
    formatLabels(readTexts(object, 'spec', 'selector')),
  ],
  'apps/statefulsets': (object, now) => [
    nameOf(object),
    `${status(object, 'readyReplicas')}/${spec(object, 'replicas')}`,
    createdAgo(object, now),
    ...containerCells(podSpecOf(object)),
  ],
  'apps/daemonsets': (object, now) => [
    nameOf(object),
    status(object, 'desiredNumberScheduled'),
    status(object, 'currentNumberScheduled'),
    status(object, 'numberReady'),
    status(object, 'updatedNumberScheduled'),
    status(object, 'numberAvailable'),
    formatLabels(readTexts(podSpecOf(object), 'nodeSelector')),
    createdAgo(object, now),
    ...containerCells(podSpecOf(object)),
    formatSelector(readObject(object, 'spec', 'selector')),
  ],
  'batch/jobs': (object, now) => [
    nameOf(object),
    jobStatus(object),
    completions(object),
    jobDuration(object, now),
    createdAgo(object, now),
    ...containerCells(podSpecOf(object)),
    formatSelector(selectorOf(object)),
  ],
  'batch/cronjobs': (object, now) => [
    nameOf(object),
    readText(object, 'spec', 'schedule') ?? '',
    readText(object, 'spec', 'timeZone') ?? none,
    readFlag(object, 'spec', 'suspend') ? 'True' : 'False',
    readList(object, 'status', 'active').length,
    lastSchedule(object, now),
    createdAgo(object, now),
    ...containerCells(readObject(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')),
    formatSelector(undefined),
  ],
  '/podtemplates': (object) => [
    nameOf(object),
    ...containerCells(readObject(object, 'template', 'spec')),
    formatLabels(readTexts(object, 'template', 'metadata', 'labels')),
  ],
  'apps/controllerrevisions': (object, now) => [
    nameOf(object),
    controllerName(object),
    readNumber(object, 'revision') ?? 0,
    createdAgo(object, now),
  ],
};

function replicas(object: JsonObject, now: Date): readonly Json[] {
  return [
    nameOf(object),
    spec(object, 'replicas'),
    status(object, 'replicas'),
    status(object, 'readyReplicas'),
    createdAgo(object, now),
    ...containerCells(podSpecOf(object)),
    formatSelector(readObject(object, 'spec', 'selector')),
  ];
}

function spec(object: JsonObject, name: string): number {
  return readNumber(object, 'spec', name) ?? 0;
}

function status(object: JsonObject, name: string): number {
  return readNumber(object, 'status', name) ?? 0;
}

function selectorOf(object: JsonObject): JsonObject | undefined {
  return readAt(object, 'spec', 'selector') === undefined
    ? undefined
    : readObject(object, 'spec', 'selector');
}

function jobStatus(object: JsonObject): string {
  const conditions = readObjects(object, 'status', 'conditions');
  const has = (type: string): boolean =>
    conditions.some((one) => one['type'] === type && one['status'] === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (readText(object, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completions(object: JsonObject): string {
  const done = status(object, 'succeeded');
  const asked = readNumber(object, 'spec', 'completions');
  if (asked !== undefined) return `${done}/${asked}`;
  const parallelism = spec(object, 'parallelism');
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function jobDuration(object: JsonObject, now: Date): string {
  const start = readText(object, 'status', 'startTime');
  if (start === undefined) return '';
  const end = readText(object, 'status', 'completionTime');
  return formatDuration((end === undefined ? now.getTime() : Date.parse(end)) - Date.parse(start));
}

function lastSchedule(object: JsonObject, now: Date): string {
  const time = readText(object, 'status', 'lastScheduleTime');
  return time === undefined ? none : ageOf(time, now);
}

function controllerName(object: JsonObject): string {
  const owner = readObjects(object, 'metadata', 'ownerReferences').find(
    (one) => one['controller'] === true,
  );
  if (!owner) return none;
  const group = (readText(owner, 'apiVersion') ?? '').split('/').slice(0, -1).join('');
  const kind = (readText(owner, 'kind') ?? '').toLowerCase();
  return `${kind}${group === '' ? '' : `.${group}`}/${readText(owner, 'name')}`;
}
