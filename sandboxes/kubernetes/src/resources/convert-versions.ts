/**
 * Kinds that are served in a version other than the one in which they are stored, and how one becomes
 * the other. What an older version cannot say travels in annotations, as on the server.
 */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { parseJson, writeJson } from '../object/json-text.ts';
import { readNumber, readObject, readObjects, readText, readTexts } from '../object/read-fields.ts';

export interface Conversion {
  /** Both without regard to apiVersion and kind, which are left as they are. */
  readonly toStored: (value: JsonObject) => JsonObject;
  readonly fromStored: (value: JsonObject) => JsonObject;
}

/** By group, version and kind. */
export const conversions: Readonly<Record<string, Conversion>> = {
  'autoscaling/v1/HorizontalPodAutoscaler': {
    toStored: toNewerAutoscaler,
    fromStored: toOlderAutoscaler,
  },
  'events.k8s.io/v1/Event': { toStored: toOlderEvent, fromStored: toNewerEvent },
};

/** Types that are two views of the same objects: those of the second key are stored under the first. */
export const sharedStorage: Readonly<Record<string, string>> = {
  'events.k8s.io/events': '/events',
};

const metricsKey = 'autoscaling.alpha.kubernetes.io/metrics';
const behaviorKey = 'autoscaling.alpha.kubernetes.io/behavior';

function isCpu(metric: JsonObject): boolean {
  return (
    metric['type'] === 'Resource' &&
    readText(metric, 'resource', 'name') === 'cpu' &&
    readText(metric, 'resource', 'target', 'type') === 'Utilization'
  );
}

function toOlderAutoscaler(value: JsonObject): JsonObject {
  const { metrics: _metrics, behavior, ...spec } = readObject(value, 'spec');
  const metrics = readObjects(value, 'spec', 'metrics');
  const cpu = metrics.find(isCpu);
  const others = metrics.filter((metric) => metric !== cpu);
  const target = readNumber(cpu, 'resource', 'target', 'averageUtilization');
  const {
    currentMetrics: _current,
    conditions: _conditions,
    ...status
  } = readObject(value, 'status');
  const hidden = {
    ...(others.length > 0 && { [metricsKey]: writeJson(others) }),
    ...(behavior !== undefined && { [behaviorKey]: writeJson(behavior) }),
  };
  return {
    ...value,
    metadata: annotated(value, (annotations) => ({ ...annotations, ...hidden })),
    spec: { ...spec, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: { currentReplicas: 0, ...status },
  };
}

function toNewerAutoscaler(value: JsonObject): JsonObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = readObject(value, 'spec');
  const annotations = readTexts(value, 'metadata', 'annotations');
  const cpu =
    target === undefined
      ? []
      : [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } },
          },
        ];
  const others = hiddenValue(annotations[metricsKey]);
  const metrics = [...cpu, ...(Array.isArray(others) ? others : [])];
  const behavior = hiddenValue(annotations[behaviorKey]);
  const { currentCPUUtilizationPercentage: _current, ...status } = readObject(value, 'status');
  return {
    ...value,
    metadata: annotated(
      value,
      ({ [metricsKey]: _metrics, [behaviorKey]: _behavior, ...rest }) => rest,
    ),
    spec: {
      ...spec,
      ...(metrics.length > 0 && { metrics }),
      ...(behavior !== undefined && { behavior }),
    },
    ...(value['status'] !== undefined && { status: { currentMetrics: null, ...status } }),
  };
}

/** What nobody can read says nothing. */
function hiddenValue(text: string | undefined): Json | undefined {
  try {
    return text === undefined ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}

type Texts = Readonly<Record<string, string>>;

function annotated(value: JsonObject, change: (annotations: Texts) => Texts): JsonObject {
  const { annotations: _annotations, ...metadata } = readObject(value, 'metadata');
  const annotations = change(readTexts(value, 'metadata', 'annotations'));
  return Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
}

/** The older name of each member of an event, and the newer one. */
const eventMembers: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function toOlderEvent(value: JsonObject): JsonObject {
  const names = new Map(eventMembers.map(([older, newer]) => [newer, older]));
  const renamed = rename(value, names);
  // Members that the older version always has.
  return {
    source: {},
    involvedObject: {},
    reportingComponent: '',
    reportingInstance: '',
    ...renamed,
  };
}

function toNewerEvent(value: JsonObject): JsonObject {
  const renamed = rename(value, new Map(eventMembers));
  // Members that only the older version always has.
  const entries = Object.entries(renamed).filter(
    ([name, member]) => member !== '' || !/^reporting/.test(name),
  );
  return Object.fromEntries(entries);
}

function rename(value: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const entries = Object.entries(value).map(([name, member]): [string, Json] => [
    names.get(name) ?? name,
    member,
  ]);
  return Object.fromEntries(entries);
}

/** A field of the newer events by the name under which it is stored. */
export function storedEventField(field: string): string {
  const [first = '', ...rest] = field.split('.');
  const older = eventMembers.find(([, newer]) => newer === first)?.[0] ?? first;
  return [older, ...rest].join('.');
}
