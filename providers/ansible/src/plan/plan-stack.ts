/** What check mode found, as a plan. What it cannot look into is a gap, never left out. */
import type { Diagnostic } from '@trueup/diagnostics';
import {
  type Change,
  type Confidence,
  type DesiredResource,
  digestBody,
  formatResourceId,
  type Gap,
  type Plan,
  type PlanRequest,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { Look, SeenTask } from '../observe/look-at-stack.ts';
import { isOutput } from '../observe/observe-outputs.ts';
import { oneLine } from '../translate-errors.ts';
import { packArtifact } from './artifact.ts';
import { compareHosts, hostsInOrder, identityOf } from './compare-hosts.ts';
import { coverageOf, gapAt, leftGaps, tagGaps, untoldOutputs } from './find-gaps.ts';
import { readDiffs, rootOf, type SealContext } from './read-diffs.ts';

export interface PlanContext {
  readonly seal: SealContext['seal'];
  /** Of the bundle that is to be applied. */
  readonly pinned: string;
  readonly leavesUnreachable: boolean;
}

export function planStack(request: PlanRequest, look: Look, context: PlanContext): Plan {
  const scene = createScene(request, look, context);
  const found = look.tasks.map((task) => planTask(task, scene));
  const steps = found.flatMap(({ change }) => change);
  const changes = [...hostsInOrder(request, steps), ...planOutputs(request)];
  const diagnostics = [
    ...compareHosts(request),
    ...found.flatMap(({ diagnostics: said = [] }) => said),
    ...complainOfUnreachable(look, context),
    ...warnOfProbes(look),
  ];
  const gaps = [
    ...found.flatMap(({ gap }) => gap ?? []),
    ...leftGaps(request),
    ...untoldOutputs(look),
    ...tagGaps(look.bundle),
    ...coverageOf(look.tasks),
  ];
  return {
    targetIdentity: identityOf(request.prepared.resources),
    changes,
    coverage: { gaps },
    foreign: [],
    diagnostics,
    artifact: packArtifact(context.pinned, changes),
  };
}

/** Nothing is described any more: what tasks did stays, since nobody can take it back. */
export function planNothing(request: PlanRequest): Plan {
  return {
    targetIdentity: identityOf(request.inventory.map((id) => ({ id, body: {} }))),
    changes: [],
    coverage: { gaps: leftGaps(request) },
    foreign: [],
    diagnostics: [],
  };
}

/** Stands for a step that wants to be taken each time, once that is known of it. */
export function repeatsOf({
  id,
  body,
  position,
}: Pick<DesiredResource, 'id' | 'body' | 'position'>): Change {
  const { scope, name } = parseResourceId(id);
  const content = digestBody({ task: body['task'] ?? '' });
  return {
    id: formatResourceId({ kind: 'Repeats', scope, name }),
    action: 'execute',
    fields: [{ path: [], after: content, sensitive: false }],
    confidence: 'opaque',
    hazards: [],
    position,
    dependsOn: [],
    executes: 'always',
  };
}

interface Scene {
  readonly desired: ReadonlyMap<ResourceId, DesiredResource>;
  readonly executed: ReadonlySet<ResourceId>;
  readonly seal: SealContext;
  readonly mask: (text: string) => string;
  /** Hosts on which a step came already that nobody can look into. */
  readonly unsure: Map<string, number>;
}

interface Found {
  readonly change: readonly Change[];
  readonly gap?: readonly Gap[];
  readonly diagnostics?: readonly Diagnostic[];
}

function createScene(request: PlanRequest, look: Look, context: PlanContext): Scene {
  const { masker, secrets } = look;
  return {
    desired: new Map(request.prepared.resources.map((one) => [one.id, one])),
    executed: new Set(request.executed),
    seal: { masker, secrets, seal: context.seal },
    mask: (text) => masker.mask(text),
    unsure: new Map(),
  };
}

function planTask(task: SeenTask, scene: Scene): Found {
  const { id, host, state } = task;
  const before = scene.unsure.get(host);
  const sure: Confidence = before === undefined ? 'certain' : 'predicted';
  if (before !== undefined) scene.unsure.set(host, before + 1);
  switch (state) {
    case 'right':
      return { change: [changeOf(task, scene, { action: 'none', confidence: sure, fields: [] })] };
    case 'unreachable':
      return {
        change: [],
        gap: [gapAt(id, 'partial', `${host} cannot be reached, so that nothing is known`)],
      };
    case 'absent':
    case 'differs':
      return planDifference(task, scene, sure);
    case 'opaque':
      scene.unsure.set(host, before ?? 0);
      return planOpaque(task, scene, 'what it does is known when it has run');
    default:
      return planFailed(task, scene);
  }
}

function planDifference(task: SeenTask, scene: Scene, sure: Confidence): Found {
  const { id, state, result } = task;
  if (!result) return { change: [] };
  const desired = scene.desired.get(id);
  const repeats = desired && repeatsOf(desired);
  if (repeats && scene.executed.has(repeats.id)) {
    const none = changeOf(task, scene, { action: 'none', confidence: sure, fields: [] });
    const message = 'it is not idempotent: it wants to change the same again each time';
    return { change: [none, repeats], gap: [gapAt(repeats.id, 'opaque', message)] };
  }
  // A handler runs since something else changes, and leaves nothing to compare.
  if (result.handler)
    return planOpaque(task, scene, 'it is a handler, which runs once it is notified');
  if (state === 'absent') {
    const fields = [rootOf(id, result, scene.seal)];
    return { change: [changeOf(task, scene, { action: 'create', confidence: sure, fields })] };
  }
  const fields = readDiffs(id, result, scene.seal);
  const blind = fields.every(({ unknown }) => unknown);
  const confidence = blind ? 'predicted' : sure;
  const gap = blind ? [gapAt(id, 'partial', 'it reports a change and does not show which')] : [];
  return { change: [changeOf(task, scene, { action: 'update', confidence, fields })], gap };
}

function planOpaque(task: SeenTask, scene: Scene, message: string): Found {
  const { id } = task;
  const body = scene.desired.get(id)?.body;
  const content = digestBody({ task: body?.['task'] ?? task.result?.task ?? '' });
  const fields = [{ path: [], after: content, sensitive: false }];
  const change = changeOf(task, scene, { action: 'execute', confidence: 'opaque', fields });
  return { change: [{ ...change, executes: 'always' }], gap: [gapAt(id, 'opaque', message)] };
}

/**
 * That check mode fails says that the plan is incomplete, not that the step would fail: it may need what an earlier step
 * makes. It is run beside the others, and is never drift.
 */
function planFailed(task: SeenTask, scene: Scene): Found {
  const { id, host, state, result } = task;
  if (state === 'unreached' || !result) {
    return planOpaque(
      task,
      scene,
      `nothing was told of it on ${host}: check mode failed before it, or its answer cannot be read`,
    );
  }
  scene.unsure.set(host, scene.unsure.get(host) ?? 0);
  const found = planOpaque(task, scene, 'check mode fails here, so that nothing is known');
  const why = result.censored ? '' : `: ${oneLine(scene.mask(result.message))}`;
  const { file, line } = result;
  const warning: Diagnostic = {
    severity: 'warning',
    code: 'ANSIBLE_CHECK_FAILED',
    path: [],
    summary: `${id}: check mode fails${why}`,
    ...(file !== '' && { origin: { file, line } }),
  };
  return { ...found, diagnostics: [warning] };
}

function changeOf(
  { id }: SeenTask,
  { desired }: Scene,
  rest: Pick<Change, 'action' | 'confidence' | 'fields'>,
): Change {
  const {
    position = { wave: 0, rank: 0 },
    dependsOn = [],
    executes,
    origin,
  } = desired.get(id) ?? {};
  const fields = rest.fields.map((field) => (origin ? { ...field, origin } : field));
  return { id, hazards: [], position, dependsOn, ...rest, fields, ...(executes && { executes }) };
}

/** An output is told, never brought about. */
function planOutputs({ prepared }: PlanRequest): readonly Change[] {
  return prepared.resources
    .filter(({ id }) => isOutput(id))
    .map(({ id, position, dependsOn }) => ({
      ...({ id, action: 'none', confidence: 'certain' } as const),
      ...{ fields: [], hazards: [], position, dependsOn },
    }));
}

function complainOfUnreachable(
  { tasks, masker }: Look,
  context: PlanContext,
): readonly Diagnostic[] {
  const hosts = new Map<string, string>();
  for (const { host, state, result } of tasks) {
    if (state !== 'unreachable') continue;
    const said = oneLine(masker.mask(result?.message ?? ''));
    if (said !== '' || !hosts.has(host)) hosts.set(host, said);
  }
  return [...hosts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, reason]) => ({
      severity: context.leavesUnreachable ? 'warning' : 'error',
      code: 'ANSIBLE_HOST_UNREACHABLE',
      path: ['hosts'],
      summary: `${host}: cannot be reached, so that nothing is known about it${reason === '' ? '' : `: ${reason}`}`,
      advice: 'Write `unreachable: leave` at the stack to go on without hosts that are down.',
    }));
}

/** `check_mode: false` runs for real in every plan. */
function warnOfProbes({ report }: Look): readonly Diagnostic[] {
  const probes = new Map(
    [...report.results.values()]
      .filter(({ probe, quiet }) => probe && !quiet)
      .map((result) => [result.task, result]),
  );
  return [...probes.values()].map(({ task, file, line }) => ({
    severity: 'warning',
    code: 'ANSIBLE_RUNS_IN_CHECK',
    path: [],
    summary: `${task}: says \`check_mode: false\`, so that it runs for real whenever this is planned`,
    ...(file !== '' && { origin: { file, line } }),
  }));
}
