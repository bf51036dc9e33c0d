import type { Diagnostic, JsonObject } from '@trueup/diagnostics';
import type {
  Change,
  DesiredResource,
  ForeignField,
  ForeignRule,
  Gap,
  ObservedResource,
  ResourceId,
  Stack,
} from '@trueup/provider-sdk';

import type { KubernetesClient, ObjectPlace } from '../kubernetes-client.ts';
import type { AnswerMemory } from './remember-answers.ts';
import type { Seal } from './sensitive-fields.ts';

/** What planning one resource needs to know besides the resource. */
export interface PlanScene {
  readonly client: KubernetesClient;
  readonly stack: Stack;
  readonly foreign: ForeignRule;
  /** Managers whose fields are left to them. */
  readonly leaveTo: readonly string[];
  readonly fieldManager: string;
  readonly creates: 'predicted' | 'dry-run';
  readonly seal: Seal;
  readonly memory: AnswerMemory;
  readonly signal: AbortSignal;
  /**
   * Of the stack's own definitions and namespaces: whether this one is not there yet (`coming`), or
   * there and not as it will be (`changing`).
   */
  readonly comingState: (id: ResourceId) => 'coming' | 'changing' | undefined;
  /** Whether an autoscaler targets it. Asks the cluster where replicas differ, and only then. */
  readonly isScaled: (id: ResourceId) => Promise<boolean>;
  /** `undefined` when the cluster does not know the kind in this version. */
  readonly placeOf: (id: ResourceId, body: JsonObject) => Promise<ObjectPlace | undefined>;
  readonly toObserved: (id: ResourceId, body: JsonObject) => ObservedResource;
}

/** What planning one resource came to. */
export interface Planned {
  readonly changes: readonly Change[];
  readonly gaps: readonly Gap[];
  readonly foreign: readonly ForeignField[];
  readonly diagnostics: readonly Diagnostic[];
}

export const nothingPlanned: Planned = { changes: [], gaps: [], foreign: [], diagnostics: [] };

/** What every change of a resource says. */
export function stepOf({
  id,
  position,
  dependsOn,
}: DesiredResource): Pick<Change, 'id' | 'hazards' | 'position' | 'dependsOn'> {
  return { id, hazards: [], position, dependsOn };
}

export function complainAbout(
  { id, origin }: DesiredResource,
  problem: { readonly code: string; readonly what: string; readonly advice?: string },
): Planned {
  const { code, what, advice } = problem;
  const diagnostic: Diagnostic = {
    severity: 'error',
    code,
    path: [],
    ...(origin && { origin }),
    summary: `${id}: ${what}`,
    ...(advice !== undefined && { advice }),
  };
  return { ...nothingPlanned, diagnostics: [diagnostic] };
}

export function gapAt(subject: ResourceId, extent: Gap['extent'], why: string): Gap {
  return { subject, extent, message: `${subject}: ${why}` };
}
