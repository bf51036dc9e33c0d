/**
 * Has the tool plan a stack, and tells what that plan says. The saved plan itself is the artifact: what
 * is applied is that file and nothing else (P2).
 */
import {
  type Diagnostic,
  formatFieldPath,
  type JsonObject,
  readList,
  readObject,
  StalledError,
} from '@trueup/diagnostics';
import {
  type CallContext,
  type Change,
  type Plan,
  type PlanRequest,
  parseResourceId,
  type ResourceId,
  type Target,
} from '@trueup/provider-sdk';

import { type FoundState, findState } from '../observe/find-state.ts';
import { type KnownState, versionOf } from '../observe/read-state.ts';
import { idOf, outputKind } from '../prepare/prepare-stack.ts';
import { parseStackSettings } from '../schema.ts';
import { unpackSources } from '../sources/sources-archive.ts';
import { identifyState } from '../sources/state-place.ts';
import type { PlanAnswer, TerraformClient } from '../terraform-client.ts';
import {
  isConfigurationError,
  readComplaints,
  toDiagnostics,
  toFailedCall,
} from '../translate-errors.ts';
import { findDrift, placeOf } from './find-drift.ts';
import { findRemarks } from './find-gaps.ts';
import { createKnownSecrets, type KnownSecrets, markedTexts } from './known-secrets.ts';
import { packSavedPlan } from './saved-plan.ts';
import { type PlannedStep, type ToChanges, toSteps } from './to-changes.ts';

export async function planStack(
  target: Target,
  request: PlanRequest,
  { client, call }: { readonly client: TerraformClient; readonly call: CallContext },
): Promise<Plan> {
  const { stack, prepared } = request;
  const { signal, seal } = call;
  const found = await findState({ stack, target, purpose: 'plan' }, client, signal);
  const targetIdentity = identifyState(found.own.place, seal);
  const sources = unpackSources(prepared.bundle);
  const nothing = {
    targetIdentity,
    changes: [],
    coverage: { gaps: [] },
    foreign: [],
    diagnostics: [],
  };
  // Nothing is described and nothing was made: there is nothing to ask for.
  if (sources.files.size === 0 && (found.state?.resources.size ?? 0) === 0) return nothing;

  const answer = await client.plan({ ...found.work, sources }, signal);
  const secrets = collectSecrets(answer, [...sources.secrets, ...found.secrets]);
  const complaints = readComplaints(answer.events);
  const context = { secrets, root: sources.root, subject: stack.name };
  const { file } = answer;
  const document =
    answer.document ?? (answer.unchanged && standStill(found.state, answer.unchanged));
  if (answer.end.kind !== 'succeeded' || !(document && file)) {
    if (!isConfigurationError(complaints)) throw toFailedCall(answer.end, complaints, context);
    const message = 'The tool refuses the files, so that nothing of the stack is known.';
    return {
      ...nothing,
      coverage: { gaps: [{ extent: 'opaque', message }] },
      diagnostics: toDiagnostics(complaints, context),
    };
  }
  const read = readDocument(document, { request, target, call, found, secrets });
  refuseSecretNames(read.steps, createKnownSecrets(sources.secrets), stack.name);
  const said = toDiagnostics(complaints, context);
  return {
    ...compose(read, { request, found, file }),
    targetIdentity,
    diagnostics: [...read.diagnostics, ...said],
  };
}

/** A name is shown everywhere, and kept: a key of `for_each` that was made of a secret would be read by everybody. */
function refuseSecretNames(
  steps: readonly PlannedStep[],
  secrets: KnownSecrets,
  subject: string,
): void {
  const named = steps.find(({ address = '' }) => secrets.isIn(address));
  if (!named) return;
  const { kind } = parseResourceId(named.change.id);
  throw new StalledError(
    'TERRAFORM_SECRET_NAME',
    `${subject}: a secret stands in the address of a ${kind}, which everybody reads: take other keys for its \`for_each\``,
    subject,
  );
}

/** What the tool would show of a plan without changes: all that there is, as it is. */
function standStill(
  state: KnownState | undefined,
  { outputs }: NonNullable<PlanAnswer['unchanged']>,
): JsonObject {
  const change = { actions: ['no-op'] };
  const managed = [...(state?.resources ?? [])].flatMap(([id, { body }]) => {
    const { kind } = parseResourceId(id);
    if (kind === outputKind) return [];
    return [{ address: body['address'] ?? '', type: kind, mode: 'managed', change }];
  });
  return {
    resource_changes: managed,
    output_changes: Object.fromEntries(outputs.map((name) => [name, change])),
  };
}

/** What is marked anywhere in the answer is a secret everywhere in it. */
function collectSecrets({ document }: PlanAnswer, given: readonly string[]): KnownSecrets {
  if (!document) return createKnownSecrets(given);
  const changes = [
    ...readList(document['resource_changes']).map((one) => readObject(readObject(one)['change'])),
    ...readList(document['resource_drift']).map((one) => readObject(readObject(one)['change'])),
    ...Object.values(readObject(document['output_changes'])).map((one) => readObject(one)),
  ];
  const marked = changes.flatMap((change) => [
    ...markedTexts(change['before'], change['before_sensitive']),
    ...markedTexts(change['after'], change['after_sensitive']),
  ]);
  return createKnownSecrets([...given, ...marked, ...sensitiveVariables(document)]);
}

/** Values of variables bear no mark in the answer: what declares them does. */
function sensitiveVariables(document: JsonObject): readonly string[] {
  const root = readObject(readObject(document['configuration'])['root_module']);
  const values = readObject(document['variables']);
  return Object.entries(readObject(root['variables'])).flatMap(([name, declared]) => {
    const isSecret = readObject(declared)['sensitive'] === true;
    return isSecret ? markedTexts(readObject(values[name])['value'], true) : [];
  });
}

interface ReadContext {
  readonly request: PlanRequest;
  readonly target: Target;
  readonly call: CallContext;
  readonly found: FoundState;
  readonly secrets: KnownSecrets;
}

interface ReadDocument {
  readonly steps: readonly PlannedStep[];
  readonly deferred: readonly Change[];
  readonly gaps: Plan['coverage']['gaps'];
  readonly foreign: Plan['foreign'];
  readonly diagnostics: readonly Diagnostic[];
}

function readDocument(document: JsonObject, context: ReadContext): ReadDocument {
  const { request, found, secrets } = context;
  const { stack, foreign } = request;
  const toChanges = changesContext(context);
  const steps = toSteps(document, toChanges).map((step) => withMove(step, found));
  const remarks = findRemarks(document, { scope: stack.path, secrets });
  const planned = new Set(
    steps.flatMap(({ change: { id, fields } }) =>
      fields.map(({ path }) => placeOf(id, formatFieldPath(path))),
    ),
  );
  const { ignoreDrift } = parseStackSettings(stack.settings);
  return {
    steps,
    deferred: remarks.deferred,
    gaps: remarks.gaps,
    foreign:
      foreign === 'ignore'
        ? []
        : findDrift(document, { ...toChanges, ignored: ignoreDrift, planned }),
    diagnostics: [...remarks.diagnostics, ...unexpectedDeletes(steps, request)],
  };
}

function changesContext({ request, target, call, found, secrets }: ReadContext): ToChanges {
  const { stack, prepared } = request;
  const desired = new Map(prepared.resources.map(({ id, dependsOn }) => [id, dependsOn]));
  const version = found.state && versionOf(found.state);
  return {
    scope: stack.path,
    secrets,
    seal: (id) => (value, path) => call.seal(value, { target: target.name, id, path }),
    dependsOn: (id) => desired.get(id) ?? rememberedDependencies(id, stack.path, found),
    version,
  };
}

function rememberedDependencies(
  id: ResourceId,
  scope: string,
  { state }: FoundState,
): readonly ResourceId[] {
  const entry = state?.resources.get(id);
  return (entry?.dependencies ?? []).flatMap((address) => {
    const [, type = ''] = /([\w-]+)\.[\w-]+$/.exec(address) ?? [];
    const one = idOf(scope, type, address);
    return state?.resources.has(one) ? [one] : [];
  });
}

/** A renamed stack takes its state along. */
function withMove(step: PlannedStep, { own, placed }: FoundState): PlannedStep {
  if (own === placed || own.owner === undefined) return step;
  const { change } = step;
  if (change.action === 'create' || change.action === 'delete') return step;
  const field = { path: ['owner'], before: placed.owner ?? '', after: own.owner, sensitive: false };
  const action = change.action === 'none' ? 'update' : change.action;
  return { ...step, change: { ...change, action, fields: [field, ...change.fields] } };
}

/**
 * The tool destroys whatever is in the state and not described. What is not known to belong to the
 * stack is no business of its plan (P3); a part of it cannot be left out.
 */
function unexpectedDeletes(
  steps: readonly PlannedStep[],
  { inventory }: PlanRequest,
): readonly Diagnostic[] {
  const owned = new Set(inventory);
  return steps
    .filter(({ change: { id, action } }) => action === 'delete' && !owned.has(id))
    .map(({ change: { id } }) => ({
      severity: 'error',
      code: 'TERRAFORM_UNEXPECTED_DELETE',
      path: [],
      summary: `${id}: is in the state, and neither described nor in the inventory`,
    }));
}

function compose(
  { steps, deferred, gaps, foreign, diagnostics }: ReadDocument,
  {
    request,
    found,
    file,
  }: { readonly request: PlanRequest; readonly found: FoundState; readonly file: Uint8Array },
): Omit<Plan, 'targetIdentity' | 'diagnostics'> {
  const owned = new Set(request.inventory);
  const changes = steps.map(({ change }) => change);
  const allowed = changes.filter(({ id, action }) => action !== 'delete' || owned.has(id));
  const isUsable = !diagnostics.some(({ severity }) => severity === 'error');
  const isNeeded = changes.some(({ action }) => action !== 'none');
  return {
    changes: [...allowed, ...deferred],
    coverage: { gaps },
    foreign,
    ...(isUsable && isNeeded && { artifact: packSavedPlan({ steps, placed: found.placed, file }) }),
  };
}
