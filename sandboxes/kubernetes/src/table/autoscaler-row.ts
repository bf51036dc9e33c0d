/** The row of an autoscaler, which says how far each of its metrics is from its target. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import { readNumber, readObject, readObjects, readText } from '../object/read-fields.ts';
import { createdAgo, nameOf, none } from './cell-text.ts';

export function autoscalerRow(object: JsonObject, now: Date): readonly Json[] {
  const target = readObject(object, 'spec', 'scaleTargetRef');
  const least = readNumber(object, 'spec', 'minReplicas');
  return [
    nameOf(object),
    `${readText(target, 'kind')}/${readText(target, 'name')}`,
    metrics(object),
    least === undefined ? '<unset>' : String(least),
    readNumber(object, 'spec', 'maxReplicas') ?? 0,
    readNumber(object, 'status', 'currentReplicas') ?? 0,
    createdAgo(object, now),
  ];
}

function metrics(object: JsonObject): string {
  const list = readObjects(object, 'spec', 'metrics');
  if (list.length === 0) return none;
  const statuses = readObjects(object, 'status', 'currentMetrics');
  const texts = list.map((metric, index) => metricText(metric, statuses[index]));
  return texts.length > 2
    ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...`
    : texts.join(', ');
}

const unknown = '<unknown>';

function metricText(metric: JsonObject, status: JsonObject | undefined): string {
  const type = readText(metric, 'type') ?? '';
  const member = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const target = readObject(metric, member, 'target');
  const current = readObject(status, member, 'current');
  if (type !== 'Resource' && type !== 'ContainerResource')
    return otherMetric(type, target, current);
  const name = readText(metric, member, 'name') ?? '';
  const value = readText(target, 'averageValue');
  if (value === undefined)
    return `${name}: ${percent(current, unknown)}/${percent(target, '<auto>')}`;
  return `${name}: ${readText(current, 'averageValue') ?? unknown}/${value}`;
}

function percent(metric: JsonObject, fallback: string): string {
  const used = readNumber(metric, 'averageUtilization');
  return used === undefined ? fallback : `${used}%`;
}

function otherMetric(type: string, target: JsonObject, current: JsonObject): string {
  const isAverage = target['averageValue'] !== undefined;
  const name = isAverage ? 'averageValue' : 'value';
  const average = isAverage && type !== 'Pods' ? ' (avg)' : '';
  return `${readText(current, name) ?? unknown}/${readText(target, name) ?? ''}${average}`;
}
