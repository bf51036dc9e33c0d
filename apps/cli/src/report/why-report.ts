import type { FieldExplanation, Writer } from '@trueup/api';
import type { ExplainedField, ExplainedResource, LineAuthor } from '@trueup/control-plane';
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

/** Whether a field that was asked for is on neither side. */
export function isNowhere({ fields }: WhyReport): boolean {
  return fields.every(({ desired, observed, sensitive }) => {
    return desired === undefined && observed === undefined && !sensitive;
  });
}

/** Of what a server explains. */
export function reportExplained(
  stack: string,
  id: string,
  fields: readonly FieldExplanation[],
): WhyReport {
  return { stack, ...nameOf(id), fields: fields.map(reportExplanation) };
}

function reportExplanation({
  path,
  origin,
  desired,
  observed,
  ...rest
}: FieldExplanation): WhyField {
  const { sensitive, writer } = rest;
  const author = origin && toAuthor(origin);
  return {
    path: formatFieldPath(path),
    sensitive,
    ...(desired !== undefined && { desired }),
    ...(observed !== undefined && { observed }),
    ...(origin && { origin: { file: origin.file, line: origin.line } }),
    ...(author && { author }),
    ...(writer && { writer }),
  };
}

function toAuthor({
  revision,
  author,
  committedAt,
  summary,
}: NonNullable<FieldExplanation['origin']>): LineAuthor | undefined {
  if (author === undefined || committedAt === undefined) return undefined;
  return { revision, author, committedAt, summary: summary ?? '' };
}

function reportField({ path, ...rest }: ExplainedField): WhyField {
  return { path: formatFieldPath(path), ...rest };
}
