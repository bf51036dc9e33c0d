/**
 * Decides which fields of a drifted resource can be asked for in Git at all.
 *
 * A1. No secret leaves its place: what is sealed stays (P5).
 * A2. What the target adds on its own is nobody's wish.
 * A3. What others added counts where somebody asks for it.
 * A4. Deleting what Git describes takes a commit by a person (P3).
 */
import { formatFieldPath } from '@trueup/diagnostics';
import type { DriftItem } from '@trueup/engine';
import type { Change, FieldChange, ForeignField } from '@trueup/provider-sdk';

import type { RefusedField } from './adoption.ts';

export interface PickRequest {
  /** As it stands open. */
  readonly item: Pick<DriftItem, 'resource' | 'change'>;
  /** The same resource, planned at the followed head right now. */
  readonly change: Change | undefined;
  /** Of the resource, what others added there. */
  readonly foreign: readonly ForeignField[];
  /** Whether these are asked for as well: their fields are part of `change` then. */
  readonly takesForeign: boolean;
}

export interface Picked {
  readonly fields: readonly FieldChange[];
  readonly refused: readonly RefusedField[];
}

/** What no longer differs is neither picked nor refused. */
export function pickFields(request: PickRequest): Picked {
  const { item, change, foreign, takesForeign } = request;
  const id = item.resource;
  const whole = reasonOfAction(item.change.action);
  if (whole !== undefined) return { fields: [], refused: [{ id, path: [], reason: whole }] };
  const drifted = placesOf(item.change.fields);
  const asked = takesForeign ? new Set([...drifted, ...placesOf(foreign)]) : drifted;
  // What a revision that waits changes is no drift.
  const differing = (change?.fields ?? []).filter(({ path }) => asked.has(formatFieldPath(path)));
  const refused = differing.flatMap((field) => {
    const reason = reasonOfField(field);
    return reason === undefined ? [] : { id, path: field.path, reason };
  });
  return {
    fields: differing.filter((field) => reasonOfField(field) === undefined),
    refused: [...refused, ...refuseForeign(request, drifted)],
  };
}

/** A3. A field that others took over differs as well: it is asked for, and nobody's addition. */
function refuseForeign(
  { item, change, foreign }: PickRequest,
  drifted: ReadonlySet<string>,
): readonly RefusedField[] {
  const differing = placesOf(change?.fields ?? []);
  const reason = 'others added it: ask for what they add as well';
  return foreign
    .filter(({ path }) => {
      const place = formatFieldPath(path);
      return drifted.has(place) && !differing.has(place);
    })
    .map(({ path }) => ({ id: item.resource, path, reason }));
}

function placesOf(fields: readonly Pick<FieldChange, 'path'>[]): ReadonlySet<string> {
  return new Set(fields.map(({ path }) => formatFieldPath(path)));
}

/** A4 */
function reasonOfAction(action: Change['action']): string | undefined {
  switch (action) {
    case 'update':
    case 'replace':
      return undefined;
    case 'create':
      return 'it is gone from the target: take its description out of Git by a commit of your own';
    case 'delete':
      return 'Git does not describe it: write it into Git, or let a run delete it';
    default:
      return 'it does not differ in fields that Git could ask for';
  }
}

/** A1, A2 */
function reasonOfField({ path, sensitive, generated, unknown, before, after }: FieldChange) {
  if (sensitive) return 'it holds a secret';
  if (generated) return 'the target adds it on its own';
  if (unknown) return 'its value is not known';
  if (path.length === 0) return 'only single fields can be adopted';
  return before === undefined && after === undefined ? 'its value is not known' : undefined;
}
