import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import { isDigest } from './digest.ts';

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  readonly artifactType?: string;
}

export interface ReferrerFilter {
  /** Only those of this type. All when absent. */
  readonly artifactType?: string;
}

/** What is no descriptor is left out. */
export function descriptorsOf(list: Json | undefined): readonly Descriptor[] {
  return isJsonList(list) ? list.flatMap((one) => parseDescriptor(one) ?? []) : [];
}

export function parseDescriptor(value: Json | undefined): Descriptor | undefined {
  if (!isJsonObject(value)) return undefined;
  const { mediaType, digest, size, artifactType } = value;
  const isSound =
    typeof mediaType === 'string' &&
    isDigest(digest) &&
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0;
  if (!isSound) return undefined;
  return { mediaType, digest, size, ...(typeof artifactType === 'string' && { artifactType }) };
}
