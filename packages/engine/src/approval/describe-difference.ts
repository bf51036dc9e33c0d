/** Tells how a plan differs from what was approved before the merge, in words that fit one message. */
import { formatFieldPath, formatJson } from '@trueup/diagnostics';
import type { Change, FieldChange } from '@trueup/provider-sdk';

import type { AskedRequirement } from '../rules/asked-requirement.ts';
import { describeRequirement } from './decide-approval.ts';
import type { MergedRequest } from './merged-request.ts';

const shownSteps = 5;
const shownFields = 3;
const longestValue = 60;

/** `open` are the steps that the approvals do not cover. Holds no secret: of those it names the path. */
export function describeDifference(
  open: readonly Change[],
  merged: readonly MergedRequest[],
  requirements: readonly AskedRequirement[],
): string {
  const before = new Map<string, Change>();
  for (const { shown } of merged) for (const { change } of shown) before.set(change.id, change);
  const lines = open.slice(0, shownSteps).map((change) => {
    const known = before.get(change.id);
    return known && known.action !== 'none' ? compare(known, change) : `new: ${head(change)}`;
  });
  const more = open.length > lines.length ? [`and ${open.length - lines.length} more`] : [];
  const numbers = merged.map(({ number }) => String(number)).join(', ');
  const wanted = requirements.map(describeRequirement).join(', and ');
  const asked = wanted === '' ? '' : ` It takes ${wanted}.`;
  const text = [...lines, ...more].join('; ');
  return `What was approved with merge request ${numbers} is not what is planned now: ${text}.${asked}`;
}

function head({ action, id }: Change): string {
  return `${action} ${id}`;
}

function compare(approved: Change, planned: Change): string {
  if (approved.action !== planned.action) return `${head(planned)} instead of ${approved.action}`;
  const known = new Map(approved.fields.map((field) => [formatFieldPath(field.path), field]));
  const differing = planned.fields.filter((field) => {
    const other = known.get(formatFieldPath(field.path));
    return !other || rawSides(other) !== rawSides(field);
  });
  const now = new Set(planned.fields.map(({ path }) => formatFieldPath(path)));
  const gone = approved.fields.filter(({ path }) => !now.has(formatFieldPath(path)));
  const shown = differing
    .slice(0, shownFields)
    .map((field) => describeField(field, known.get(formatFieldPath(field.path))));
  const lost = gone.slice(0, shownFields).map(({ path }) => `${formatFieldPath(path)} no longer`);
  const details = [...shown, ...lost].join(', ');
  return details === '' ? `${head(planned)} is not approved` : `${head(planned)} (${details})`;
}

function rawSides({ before, after, unknown }: FieldChange): string {
  return formatJson([
    before === undefined ? [] : [before],
    after === undefined ? [] : [after],
    unknown === true,
  ]);
}

/** Seals compare, and say nothing to people. */
function describeField(field: FieldChange, approved: FieldChange | undefined): string {
  if (field.path.length === 0) return 'another body';
  const path = formatFieldPath(field.path);
  if (!approved) return `${path} ${sidesOf(field)}, which was not shown`;
  if (field.sensitive) return `${path}, a secret, differs`;
  return `${path} ${sidesOf(field)}, approved ${sidesOf(approved)}`;
}

function sidesOf({ before, after, sensitive, unknown }: FieldChange): string {
  if (sensitive) return 'secret';
  const text = (value: FieldChange['after']): string => {
    if (value === undefined) return 'nothing';
    const whole = formatJson(value);
    return whole.length > longestValue ? `${whole.slice(0, longestValue)}…` : whole;
  };
  return `${text(before)} → ${unknown ? 'unknown' : text(after)}`;
}
