/** Reads `trueup-source.yaml`: the stack's folder holds nothing else, its content lies in a registry. */
import type { KeyObject } from 'node:crypto';

import {
  adviseName,
  type Diagnostic,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';
import { createFieldLocator, parseYaml } from '@trueup/manifests';
import type { Files } from '@trueup/provider-sdk';
import {
  type ArtifactReference,
  formatArtifactReference,
  parseArtifactReference,
  parseVerificationKey,
} from '@trueup/registries';

import { isRelativeFolder } from './artifact-files.ts';
import { sourcePathOf } from './source-path.ts';

export interface StackSource {
  /** By tag or digest. */
  readonly reference: ArtifactReference;
  /** Within the artifact; empty for all of it. */
  readonly folder: string;
  /** The secret that is sent to the registry. None where it is open to everybody. */
  readonly credential: string | undefined;
  /** Whose signature it has to bear. Any, or none, when absent. */
  readonly key: KeyObject | undefined;
  /** What the signature has to name: `host/repository`, or with a tag. Anything when absent. */
  readonly signedAs: string | undefined;
}

export type SourceRead =
  | { readonly source: StackSource }
  | { readonly diagnostics: readonly Diagnostic[] };

const members = ['artifact', 'folder', 'credential', 'key', 'signedAs'];
const secretPattern = /^[\w.-]{1,250}$/;
const mostBytes = 64 * 1024;

/** `undefined` where the stack's content lies in its folder. */
export async function readSourceFile(
  files: Files,
  stackFolder: string,
): Promise<SourceRead | undefined> {
  const file = sourcePathOf(stackFolder);
  const bytes = await files.read(file);
  if (!bytes) return undefined;
  // What is cut off may be the key.
  if (bytes.length > mostBytes) {
    const remarks = new Remarks(file, '');
    remarks.add([], 'is larger than 64 KiB');
    return { diagnostics: remarks.all };
  }
  const text = new TextDecoder().decode(bytes);
  const { value, diagnostics } = parseYaml(text, { file });
  if (diagnostics.length > 0) return { diagnostics };
  const remarks = new Remarks(file, text);
  const source = readMembers(value, remarks);
  return source && remarks.all.length === 0 ? { source } : { diagnostics: remarks.all };
}

class Remarks {
  readonly all: Diagnostic[] = [];
  readonly #file: string;
  readonly #locate: ReturnType<typeof createFieldLocator>;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#locate = createFieldLocator(text);
  }

  add(path: readonly string[], what: string, advice?: string): void {
    const document = { file: this.#file, line: 1, column: 1 };
    const origin = this.#locate(document, path) ?? document;
    const summary = `${origin.file}:${origin.line}: ${what}`;
    const remark = { severity: 'error', code: 'SOURCE_FILE', path, origin, summary } as const;
    this.all.push({ ...remark, ...(advice !== undefined && { advice }) });
  }
}

function readMembers(value: Json | undefined, remarks: Remarks): StackSource | undefined {
  if (!isJsonObject(value)) {
    remarks.add([], 'is no object with `artifact`');
    return undefined;
  }
  for (const name of Object.keys(value).filter((one) => !members.includes(one))) {
    const shown = JSON.stringify(name.slice(0, 100));
    remarks.add([name], `${shown} is not known`, adviseName(name, members));
  }
  const { artifact, folder = '', credential } = value;
  const reference = typeof artifact === 'string' ? parseArtifactReference(artifact) : undefined;
  const isNamed = reference && (reference.tag !== undefined || reference.digest !== undefined);
  if (!isNamed) {
    const advice = 'Write `artifact: oci://registry.example.com/shop/manifests:production`.';
    remarks.add(['artifact'], '`artifact` names none by tag or digest', advice);
  }
  if (!isRelativeFolder(folder)) {
    remarks.add(['folder'], '`folder` names no folder of the artifact', 'Write `folder: deploy`.');
  }
  const secret = secretIn(credential);
  if (credential !== undefined && secret === undefined) {
    remarks.add(['credential'], '`credential` names no secret', 'Write `{ secret: NAME }`.');
  }
  const key = readKey(value['key'], remarks);
  const signedAs = readSignedAs(value, remarks);
  if (!isNamed || !isRelativeFolder(folder)) return undefined;
  return { reference, folder: folder.replace(/^\.$/, ''), credential: secret, key, signedAs };
}

function secretIn(value: Json | undefined): string | undefined {
  const { secret, ...rest } = isJsonObject(value) ? value : {};
  const isSound = typeof secret === 'string' && secretPattern.test(secret);
  return isSound && Object.keys(rest).length === 0 ? secret : undefined;
}

/** What cannot be asked of a signature is never left out. */
function readSignedAs({ signedAs, key }: JsonObject, remarks: Remarks): string | undefined {
  if (signedAs === undefined) return undefined;
  const reference = typeof signedAs === 'string' ? parseArtifactReference(signedAs) : undefined;
  if (!reference || reference.digest !== undefined) {
    const advice = 'Write `signedAs: registry.example.com/shop/manifests`, with a tag or without.';
    remarks.add(['signedAs'], '`signedAs` names no repository', advice);
    return undefined;
  }
  if (key === undefined) remarks.add(['signedAs'], '`signedAs` needs a `key`');
  return formatArtifactReference(reference);
}

/** A key that cannot be read is never taken for none. */
function readKey(value: Json | undefined, remarks: Remarks): KeyObject | undefined {
  if (value === undefined) return undefined;
  const isPublic = typeof value === 'string' && !value.includes('PRIVATE');
  const key = isPublic ? parseVerificationKey(value) : undefined;
  if (!key) {
    const advice = 'Put the text of cosign.pub there: a key of ECDSA on P-256.';
    remarks.add(['key'], '`key` is no public key', advice);
  }
  return key;
}
