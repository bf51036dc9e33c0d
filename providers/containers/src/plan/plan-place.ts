import { isJsonObject, type Json } from '@trueup/diagnostics';
import {
  type Change,
  type DesiredResource,
  type FieldChange,
  type Hazard,
  type ObservedResource,
  parseResourceId,
} from '@trueup/provider-sdk';

import { ownerLabel, specLabel, whoseIs } from '../marks/marks.ts';
import { parseMark } from '../marks/spec-mark.ts';
import { textMapOf } from '../observe/observed-body.ts';
import { compare } from './compare-container.ts';
import { digestDesired } from './describe-root.ts';
import { type Planned, type PlanScene, planned, refuseOthers, stepOf } from './plan-scene.ts';

/** Networks and volumes: there or not, since engines change nothing about them. */
export function planPlace(
  desired: DesiredResource,
  observed: ObservedResource | undefined,
  scene: PlanScene,
): Planned {
  const { id, body } = desired;
  if (!observed) {
    const { digest, sensitive } = digestDesired(id, body, scene);
    const fields = [{ path: [], after: digest, sensitive }];
    return planned({ ...stepOf(desired), action: 'create', fields });
  }
  const labels = textMapOf(observed.body['labels']);
  const whose = whoseIs(labels[ownerLabel], scene.stack);
  if (whose === 'other') return refuseOthers(desired);
  const step = { ...stepOf(desired), version: observed.version };
  // Labels cannot be added afterwards, so what is taken over is remembered by the inventory alone.
  if (whose === 'nobody') {
    const action = scene.inventory.has(id) ? 'none' : 'take-over';
    return planned({ ...step, action, fields: [] });
  }
  const fields = compareMark(labels[specLabel], desired, scene);
  if (fields.length === 0) return planned({ ...step, action: 'none', fields });
  return planned({ ...step, action: 'replace', fields, ...harmOf(desired) });
}

function compareMark(
  text: string | undefined,
  { id, body }: DesiredResource,
  { seal }: PlanScene,
): readonly FieldChange[] {
  const mark = parseMark(text);
  if (!mark) return [];
  return compare(mark, body).map(({ path, before, after, sensitive }) => {
    const show = (value: Json): Json => (sensitive ? seal(value, id, path) : value);
    return {
      path,
      ...(before !== undefined && { before: show(before) }),
      ...(after !== undefined && { after: show(after) }),
      sensitive,
    };
  });
}

function harmOf({ id }: DesiredResource): Pick<Change, 'hazards' | 'protection'> {
  if (parseResourceId(id).kind === 'Volume') return harmOfVolume;
  const hazards: readonly Hazard[] = ['recreates', 'interrupts'];
  return { hazards };
}

/** P3: data goes by explicit words only. */
export const harmOfVolume: Pick<Change, 'hazards' | 'protection'> = {
  hazards: ['destroys-data'],
  protection: 'A volume holds data, which is lost with it.',
};

export function isVolume({ body }: ObservedResource): boolean {
  return isJsonObject(body) && body['kind'] === 'Volume';
}
