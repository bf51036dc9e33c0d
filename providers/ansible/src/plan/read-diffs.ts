/** From what check mode shows of a difference to fields, with every secret sealed. */
import { hash } from 'node:crypto';

import { type FieldPath, isJsonObject, type Json } from '@trueup/diagnostics';
import { diffFields, type FieldChange, type ResourceId } from '@trueup/provider-sdk';
import type { Masker } from '@trueup/secrets';

import type { DiffSide, TaskDiff, TaskResult } from '../client/parse-event.ts';

export interface SealContext {
  readonly masker: Masker;
  readonly secrets: readonly string[];
  readonly seal: (
    secret: Json,
    place: { readonly id: ResourceId; readonly path: FieldPath },
  ) => string;
}

/** Not empty: a module that reports a change and shows nothing has one field that is not known. */
export function readDiffs(
  id: ResourceId,
  result: TaskResult,
  context: SealContext,
): readonly FieldChange[] {
  const fields = result.diffs.flatMap((diff, place) =>
    readDiff(diff, pathOf(diff, place, result.diffs), { ...context, id }),
  );
  if (fields.length > 0) return fields;
  return [{ path: ['state'], unknown: true, sensitive: result.censored }];
}

/** Stands for all that a task makes where nothing is: a seal as soon as any of it is a secret. */
export function rootOf(id: ResourceId, result: TaskResult, context: SealContext): FieldChange {
  const shown = result.diffs.map((diff) => (diff.after ? textOf(diff.after) : ''));
  const sensitive = result.censored || result.diffs.some((diff) => isSecret(diff, context));
  const after = sensitive
    ? context.seal([...shown], { id, path: [] })
    : `sha256:${hash('sha256', JSON.stringify(shown))}`;
  return { path: [], after, sensitive };
}

/** A template's own header is a temporary path; the one before it is what people know. */
function pathOf(diff: TaskDiff, place: number, all: readonly TaskDiff[]): readonly string[] {
  const name = diff.header?.replace(/ \((?:content|file attributes)\)$/, '');
  if (name === undefined) return all.length > 1 ? ['content', String(place + 1)] : ['content'];
  const twice = all.some((one, other) => other !== place && one.header === diff.header);
  return twice ? [name, String(place + 1)] : [name];
}

interface FieldContext extends SealContext {
  readonly id: ResourceId;
}

function readDiff(
  diff: TaskDiff,
  path: readonly string[],
  context: FieldContext,
): readonly FieldChange[] {
  const [before, after] = [readSide(diff.before), readSide(diff.after)];
  const { masker, id, seal } = context;
  if (isSecret(diff, context)) {
    const side = (value: Json | undefined) =>
      value === undefined ? undefined : seal(value, { id, path });
    return [withSides({ path, sensitive: true }, side(before), side(after))];
  }
  const steps = isJsonObject(before) && isJsonObject(after) ? 'members' : 'whole';
  if (steps === 'whole') return [withSides({ path, sensitive: false }, before, after)];
  return diffFields(before, after, () => undefined)
    .filter((field) => field.path[0] !== 'path')
    .map((field) =>
      withSides(
        // A name that is a secret is still one.
        {
          path: [
            ...path,
            ...field.path.map((step) => (typeof step === 'string' ? masker.mask(step) : step)),
          ],
          sensitive: false,
        },
        field.before,
        field.after,
      ),
    );
}

function withSides(
  field: Pick<FieldChange, 'path' | 'sensitive'>,
  before: Json | undefined,
  after: Json | undefined,
): FieldChange {
  return {
    ...field,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

/** Attributes come as an object, contents as text. */
function readSide(side: DiffSide | undefined): Json | undefined {
  if (!side) return undefined;
  if (side.digest !== undefined || !side.text.startsWith('{')) return textOf(side);
  try {
    const value: unknown = JSON.parse(side.text);
    return isJsonObject(value) ? value : textOf(side);
  } catch {
    return textOf(side);
  }
}

/** What lies beyond the bound counts all the same. */
function textOf({ text, digest }: DiffSide): string {
  return digest === undefined ? text : `${text}\n(cut off here; all of it is sha256:${digest})`;
}

function isSecret(
  { before, after, header = '' }: TaskDiff,
  { masker, secrets }: SealContext,
): boolean {
  const sides = [before, after].filter((side) => side !== undefined);
  const texts = [header, ...sides.map(({ text }) => text)];
  if (texts.some((text) => masker.mask(text) !== text)) return true;
  return sides.some(({ text, digest }) => digest !== undefined && endsWithin(text, secrets));
}

/** A text that is cut off may end in the middle of a secret. */
function endsWithin(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => {
    for (let length = Math.min(secret.length - 1, text.length); length >= 4; length -= 1) {
      if (text.endsWith(secret.slice(0, length))) return true;
    }
    return false;
  });
}
