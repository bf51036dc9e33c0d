/** Reads the members of a registry file, and collects all that is wrong with them. */
import {
  adviseName,
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type Origin,
} from '@trueup/diagnostics';
import { createFieldLocator, type WrittenPath } from '@trueup/manifests';
import { quoteName } from '@trueup/provider-sdk';
import { type ArtifactReference, parseArtifactReference } from '@trueup/registries';
import type { TagReference } from '../oci-client.ts';
import type { TargetSettings } from '../schema.ts';

export type RegistryPlace = Pick<TargetSettings, 'host' | 'prefix'>;

/** One entry of a list. */
export interface Entry {
  readonly value: JsonObject;
  readonly path: WrittenPath;
  /** The tag that it is about, which no other entry is; `undefined` where that is wrong. */
  readonly to: TagReference | undefined;
}

const mostEntries = 2000;

export class RegistryFileReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #locate: ReturnType<typeof createFieldLocator>;
  readonly #place: RegistryPlace;
  readonly #seen = new Set<string>();

  constructor(file: string, text: string, place: RegistryPlace) {
    this.#file = file;
    this.#locate = createFieldLocator(text);
    this.#place = place;
  }

  /** The entries of one list that name a tag; none where it is absent. */
  readEntries(root: JsonObject, name: string, members: readonly string[]): readonly Entry[] {
    const list = root[name];
    if (list === undefined) return [];
    if (!isJsonList(list)) {
      this.complain([name], `\`${name}\` is no list`);
      return [];
    }
    if (list.length > mostEntries) this.complain([name], `has more than ${mostEntries} entries`);
    return list
      .slice(0, mostEntries)
      .flatMap((value, index) => this.#readEntry(value, [name, index], members) ?? []);
  }

  #readEntry(value: Json, path: WrittenPath, members: readonly string[]): Entry | undefined {
    if (!isJsonObject(value)) {
      this.complain(path, 'the entry is no object');
      return undefined;
    }
    this.refuseUnknown(value, path, members);
    const to = this.#readTo(value['repository'], value['tag'], path);
    const key = to && `${to.repository}:${to.tag}`;
    if (key === undefined || !this.#seen.has(key)) {
      if (key !== undefined) this.#seen.add(key);
      return { value, path, to };
    }
    this.complain(path, `${quoteName(key)} is named twice`);
    return undefined;
  }

  #readTo(
    repository: Json | undefined,
    tag: Json | undefined,
    path: WrittenPath,
  ): TagReference | undefined {
    const { host } = this.#place;
    const full = typeof repository === 'string' ? this.withPrefix(repository) : '';
    const isRepository = parseArtifactReference(`${host}/${full}`)?.repository === full;
    if (!isRepository) {
      this.complain(
        repository === undefined ? path : [...path, 'repository'],
        '`repository` names no repository of the registry',
        'Write it without the registry and in small letters: `repository: shop/web`.',
      );
    }
    const tagName = typeof tag === 'string' && isTag(tag) ? tag : undefined;
    if (tagName === undefined) {
      this.complain(
        tag === undefined ? path : [...path, 'tag'],
        '`tag` is no tag',
        'Write it as text, in quotes where it looks like a number: `tag: "1.10"`.',
      );
    }
    return isRepository && tagName !== undefined
      ? { host, repository: full, tag: tagName }
      : undefined;
  }

  /** A first part without dot and port is no host: the image lies in the target itself. */
  parseFrom(from: string): ArtifactReference | undefined {
    const [first = ''] = from.split('/');
    const isHost = from.includes('/') && /[.:[]|^localhost$/.test(first);
    const { host } = this.#place;
    return parseArtifactReference(isHost ? from : `${host}/${this.withPrefix(from)}`);
  }

  withPrefix(repository: string): string {
    const { prefix } = this.#place;
    return prefix === '' ? repository : `${prefix}/${repository}`;
  }

  refuseUnknown(value: object, path: WrittenPath, known: readonly string[]): void {
    for (const name of Object.keys(value).filter((one) => !known.includes(one))) {
      this.complain([...path, name], `${quoteName(name)} is not known`, adviseName(name, known));
    }
  }

  complain(path: WrittenPath, what: string, advice?: string): void {
    const origin = this.origin(path);
    this.diagnostics.push({
      severity: 'error',
      code: 'OCI_FILE',
      path: path.map(String),
      origin,
      summary: `${origin.file}:${origin.line}: ${what}`,
      ...(advice !== undefined && { advice }),
    });
  }

  origin(path: WrittenPath): Origin {
    const document = { file: this.#file, line: 1, column: 1 };
    return this.#locate(document, path) ?? document;
  }
}

function isTag(text: string): boolean {
  return parseArtifactReference(`registry/x:${text}`)?.tag === text;
}
