/** The changes of a plan, from what `show -json` says of it. */
import { type Json, type JsonObject, readList, readObject, readText } from '@trueup/diagnostics';
import type { Action, Change, FieldChange, Hazard, ResourceId } from '@trueup/provider-sdk';

import { idOf, outputKind } from '../prepare/prepare-stack.ts';
import {
  askedFields,
  changedFields,
  readSides,
  rootField,
  type Sealing,
  type Sides,
} from './compare-sides.ts';
import { explainReason } from './explain-reason.ts';
import type { KnownSecrets } from './known-secrets.ts';

export interface ToChanges {
  /** The stack's folder. */
  readonly scope: string;
  readonly secrets: KnownSecrets;
  readonly seal: (id: ResourceId) => Sealing['seal'];
  readonly dependsOn: (id: ResourceId) => readonly ResourceId[];
  /** Of the state that it was planned from. */
  readonly version: string | undefined;
}

/** One step of the plan, and what the tool's events call it. */
export interface PlannedStep {
  readonly change: Change;
  /** Absent for an output. */
  readonly address?: string;
  readonly actions: readonly string[];
}

export function toSteps(document: JsonObject, context: ToChanges): readonly PlannedStep[] {
  const resources = readList(document['resource_changes'])
    .map((one) => readObject(one))
    .filter(({ mode }) => mode !== 'data')
    .map((one) => resourceStep(one, context));
  const outputs = Object.entries(readObject(document['output_changes'])).map(([name, change]) =>
    outputStep(name, readObject(change), context),
  );
  return [...resources, ...outputs].filter(({ actions }) => actions.length > 0);
}

/** As a deposed object has the address of what took its place. */
export function nameObject(address: string, deposed: Json | undefined): string {
  const key = readText(deposed) ?? '';
  return key === '' ? address : `${address} (deposed ${key})`;
}

function resourceStep(one: JsonObject, context: ToChanges): PlannedStep {
  const change = readObject(one['change']);
  const address = readText(one['address']) ?? '';
  const type = readText(one['type']) ?? '';
  const id = idOf(context.scope, type, nameObject(address, one['deposed']));
  const actions = readList(change['actions']).flatMap((word) => readText(word) ?? []);
  const sides = readSides(change);
  const sealing = { secrets: context.secrets, seal: context.seal(id) };
  const isImport = Object.keys(readObject(change['importing'])).length > 0;
  const from = readText(one['previous_address']);
  const extra = [
    ...(from !== undefined && from !== address ? [plainField('address', from, address)] : []),
    ...(actions.includes('forget') ? [plainField('managed', true, false)] : []),
  ];
  const action = toAction(actions, { isImport, differs: extra.length > 0 });
  const reason = explainReason(readText(one['action_reason']), change['replace_paths']);
  return {
    address,
    actions,
    change: {
      id,
      action,
      fields: [...extra, ...fieldsFor(action, actions, sides, sealing)],
      confidence: one['deferred'] === true ? 'deferred' : 'certain',
      hazards: hazardsOf(action),
      position: { wave: 0, rank: 0 },
      dependsOn: context.dependsOn(id),
      ...versionFor(action, context),
      ...(reason !== undefined && action !== 'none' && { reason: context.secrets.mask(reason) }),
    },
  };
}

/** An output is a resource of its own: what other stacks take in changes by a step that one can see. */
function outputStep(name: string, change: JsonObject, context: ToChanges): PlannedStep {
  const id = idOf(context.scope, outputKind, name);
  const actions = readList(change['actions']).flatMap((word) => readText(word) ?? []);
  const sides = readSides(change);
  const wrapped: Sides = {
    before: { value: sides.before },
    after: { value: sides.after },
    unknown: { value: sides.unknown },
    beforeMarks: { value: sides.beforeMarks },
    afterMarks: { value: sides.afterMarks },
  };
  const action = toAction(actions, { isImport: false, differs: false });
  const sealing = { secrets: context.secrets, seal: context.seal(id) };
  return {
    actions,
    change: {
      id,
      action,
      fields: fieldsFor(action, actions, wrapped, sealing),
      confidence: 'certain',
      hazards: [],
      position: { wave: 0, rank: 0 },
      dependsOn: context.dependsOn(id),
      ...versionFor(action, context),
    },
  };
}

interface ActionTraits {
  readonly isImport: boolean;
  readonly differs: boolean;
}

function toAction(actions: readonly string[], { isImport, differs }: ActionTraits): Action {
  const does = (action: string): boolean => actions.includes(action);
  if (does('delete') && does('create')) return 'replace';
  // What is replaced but kept where it is: the old one is forgotten, the new one made.
  if (does('create')) return does('forget') ? 'replace' : 'create';
  if (does('delete')) return 'delete';
  if (isImport) return 'take-over';
  if (does('update') || does('forget')) return 'update';
  return differs ? 'update' : 'none';
}

function fieldsFor(
  action: Action,
  actions: readonly string[],
  sides: Sides,
  sealing: Sealing,
): readonly FieldChange[] {
  if (action === 'create') {
    return [rootField('after', sides, sealing), ...askedFields(sides, sealing)];
  }
  if (action === 'delete') return [rootField('before', sides, sealing)];
  const isStill = action === 'none' || (actions.includes('forget') && action === 'update');
  return isStill ? [] : changedFields(sides, sealing);
}

function hazardsOf(action: Action): readonly Hazard[] {
  if (action === 'replace') return ['destroys-data', 'recreates'];
  return action === 'delete' ? ['destroys-data'] : [];
}

function versionFor(action: Action, { version }: ToChanges): { readonly version?: string } {
  return action === 'create' || version === undefined ? {} : { version };
}

function plainField(name: string, before: Json, after: Json): FieldChange {
  return { path: [name], before, after, sensitive: false };
}
