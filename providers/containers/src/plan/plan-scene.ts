import type { Diagnostic, FieldPath, Json } from '@trueup/diagnostics';
import type {
  Change,
  DesiredResource,
  Gap,
  ObservedResource,
  ResourceId,
  Stack,
} from '@trueup/provider-sdk';

export interface PlanScene {
  readonly stack: Stack;
  readonly seal: (secret: Json, id: ResourceId, path: FieldPath) => string;
  readonly observed: ReadonlyMap<ResourceId, ObservedResource>;
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  readonly inventory: ReadonlySet<ResourceId>;
}

export interface Planned {
  readonly changes: readonly Change[];
  readonly gaps: readonly Gap[];
  readonly diagnostics: readonly Diagnostic[];
}

export const nothingPlanned: Planned = { changes: [], gaps: [], diagnostics: [] };

export function planned(change: Change): Planned {
  return { ...nothingPlanned, changes: [change] };
}

export function stepOf({
  id,
  position,
  dependsOn,
}: DesiredResource): Pick<Change, 'id' | 'position' | 'dependsOn' | 'hazards' | 'confidence'> {
  return { id, position, dependsOn, hazards: [], confidence: 'predicted' };
}

/** Somebody else's: two stacks that write one resource would undo each other for ever. */
export function refuseOthers({ id, origin }: DesiredResource): Planned {
  const where = origin ? `${origin.file}:${origin.line}: ` : '';
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'CONTAINERS_OWNED_BY_ANOTHER',
    path: [],
    ...(origin && { origin }),
    summary: `${where}${id}: another stack owns it`,
    advice: 'Choose another name, or remove it from the other stack.',
  };
  return { ...nothingPlanned, diagnostics: [diagnostic] };
}
