/**
 * A cursor into `trueup.yaml` that knows where it stands, so that whoever finds something wrong only
 * has to say what.
 */
import {
  type Diagnostic,
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type ListKey,
  type Origin,
} from '@trueup/diagnostics';

import type { DocumentPath, ParsedFile } from './configuration.ts';

/** What is said about a place; the place itself adds where that is. */
export interface Remark {
  /** With `CONFIG_` in front, so that it can be searched for. */
  readonly code: string;
  readonly summary: string;
  /** As a function where it takes work to find: not everything that is found is shown. */
  readonly advice?: string | (() => string | undefined) | undefined;
  /** An error if absent. */
  readonly severity?: Diagnostic['severity'];
}

/** Collects what is wrong with one file. */
export interface Findings {
  readonly file: Pick<ParsedFile, 'name' | 'value' | 'locate'>;
  readonly diagnostics: Diagnostic[];
}

/** More than anybody reads; a file of nonsense must not cost more than that. */
const mostDiagnostics = 500;

export interface Place {
  readonly findings: Findings;
  readonly path: DocumentPath;
  readonly value: Json | undefined;
  /** For people: ``stack `shop` ``; what a summary begins with. */
  readonly subject: string;
}

export function topOf(findings: Findings): Place {
  const { name, value } = findings.file;
  return { findings, path: [], value, subject: name };
}

/** A member of an object; its value is `undefined` when it is not there. Own members only. */
export function memberOf(place: Place, name: string): Place {
  const { value } = place;
  const member = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const subject = place.path.length === 0 ? quote(name) : `${place.subject}: ${quote(name)}`;
  return { ...place, path: [...place.path, name], value: member, subject };
}

export function itemOf(place: Place, index: number): Place {
  const value = isJsonList(place.value) ? place.value[index] : undefined;
  const named = place.path.length === 1 ? keyOf(value)?.['name'] : undefined;
  const section = String(place.path[0]).replace(/s$/, '');
  const subject =
    named === undefined ? `${place.subject}[${index}]` : `${section} ${quote(String(named))}`;
  return { ...place, path: [...place.path, index], value, subject };
}

/** Short, on one line, and in quotes: it is somebody's text. */
export function quote(written: string): string {
  const short = written.length > 60 ? `${written.slice(0, 60)}…` : written;
  return `\`${short.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')}\``;
}

export function report(place: Place, remark: Remark): void {
  reportAt(place.findings, place.path, remark);
}

export function reportAt(findings: Findings, path: DocumentPath, remark: Remark): void {
  const { code, summary, advice, severity = 'error' } = remark;
  const { file } = findings;
  add(findings, () => {
    const howTo = typeof advice === 'function' ? advice() : advice;
    return {
      severity,
      code,
      path: toFieldPath(file.value, path),
      origin: originOf(file, path),
      summary,
      ...(howTo !== undefined && { advice: howTo }),
    };
  });
}

/** Adds what a provider said about its settings, which stand at `base`. Its code stays. */
export function addForeign(
  findings: Findings,
  base: { readonly path: DocumentPath; readonly value: Json | undefined },
  remark: Diagnostic,
): void {
  const { file } = findings;
  add(findings, () => ({
    ...remark,
    path: [...toFieldPath(file.value, base.path), ...remark.path],
    origin: originOf(file, [...base.path, ...toDocumentPath(base.value, remark.path)]),
  }));
}

/** Beyond the limit it only says that there are more. */
function add({ diagnostics, file }: Findings, make: () => Diagnostic): void {
  if (diagnostics.length < mostDiagnostics) diagnostics.push(make());
  else if (diagnostics.length === mostDiagnostics) diagnostics.push(tooMany(file.name));
}

function tooMany(file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'CONFIG_MORE_PROBLEMS',
    path: [],
    origin: { file, line: 1, column: 1 },
    summary: `${file}: has more than ${mostDiagnostics} problems; the others are left out`,
    advice: 'Mend these first.',
  };
}

/** Of the value, or of the nearest one around it that has a place in the text. */
export function originOf(file: Findings['file'], path: DocumentPath): Origin {
  for (let length = path.length; length >= 0; length -= 1) {
    const origin = file.locate(path.slice(0, length));
    if (origin) return origin;
  }
  return { file: file.name, line: 1, column: 1 };
}

/** An item of a list is named by its `name`; a path ends at a list whose items have none. */
export function toFieldPath(value: Json | undefined, path: DocumentPath): FieldPath {
  const steps: (string | ListKey)[] = [];
  let inside = value;
  for (const step of path) {
    if (typeof step === 'string') {
      inside = isJsonObject(inside) && Object.hasOwn(inside, step) ? inside[step] : undefined;
      steps.push(step);
      continue;
    }
    inside = isJsonList(inside) ? inside[step] : undefined;
    const key = keyOf(inside);
    if (!key) break;
    steps.push(key);
  }
  return steps;
}

function keyOf(item: Json | undefined): ListKey | undefined {
  if (!(isJsonObject(item) && Object.hasOwn(item, 'name'))) return undefined;
  const { name } = item;
  return typeof name === 'string' ? { name } : undefined;
}

/**
 * Where a path of a provider's remark leads in the file: list keys become positions. It ends at the
 * first step that leads nowhere.
 */
function toDocumentPath(value: Json | undefined, path: FieldPath): DocumentPath {
  const steps: (string | number)[] = [];
  let inside = value;
  for (const step of path) {
    const next = typeof step === 'string' ? memberAt(inside, step) : positionOf(inside, step);
    if (next === undefined) break;
    steps.push(next);
    inside = valueAt(inside, next);
  }
  return steps;
}

function memberAt(value: Json | undefined, name: string): string | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? name : undefined;
}

function positionOf(value: Json | undefined, key: ListKey): number | undefined {
  if (!isJsonList(value)) return undefined;
  const index = value.findIndex(
    (item) =>
      isJsonObject(item) &&
      Object.entries(key).every(([name, one]) => Object.hasOwn(item, name) && item[name] === one),
  );
  return index < 0 ? undefined : index;
}

export function valueIn(value: Json | undefined, path: DocumentPath): Json | undefined {
  return path.reduce<Json | undefined>(valueAt, value);
}

function valueAt(value: Json | undefined, step: string | number): Json | undefined {
  if (typeof step === 'number') return isJsonList(value) ? value[step] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
