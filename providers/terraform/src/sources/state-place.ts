/**
 * Where the state of a stack lies: as its settings say, else as those of its target do. The stack's mark
 * is part of the place where a text asks for it, so that each stack has a state of its own.
 */
import { relative } from 'node:path/posix';

import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
  readText,
  StalledError,
} from '@trueup/diagnostics';
import { type CallContext, formatResourceId, type Stack } from '@trueup/provider-sdk';

import type { StackSettings, StateSettings, TargetSettings } from '../schema.ts';
import type { StatePlace } from '../terraform-client.ts';

export interface PlacedState {
  readonly place: StatePlace;
  /** Whose mark it bears; `undefined` where the place does not hang on the stack. */
  readonly owner: string | undefined;
}

/**
 * The place for the stack's own mark first, then those of its former marks.
 *
 * A stack comes with a merge request, its target with the followed branch: a folder of this machine that a
 * stack names lies in the one that its target names.
 *
 * @throws StalledError `TERRAFORM_STATE_UNKNOWN`, `TERRAFORM_STATE_OUTSIDE`.
 */
export function listStatePlaces(
  { owner, formerOwners, name }: Stack,
  stack: StackSettings,
  target: TargetSettings,
): readonly PlacedState[] {
  const state = stack.state ?? target.state;
  if (!state) {
    const message = `${name}: neither the stack nor its target says where the state lies (\`state\`)`;
    throw new StalledError('TERRAFORM_STATE_UNKNOWN', message, name);
  }
  if (stack.state?.backend === 'local' && !isWithin(stack.state, target.state)) {
    throw outside(name);
  }
  const named = stack.workspace ?? target.workspace;
  const workspace = named === 'default' ? undefined : named;
  const placeOf = (one: string): StatePlace => placeFor(state, one, workspace);
  if (!hangsOnStack(state)) return [{ place: placeOf(owner), owner: undefined }];
  return [owner, ...formerOwners].map((one) => ({ place: placeOf(one), owner: one }));
}

/** Whether there is a place, which the target does not let the stack have. */
export function isOutside({ code }: StalledError): boolean {
  return code.endsWith('_STATE_OUTSIDE');
}

function outside(name: string): StalledError {
  return new StalledError(
    'TERRAFORM_STATE_OUTSIDE',
    `${name}: its state is to lie in a folder of this machine that its target does not name`,
    name,
  );
}

function isWithin(own: StateSettings, given: StateSettings | undefined): boolean {
  const top = given?.backend === 'local' ? readText(given.settings['folder']) : undefined;
  if (top === undefined) return false;
  const way = relative(top, readText(own.settings['folder']) ?? '/');
  return !(way === '..' || way.startsWith('../'));
}

function hangsOnStack({ backend, settings }: StateSettings): boolean {
  return backend === 'local' || JSON.stringify(settings, digits).includes('{stack}');
}

function placeFor(
  { backend, settings }: StateSettings,
  owner: string,
  workspace: string | undefined,
): StatePlace {
  const within = workspace === undefined ? {} : { workspace };
  if (backend !== 'local') {
    return { backend, settings: readObject(fill(settings, owner)), ...within };
  }
  const top = `${readText(settings['folder'])?.replace(/\/+$/, '') ?? ''}/${encodeURIComponent(owner)}`;
  const path = `${top}/terraform.tfstate`;
  if (workspace === undefined) return { backend, settings: { path }, folder: top };
  // Where the tool itself puts it.
  const folder = `${top}/${workspace}`;
  return { backend, settings: { path, workspace_dir: top }, folder, ...within };
}

function fill(value: Json, owner: string): Json {
  if (typeof value === 'string') return value.replaceAll('{stack}', owner);
  if (isJsonList(value)) return value.map((one) => fill(one, owner));
  if (!isJsonObject(value)) return value;
  const members: JsonObject = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, fill(member, owner)]),
  );
  return members;
}

/** Sealed, since a backend's settings may hold credentials; for no target, since it is a place. */
export function identifyState(
  { backend, settings, folder, workspace }: StatePlace,
  seal: CallContext['seal'],
): string {
  if (backend === 'local' && folder !== undefined) return `state local ${folder}/terraform.tfstate`;
  const id = formatResourceId({ kind: 'state', scope: '', name: backend });
  const place = `state ${backend} ${seal(settings, { target: '', id, path: [] })}`;
  return workspace === undefined ? place : `${place} workspace ${workspace}`;
}

function digits(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
