/** Reads one entry of `artifacts`: a tag that points at files of the repository, rendered or as they are. */
import { isJsonObject, type JsonObject, type Origin } from '@trueup/diagnostics';

import type { TagReference } from '../oci-client.ts';
import type { Entry, RegistryFileReader } from './registry-file-reader.ts';

export interface WrittenArtifact {
  readonly to: TagReference;
  /** From the repository's root. */
  readonly folder: string;
  /** `undefined` packs the files as they are. */
  readonly rendering: WrittenRendering | undefined;
  readonly sign: boolean;
  readonly origin: Origin;
}

export interface WrittenRendering {
  readonly namespace: string | undefined;
  readonly releaseName: string | undefined;
  /** What stands below the name of a renderer. */
  readonly settings: Readonly<Record<string, JsonObject>>;
}

const rendererNames = ['plain', 'kustomize', 'helm'];

export const artifactMembers: readonly string[] = [
  'repository',
  'tag',
  'render',
  'files',
  'namespace',
  'releaseName',
  'sign',
  ...rendererNames,
];

const namePattern = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

export function readArtifact(
  reader: RegistryFileReader,
  { value, path, to }: Entry,
  stackFolder: string,
): WrittenArtifact | undefined {
  const { render, files, sign = false } = value;
  const written = render ?? files;
  const folder = typeof written === 'string' ? resolveFolder(stackFolder, written) : undefined;
  const isOne = (render === undefined) !== (files === undefined);
  if (folder === undefined || !isOne) {
    reader.complain(
      path,
      'it names no folder of the repository',
      'Write `render: ../apps/shop` for what it renders to, or `files: ../apps/shop` for its files as they are, from the folder of this file.',
    );
  }
  if (typeof sign !== 'boolean') {
    reader.complain([...path, 'sign'], '`sign` is neither true nor false');
  }
  const names = ['namespace', 'releaseName'].map((name) => readName(reader, value, path, name));
  const [namespace, releaseName] = names;
  const settings = readSettings(reader, value, path);
  if (!to || folder === undefined || !isOne) return undefined;
  return {
    to,
    folder,
    rendering: render === undefined ? undefined : { namespace, releaseName, settings },
    sign: sign === true,
    origin: reader.origin(path),
  };
}

function readName(
  reader: RegistryFileReader,
  value: JsonObject,
  path: Entry['path'],
  name: string,
): string | undefined {
  const written = value[name];
  if (written === undefined) return undefined;
  if (typeof written === 'string' && namePattern.test(written)) return written;
  reader.complain([...path, name], `\`${name}\` is no name`);
  return undefined;
}

function readSettings(
  reader: RegistryFileReader,
  value: JsonObject,
  path: Entry['path'],
): Readonly<Record<string, JsonObject>> {
  const entries = rendererNames.flatMap((name) => {
    const settings = value[name];
    if (settings === undefined) return [];
    if (isJsonObject(settings)) return [[name, settings] as const];
    reader.complain([...path, name], `\`${name}\` is no object`);
    return [];
  });
  return Object.fromEntries(entries);
}

/** `undefined` for what leads out of the repository. */
function resolveFolder(from: string, written: string): string | undefined {
  const steps = from.split('/').filter((step) => step !== '');
  for (const step of written.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return written.startsWith('/') || written.includes('\\') ? undefined : steps.join('/');
}
