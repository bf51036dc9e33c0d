import type { ExplainedField, ExplainedResource, LineAuthor, Writer } from '@trueup/control-plane';
import { formatFieldPath, type Json, type Origin } from '@trueup/diagnostics';

import { nameOf, type ResourceName } from './plan-report.ts';
import { type ResourceReport, reportHealth } from './status-report.ts';

/** The shape of `trueup why -o json`. */
export interface WhyReport extends ResourceName {
  readonly stack: string;
  /** Absent where a server has not looked. */
  readonly health?: Pick<ResourceReport, 'health' | 'reason' | 'message'>;
  readonly fields: readonly WhyField[];
}

export interface WhyField {
  readonly path: string;
  /** Absent when Git does not set it. */
  readonly desired?: Json;
  /** Absent when the target does not have it. */
  readonly observed?: Json;
  readonly sensitive: boolean;
  readonly origin?: Origin;
  /** Who wrote the line; absent too for a line that is not committed. */
  readonly author?: LineAuthor;
  readonly writer?: Writer;
}

export function reportWhy(stack: string, explained: ExplainedResource): WhyReport {
  const { id, health, fields } = explained;
  return {
    stack,
    ...nameOf(id),
    health: reportHealth(id, health),
    fields: fields.map(reportField),
  };
}

function reportField({ path, ...rest }: ExplainedField): WhyField {
  return { path: formatFieldPath(path), ...rest };
}
