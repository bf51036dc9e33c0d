import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { FieldSet } from '../fields/field-set.ts';
import { resetFieldsOf, resetFieldsOfCustom } from '../managed/reset-fields.ts';
import type { TypeSchema } from '../schema/type-schema.ts';
import type { ApiServer } from './api-server.ts';
import type { Dice } from './dice.ts';
import type { Subject } from './subjects.ts';

/** A random sequence of writes on one object. */
export interface Sequence {
  readonly server: ApiServer;
  readonly subject: Subject;
  readonly schema: TypeSchema;
  readonly namespace: string;
  readonly name: string;
  readonly dice: Dice;
  readonly steps: number;
  readonly managers: readonly string[];
}

/** How often each kind of end was seen, so that a run that checked nothing is noticed. */
export interface Tally {
  applied: number;
  conflict: number;
  invalid: number;
  refused: number;
  updated: number;
  scaled: number;
  /** Applies that were rightly expected to change nothing. */
  unchanged: number;
  /** Applies that changed nothing, without that being known before. */
  unforeseen: number;
}

export function createTally(): Tally {
  const none = { applied: 0, conflict: 0, invalid: 0, refused: 0 };
  return { ...none, updated: 0, scaled: 0, unchanged: 0, unforeseen: 0 };
}

export function isCustom(subject: Subject): boolean {
  return subject.kind.kind === 'EveryType';
}

/** Where and in which version something is written. */
export interface Place {
  readonly subresource: string;
  readonly version: string;
  readonly resetFields: FieldSet;
}

export function placeOf(subject: Subject, subresource: string, version: string): Place {
  const resetFields = isCustom(subject)
    ? resetFieldsOfCustom(true, subresource)
    : resetFieldsOf(subject.kind, subresource);
  return { subresource, version, resetFields };
}

export function apiVersionOf({ kind }: Subject, version: string): string {
  return kind.group === '' ? version : `${kind.group}/${version}`;
}

export function urlOf(
  { subject, namespace, name }: Sequence,
  { subresource, version }: Place,
): string {
  const { group } = subject.kind;
  const root = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const object = `/${root}/namespaces/${namespace}/${subject.plural}/${name}`;
  return subresource === '' ? object : `${object}/${subresource}`;
}

export function bodyOf(sequence: Sequence, version: string, generated: JsonObject): JsonObject {
  const { subject, name, namespace } = sequence;
  return {
    apiVersion: apiVersionOf(subject, version),
    kind: subject.kind.kind,
    ...generated,
    metadata: { ...memberObject(generated, 'metadata'), name, namespace },
  };
}

/** As the server shows it at that version; all versions of a kind here have the same fields. */
export function atVersion(object: JsonObject, subject: Subject, version: string): JsonObject {
  return { ...object, apiVersion: apiVersionOf(subject, version) };
}

export function memberObject(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isJsonObject(value) ? value : {};
}

export function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
