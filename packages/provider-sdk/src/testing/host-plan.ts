/** Compares tasks with what hosts look like. What a command does cannot be known before it runs. */
import type { CallContext } from '../call-context.ts';
import type { Change, Confidence, FieldChange, Gap, Plan } from '../change.ts';
import { digestBody } from '../digest-body.ts';
import type { PlanRequest } from '../provider.ts';
import {
  type DesiredResource,
  type ObservedResource,
  parseResourceId,
  type ResourceId,
} from '../resource.ts';
import type { HostFleet } from './host-fleet.ts';
import type { TaskBody } from './host-prepare.ts';
import { memberChanges } from './member-changes.ts';

export interface HostPlanContext {
  readonly fleet: HostFleet;
  readonly target: string;
  readonly seal: CallContext['seal'];
}

export function planHosts(request: PlanRequest, context: HostPlanContext): Plan {
  const { prepared, inventory } = request;
  const observed = new Map(request.observed.map((one) => [one.id, one]));
  const unsure = new Set<string>();
  const changes: Change[] = [];
  const gaps: Gap[] = [];
  for (const desired of prepared.resources) {
    const { id, executes } = desired;
    const { scope } = parseResourceId(id);
    if (!context.fleet.isReachable(scope)) {
      gaps.push(gapAt(id, 'partial', `${id}: ${scope} cannot be reached, so nothing is known`));
      continue;
    }
    const confidence = unsure.has(scope) ? 'predicted' : 'certain';
    const change = planTask(desired, observed.get(id), { ...context, confidence });
    changes.push(change);
    if (!executes || change.action === 'none') continue;
    gaps.push(gapAt(id, 'opaque', `${id}: what it does is known when it has run`));
    unsure.add(scope);
  }
  const wanted = new Set(prepared.resources.map(({ id }) => id));
  const left = inventory.filter((id) => !wanted.has(id));
  return {
    targetIdentity: identityOf(wanted.size > 0 ? [...wanted] : inventory),
    changes,
    coverage: { gaps: [...gaps, ...left.map(leftGap)] },
    foreign: [],
    diagnostics: [],
  };
}

/** Under which a host remembers what ran. */
export function digestTask(
  id: ResourceId,
  body: TaskBody,
  { target, seal }: Pick<HostPlanContext, 'target' | 'seal'>,
): string {
  return body.sensitive ? seal(body, { target, id, path: [] }) : digestBody(body);
}

/** Another host list is another target: an approval for three hosts is none for four. */
function identityOf(ids: readonly ResourceId[]): string {
  const hosts = new Set(ids.map((id) => parseResourceId(id).scope));
  return `hosts:${[...hosts].sort().join(',')}`;
}

function gapAt(subject: ResourceId, extent: Gap['extent'], message: string): Gap {
  return { subject, extent, message };
}

function leftGap(id: ResourceId): Gap {
  return gapAt(id, 'partial', `${id}: is no longer described; what it did stays`);
}

interface TaskContext extends HostPlanContext {
  readonly confidence: Confidence;
}

function planTask(
  desired: DesiredResource,
  observed: ObservedResource | undefined,
  context: TaskContext,
): Change {
  const { id, position, dependsOn, executes } = desired;
  const body = desired.body as TaskBody;
  const { confidence } = context;
  const step = { id, position, dependsOn, hazards: [], confidence };
  const root = { path: [], sensitive: body.sensitive, after: digestTask(id, body, context) };
  if (executes) {
    const ran = observed?.body['ran'];
    if (executes === 'changed' && ran === root.after)
      return { ...step, action: 'none', fields: [] };
    const fields = [{ ...root, ...(typeof ran === 'string' && { before: ran }) }];
    return { ...step, action: 'execute', fields, executes, confidence: 'opaque' };
  }
  if (!observed) return { ...step, action: 'create', fields: [root] };
  const fields = contentChanges(desired, body, observed, context);
  return { ...step, action: fields.length > 0 ? 'update' : 'none', fields };
}

function contentChanges(
  { id, origin }: DesiredResource,
  { does, text, sensitive }: TaskBody,
  observed: ObservedResource,
  { target, seal }: HostPlanContext,
): readonly FieldChange[] {
  const path = ['content'];
  const { content } = observed.body;
  const before = typeof content === 'string' ? content : '';
  const after = does === 'append' ? before.concat(text) : text;
  if (before === after) return [];
  const sealOne = sensitive
    ? (value: unknown) => seal(String(value), { target, id, path })
    : undefined;
  return memberChanges({ path, before, after, origin, seal: sealOne });
}
