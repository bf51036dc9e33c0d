/** Makes pods of templates, for all controllers that have pods. */

import type { JsonObject } from '@trueup/diagnostics';

import { ApiError } from '../http/api-error.ts';
import { copyJson, type Draft, draftAt, ensureDraft, toDraft } from '../object/draft.ts';
import { readObject, readText } from '../object/read-fields.ts';
import type { ControllerContext } from './controller.ts';
import { controlledBy, type Known } from './owned-objects.ts';

export interface PodPlan {
  readonly template: JsonObject;
  /** Absent to have one made up from the owner's. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly component: string;
  /** Whatever else is decided by who makes the pod. */
  readonly adjust?: (pod: Draft) => void;
}

/** A refusal is told by an event, as real controllers do; the next event brings the next attempt. */
export function createPod(context: ControllerContext, owner: Known, plan: PodPlan): void {
  const { client, events } = context;
  const { value, stored } = owner;
  const pod = toPod(owner, plan);
  plan.adjust?.(pod);
  try {
    const made = client.create('/pods', stored.namespace, pod);
    const name = readText(made, 'metadata', 'name') ?? '';
    events.record(value, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${name}`,
      component: plan.component,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    events.record(value, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${error.message}`,
      component: plan.component,
    });
  }
}

function toPod(owner: Known, { template, name, labels }: PodPlan): Draft {
  const draft = toDraft(template);
  const templated = draftAt(draft, 'metadata');
  const metadata: Draft = {
    ...(name === undefined ? { generateName: `${owner.stored.name}-` } : { name }),
    labels: { ...draftAt(templated, 'labels'), ...labels },
    ownerReferences: [controlledBy(owner)],
  };
  for (const member of ['annotations', 'finalizers']) {
    const given = templated?.[member];
    if (given !== undefined) metadata[member] = copyJson(given);
  }
  if (Object.keys(ensureDraft(metadata, 'labels')).length === 0) delete metadata['labels'];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: toDraft(readObject(template, 'spec')) };
}
