/** Fetches the files of an artifact: those of Flux, images whose layers are archives, files of oras. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import { type Descriptor, parseDescriptor } from '../descriptor.ts';
import type { DigestReference, Manifest, RegistryClient } from '../registry-client.ts';
import { refused } from '../registry-errors.ts';
import { ArchiveRefused, isInside, readTar } from './read-tar.ts';
import type { ArchiveFile } from './write-tar.ts';

/** More than any stack holds, less than hurts. */
const bounds = { files: 10_000, bytes: 64 * 1024 * 1024 };
const mostLayers = 100;
/** What oras calls a file that nobody gives a type: an archive only where nothing names it. */
const orasFileType = 'application/vnd.oci.image.layer.v1.tar';

const gunzipAll = promisify(gunzip);

/**
 * All regular files, in no order. `REGISTRY_REFUSED` where an archive holds something else, leads out of
 * itself, is too large, where two layers hold one file, or where a file is a folder of another one; else as {@link RegistryClient} does.
 */
export async function pullArtifact(
  client: RegistryClient,
  reference: DigestReference,
  signal: AbortSignal,
): Promise<readonly ArchiveFile[]> {
  const manifest = await client.pullManifest(reference, signal);
  const files = new Map<string, ArchiveFile>();
  const left = { ...bounds };
  for (const layer of layersOf(reference, manifest)) {
    if (layer.size > bounds.bytes) throw refused(reference, 'its content is too large');
    const place = { ...reference, digest: layer.digest };
    const bytes = await client.pullBlob(place, signal, { maxBytes: layer.size });
    for (const file of await filesOf(reference, layer, { bytes, left })) {
      if (files.has(file.path)) throw refused(reference, 'two of its layers hold one file');
      files.set(file.path, file);
      left.files -= 1;
      left.bytes -= file.bytes.length;
    }
  }
  const clash = [...files.keys()].find((path) => foldersOf(path).some((one) => files.has(one)));
  if (clash !== undefined) throw refused(reference, 'a file of it lies within another file');
  return [...files.values()];
}

function foldersOf(path: string): readonly string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_step, index) => steps.slice(0, index + 1).join('/'));
}

interface Layer extends Descriptor {
  readonly title: string | undefined;
  readonly isArchive: boolean;
}

function layersOf(reference: DigestReference, { content }: Manifest): readonly Layer[] {
  const { layers } = content;
  const all = isJsonList(layers) ? layers : [];
  const found = all.slice(0, mostLayers).flatMap((one) => toLayer(one) ?? []);
  if (all.length > mostLayers) throw refused(reference, 'it has too many layers');
  if (found.length > 0 && found.length === all.length) return found;
  throw refused(reference, 'it is no artifact that holds files');
}

function toLayer(value: Json): Layer | undefined {
  const descriptor = parseDescriptor(value);
  const annotations = isJsonObject(value) ? value['annotations'] : undefined;
  const named = isJsonObject(annotations) ? annotations : {};
  const { 'org.opencontainers.image.title': title, 'io.deis.oras.content.unpack': unpack } = named;
  const type = descriptor?.mediaType ?? '';
  const isNamedFile = type === orasFileType && typeof title === 'string';
  const isTar = /[.+/]tar(?:\+gzip|\.gzip)?$/.test(type) && !isNamedFile;
  const isArchive = isTar || unpack === 'true';
  if (!descriptor || !(isArchive || typeof title === 'string')) return undefined;
  return { ...descriptor, isArchive, title: typeof title === 'string' ? title : undefined };
}

async function filesOf(
  reference: DigestReference,
  { isArchive, title = '' }: Layer,
  { bytes, left }: { readonly bytes: Uint8Array; readonly left: typeof bounds },
): Promise<readonly ArchiveFile[]> {
  try {
    if (isArchive) return readTar(await unzip(bytes, left.bytes), left);
    if (!isInside(title)) throw new ArchiveRefused('a file leads out of it');
    if (left.files < 1 || bytes.length > left.bytes) throw new ArchiveRefused('it is too large');
    return [{ path: title, bytes }];
  } catch (error) {
    if (error instanceof ArchiveRefused) throw refused(reference, error.message);
    throw error;
  }
}

/** Headers and the rest of blocks come on top of the files' own bytes. */
async function unzip(bytes: Uint8Array, mostBytes: number): Promise<Uint8Array> {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isZipped) return bytes;
  const maxOutputLength = mostBytes + bounds.files * 1536;
  const unzipped = await gunzipAll(bytes, { maxOutputLength }).catch(() => undefined);
  if (unzipped) return unzipped;
  throw new ArchiveRefused('its content is damaged, or too large');
}
