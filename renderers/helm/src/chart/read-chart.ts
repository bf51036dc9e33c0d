/** Reads what a chart says about itself, its dependencies and their lock. */
import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type Origin,
} from '@trueup/diagnostics';
import {
  decodeText,
  locateField,
  parseYaml,
  type SourceFiles,
  type WrittenPath,
} from '@trueup/manifests';

import { joinPath } from './chart-path.ts';
import { textOf } from './text-of.ts';

export interface Chart {
  /** From the repository's root. */
  readonly folder: string;
  /** Empty where it says none, which Helm refuses. */
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly Dependency[];
  readonly lock: Lock | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Dependency {
  readonly name: string;
  /** An exact version or a range of them. */
  readonly version: string;
  readonly repository: string;
  readonly origin: Origin;
  /** As it is written. */
  readonly declared: JsonObject;
}

export interface Lock {
  readonly file: string;
  readonly digest: string;
  readonly dependencies: readonly JsonObject[];
}

/** `undefined` when the folder holds no `Chart.yaml`. What is wrong with one is a diagnostic. */
export async function readChart(files: SourceFiles, folder: string): Promise<Chart | undefined> {
  const main = await readFile(files, joinPath(folder, 'Chart.yaml'));
  if (!main) return undefined;

  // Charts of Helm 2's time keep their dependencies in a file of their own.
  const isOld = main.value['apiVersion'] === 'v1';
  const declaring = isOld ? await readFile(files, joinPath(folder, 'requirements.yaml')) : main;
  const lockName = isOld ? 'requirements.lock' : 'Chart.lock';
  const dependencies = declaring ? dependenciesOf(declaring) : [];
  const lock =
    dependencies.length > 0 ? await readFile(files, joinPath(folder, lockName)) : undefined;
  const { name, version } = main.value;
  return {
    folder,
    name: textOf(name),
    version: textOf(version),
    dependencies,
    lock: lock && toLock(lock),
    diagnostics: [
      main,
      ...(isOld && declaring ? [declaring] : []),
      ...(lock ? [lock] : []),
    ].flatMap(({ diagnostics }) => diagnostics),
  };
}

interface ReadFile {
  readonly file: string;
  readonly text: string;
  readonly value: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
}

async function readFile(files: SourceFiles, file: string): Promise<ReadFile | undefined> {
  const content = await files.read(file);
  if (!content) return undefined;
  const text = decodeText(content) ?? '';
  const { value, diagnostics } = parseYaml(text, { file });
  return { file, text, value: isJsonObject(value) ? value : {}, diagnostics };
}

function dependenciesOf({ file, text, value }: ReadFile): readonly Dependency[] {
  return objectsOf(value['dependencies']).map(([declared, index]) => ({
    name: textOf(declared['name']),
    version: textOf(declared['version']),
    repository: textOf(declared['repository']),
    origin: originOf({ file, text }, ['dependencies', index]),
    declared,
  }));
}

function originOf({ file, text }: { file: string; text: string }, path: WrittenPath): Origin {
  return locateField(text, { file, line: Number.MAX_SAFE_INTEGER }, path) ?? { file, line: 1 };
}

function toLock({ file, value }: ReadFile): Lock {
  const dependencies = objectsOf(value['dependencies']).map(([dependency]) => dependency);
  return { file, digest: textOf(value['digest']), dependencies };
}

function objectsOf(value: Json | undefined): readonly (readonly [JsonObject, number])[] {
  return (isJsonList(value) ? value : []).flatMap((item, index) =>
    isJsonObject(item) ? [[item, index] as const] : [],
  );
}
