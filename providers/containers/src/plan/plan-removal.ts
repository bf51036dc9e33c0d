import {
  type Change,
  formatResourceId,
  type ObservedResource,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import { ownerLabel, whoseIs } from '../marks/marks.ts';
import { containersOf, textMapOf } from '../observe/observed-body.ts';
import { describeGoing } from './describe-root.ts';
import { harmOfVolume, isVolume } from './plan-place.ts';
import { nothingPlanned, type Planned, type PlanScene, planned } from './plan-scene.ts';

/** What the stack owned and no longer describes. Containers go before what they are in. */
export function planRemoval(observed: ObservedResource, scene: PlanScene): Planned {
  const { id, version, body } = observed;
  const labels = textMapOf(body['labels']);
  const owners = [labels[ownerLabel], ...containersOf(body).map((one) => one.labels[ownerLabel])];
  // Somebody else has it now; what was taken over bears no mark.
  if (owners.some((owner) => whoseIs(owner, scene.stack) === 'other')) return nothingPlanned;
  const change: Change = {
    id,
    version,
    action: 'delete',
    fields: [describeGoing(body)],
    confidence: 'predicted',
    position: { wave: 0, rank: 0 },
    dependsOn: placesOf(observed, scene.inventory),
    hazards: ['interrupts'],
    ...(isVolume(observed) && harmOfVolume),
  };
  return planned(change);
}

function placesOf(
  { id, body }: ObservedResource,
  inventory: ReadonlySet<ResourceId>,
): readonly ResourceId[] {
  const { scope } = parseResourceId(id);
  const ids = containersOf(body).flatMap(({ networks, volumes }) => [
    ...networks.map((name) => formatResourceId({ kind: 'Network', scope, name })),
    ...volumes.map((name) => formatResourceId({ kind: 'Volume', scope, name })),
  ]);
  return [...new Set(ids)].filter((one) => inventory.has(one));
}
