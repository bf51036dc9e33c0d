/** What `prepare` hands to `observe`, `plan` and `apply`: the files and whose they are, as bytes. */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  readList,
  readObject,
  readText,
} from '@trueup/diagnostics';
import type { Stack } from '@trueup/provider-sdk';

import { parseExactJson, printExactJson } from '../exact/exact-json.ts';
import type { Sources } from '../terraform-client.ts';

export const noSources: Sources = {
  root: '',
  files: new Map(),
  variables: {},
  sensitive: [],
  variableFiles: [],
  secrets: [],
};

export function packSources(
  { files, ...rest }: Sources,
  { settings, ...stack }: Stack,
): Uint8Array {
  const packed = Object.fromEntries(
    [...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]),
  );
  return new TextEncoder().encode(
    printExactJson({ ...rest, files: packed, stack: { ...stack, settings: readObject(settings) } }),
  );
}

/** Nothing at all where there is no archive. */
export function unpackSources(archive: Uint8Array | undefined): Sources {
  if (!archive) return noSources;
  const value = parseArchive(archive);
  return {
    root: readText(value['root']) ?? '',
    files: new Map(
      Object.entries(readObject(value['files'])).map(([path, text]) => [
        path,
        Buffer.from(readText(text) ?? '', 'base64'),
      ]),
    ),
    variables: readObject(value['variables']),
    sensitive: texts(value['sensitive']),
    variableFiles: texts(value['variableFiles']),
    secrets: texts(value['secrets']),
  };
}

/** Whose sources they are. */
export function unpackStack(archive: Uint8Array): Stack {
  const stack = readObject(parseArchive(archive)['stack']);
  return {
    name: readText(stack['name']) ?? '',
    path: readText(stack['path']) ?? '',
    owner: readText(stack['owner']) ?? '',
    formerOwners: texts(stack['formerOwners']),
    settings: readObject(stack['settings']),
  };
}

function parseArchive(archive: Uint8Array): JsonObject {
  const value = parseExactJson(new TextDecoder().decode(archive));
  if (!isJsonObject(value)) throw new Error('These bytes are no sources.');
  return value;
}

function texts(value: Json | undefined): readonly string[] {
  return readList(value).flatMap((one) => readText(one) ?? []);
}
