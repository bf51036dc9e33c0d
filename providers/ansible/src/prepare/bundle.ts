/**
 * The pinned thing: the files, the host list and the values that one look and one run are made of. Planning and applying
 * get the same bytes, whatever the repository holds meanwhile.
 */
import { hash } from 'node:crypto';

import { isJsonObject, type Json, type JsonObject, readField } from '@trueup/diagnostics';
import type { Prepared } from '@trueup/provider-sdk';
import type { Requirement } from '../schema.ts';

export interface Bundle {
  /** Base64 by path from the repository's root. */
  readonly files: Readonly<Record<string, string>>;
  /** From the repository's root. */
  readonly playbook: string;
  /** A file of `files`, or hosts with what is known about each. */
  readonly hosts: string | JsonObject;
  /** Names of hosts by group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The values of `hosts` come from another stack: they are no templates. */
  readonly verbatimHosts: boolean;
  readonly limit: string | undefined;
  readonly variables: JsonObject;
  /** Variables whose values are inputs: they are no templates either. */
  readonly taken: JsonObject;
  /** Values that no text may show. */
  readonly secrets: readonly string[];
  /** Password by vault id. */
  readonly vault: Readonly<Record<string, string>>;
  readonly sops: { readonly key: string; readonly files: readonly string[] } | undefined;
  readonly rolePaths: readonly string[];
  readonly requirements: readonly Requirement[];
  readonly timeoutMs: number;
  /** Values for other stacks, by name. */
  readonly outputs: Readonly<Record<string, { readonly sensitive: boolean }>>;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  /** Version of ansible-core that listed the tasks. */
  readonly core: string;
  /** How many resources were prepared: who gets fewer asks for those only. */
  readonly resources: number;
}

export function packBundle(bundle: Bundle): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(bundle));
}

/** `undefined` where nothing was prepared. A bundle is ours: anything else is a bug of the caller. */
export function unpackBundle({ bundle }: Pick<Prepared, 'bundle'>): Bundle | undefined {
  if (!bundle) return undefined;
  const value: unknown = JSON.parse(new TextDecoder().decode(bundle));
  if (!isBundle(value)) throw new Error('A bundle that this provider did not make.');
  return value;
}

/** Names the whole of it, for those who compare and may not look in: it is stored encrypted only. */
export function digestBundle(bundle: Uint8Array): string {
  return `sha256:${hash('sha256', bundle)}`;
}

function isBundle(value: unknown): value is Bundle {
  if (!isJsonObject(value)) return false;
  const members: readonly (readonly [string, (one: Json | undefined) => boolean])[] = [
    ['files', isJsonObject],
    ['groups', isJsonObject],
    ['variables', isJsonObject],
    ['taken', isJsonObject],
    ['outputs', isJsonObject],
    ['vault', isJsonObject],
    ['playbook', (one) => typeof one === 'string'],
    ['secrets', (one) => Array.isArray(one)],
    ['requirements', (one) => Array.isArray(one)],
    ['resources', (one) => typeof one === 'number'],
  ];
  return members.every(([name, is]) => is(readField(value, name)));
}
