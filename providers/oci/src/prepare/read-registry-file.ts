/** Reads `registry.yaml`: which tags there should be, and where what they point at comes from. */
import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type Origin,
} from '@trueup/diagnostics';
import { parseYaml } from '@trueup/manifests';
import type { Files } from '@trueup/provider-sdk';
import { type ArtifactReference, isPlatform } from '@trueup/registries';

import type { TagReference } from '../oci-client.ts';
import { artifactMembers, readArtifact, type WrittenArtifact } from './read-artifact.ts';
import { type Entry, RegistryFileReader, type RegistryPlace } from './registry-file-reader.ts';

export interface WrittenTag {
  readonly to: TagReference;
  /** It has a tag or a digest. */
  readonly from: ArtifactReference;
  /** All when empty. */
  readonly platforms: readonly string[];
  /** What hangs on the image comes along. */
  readonly referrers: boolean;
  readonly origin: Origin;
  readonly fromOrigin: Origin;
}

export interface RegistryFile {
  readonly tags: readonly WrittenTag[];
  readonly artifacts: readonly WrittenArtifact[];
  readonly diagnostics: readonly Diagnostic[];
}

const fileNames = ['registry.yaml', 'registry.yml'];
const members = ['tags', 'artifacts'];
const tagMembers = ['repository', 'tag', 'from', 'platforms', 'referrers'];
const mostPlatforms = 50;

export async function readRegistryFile(
  files: Files,
  folder: string,
  place: RegistryPlace,
): Promise<RegistryFile> {
  const paths = fileNames.map((name) => (folder === '' ? name : `${folder}/${name}`));
  const found = await Promise.all(paths.map((path) => files.read(path)));
  const index = found.findIndex((one) => one !== undefined);
  const [file, bytes] = [paths[index], found[index]];
  const nothing = { tags: [], artifacts: [] };
  if (file === undefined || !bytes) {
    const summary = `${paths[0]}: there is no such file`;
    return {
      ...nothing,
      diagnostics: [{ severity: 'error', code: 'OCI_FILE', path: [], summary }],
    };
  }
  const text = new TextDecoder().decode(bytes);
  const { value, diagnostics } = parseYaml(text, { file });
  if (diagnostics.length > 0) return { ...nothing, diagnostics };
  const reader = new RegistryFileReader(file, text, place);
  const read = readRoot(reader, value, folder);
  return { ...read, diagnostics: reader.diagnostics };
}

function readRoot(
  reader: RegistryFileReader,
  value: Json | undefined,
  folder: string,
): Pick<RegistryFile, 'tags' | 'artifacts'> {
  if (!isJsonObject(value)) {
    reader.complain([], 'is no object with `tags`');
    return { tags: [], artifacts: [] };
  }
  reader.refuseUnknown(value, [], members);
  if (value['tags'] === undefined && value['artifacts'] === undefined) {
    reader.complain([], '`tags` is no list');
  }
  const tags = reader.readEntries(value, 'tags', tagMembers);
  const artifacts = reader.readEntries(value, 'artifacts', artifactMembers);
  return {
    tags: tags.flatMap((entry) => readTag(reader, entry) ?? []),
    artifacts: artifacts.flatMap((entry) => readArtifact(reader, entry, folder) ?? []),
  };
}

function readTag(reader: RegistryFileReader, { value, path, to }: Entry): WrittenTag | undefined {
  const { from: written, platforms = [], referrers = false } = value;
  const from = typeof written === 'string' ? reader.parseFrom(written) : undefined;
  const isNamed = from && (from.tag !== undefined || from.digest !== undefined);
  if (!isNamed) {
    reader.complain(
      written === undefined ? path : [...path, 'from'],
      '`from` names no image by tag or digest',
      'Write `from: ghcr.io/acme/web@sha256:…`, `ghcr.io/acme/web:1.4`, or `shop/web:staging` of the same registry.',
    );
  }
  const chosen = readPlatforms(platforms);
  if (!chosen) {
    reader.complain(
      [...path, 'platforms'],
      '`platforms` is no list of platforms',
      'Write `platforms: [linux/amd64, linux/arm64]`.',
    );
  }
  if (typeof referrers !== 'boolean') {
    reader.complain([...path, 'referrers'], '`referrers` is neither true nor false');
  }
  if (!to || !isNamed || !chosen) return undefined;
  return {
    to,
    from,
    platforms: chosen,
    referrers: referrers === true,
    origin: reader.origin(path),
    fromOrigin: reader.origin([...path, 'from']),
  };
}

function readPlatforms(value: Json): readonly string[] | undefined {
  if (!isJsonList(value) || value.length > mostPlatforms) return undefined;
  const platforms = value.filter(isPlatform);
  return platforms.length === value.length ? platforms : undefined;
}
