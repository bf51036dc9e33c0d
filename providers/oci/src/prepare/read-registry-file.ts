/** Reads `registry.yaml`: which tags there should be, and where what they point at comes from. */
import {
  adviseName,
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  type Origin,
} from '@trueup/diagnostics';
import { createFieldLocator, parseYaml, type WrittenPath } from '@trueup/manifests';
import type { Files } from '@trueup/provider-sdk';
import { type ArtifactReference, parseArtifactReference } from '@trueup/registries';

import type { TagReference } from '../oci-client.ts';
import { quote, type TargetSettings } from '../schema.ts';

export interface WrittenTag {
  readonly to: TagReference;
  /** It has a tag or a digest. */
  readonly from: ArtifactReference;
  readonly origin: Origin;
  readonly fromOrigin: Origin;
}

export interface RegistryFile {
  readonly tags: readonly WrittenTag[];
  readonly diagnostics: readonly Diagnostic[];
}

const fileNames = ['registry.yaml', 'registry.yml'];
const members = ['tags'];
const tagMembers = ['repository', 'tag', 'from'];
const mostTags = 2000;

export async function readRegistryFile(
  files: Files,
  folder: string,
  place: Pick<TargetSettings, 'host' | 'prefix'>,
): Promise<RegistryFile> {
  const paths = fileNames.map((name) => (folder === '' ? name : `${folder}/${name}`));
  const found = await Promise.all(paths.map((path) => files.read(path)));
  const index = found.findIndex((one) => one !== undefined);
  const [file, bytes] = [paths[index], found[index]];
  if (file === undefined || !bytes) {
    const summary = `${paths[0]}: there is no such file`;
    return { tags: [], diagnostics: [{ severity: 'error', code: 'OCI_FILE', path: [], summary }] };
  }
  const text = new TextDecoder().decode(bytes);
  const { value, diagnostics } = parseYaml(text, { file });
  const reader = new RegistryFileReader(file, text, place);
  const tags = diagnostics.length > 0 ? [] : reader.read(value);
  return { tags, diagnostics: [...diagnostics, ...reader.diagnostics] };
}

/** Collects all that is wrong. */
class RegistryFileReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #locate: ReturnType<typeof createFieldLocator>;
  readonly #place: Pick<TargetSettings, 'host' | 'prefix'>;
  readonly #seen = new Set<string>();

  constructor(file: string, text: string, place: Pick<TargetSettings, 'host' | 'prefix'>) {
    this.#file = file;
    this.#locate = createFieldLocator(text);
    this.#place = place;
  }

  read(value: Json | undefined): readonly WrittenTag[] {
    if (!isJsonObject(value)) {
      this.#complain([], 'is no object with `tags`');
      return [];
    }
    this.#refuseUnknown(value, [], members);
    const { tags } = value;
    if (!isJsonList(tags)) {
      this.#complain(tags === undefined ? [] : ['tags'], '`tags` is no list');
      return [];
    }
    if (tags.length > mostTags) this.#complain(['tags'], `has more than ${mostTags} tags`);
    return tags.slice(0, mostTags).flatMap((tag, index) => this.#readTag(tag, ['tags', index]));
  }

  #readTag(value: Json, path: WrittenPath): readonly WrittenTag[] {
    if (!isJsonObject(value)) {
      this.#complain(path, 'the entry is no object');
      return [];
    }
    this.#refuseUnknown(value, path, tagMembers);
    const to = this.#readTo(value['repository'], value['tag'], path);
    const from = this.#readFrom(value['from'], [...path, 'from']);
    if (!(to && from)) return [];
    const key = `${to.repository}:${to.tag}`;
    if (this.#seen.has(key)) {
      this.#complain(path, `${quote(key)} is named twice`);
      return [];
    }
    this.#seen.add(key);
    return [{ to, from, origin: this.#origin(path), fromOrigin: this.#origin([...path, 'from']) }];
  }

  #readTo(
    repository: Json | undefined,
    tag: Json | undefined,
    path: WrittenPath,
  ): TagReference | undefined {
    const { host } = this.#place;
    const full = typeof repository === 'string' ? this.#withPrefix(repository) : '';
    const isRepository = parseArtifactReference(`${host}/${full}`)?.repository === full;
    if (!isRepository) {
      this.#complain(
        repository === undefined ? path : [...path, 'repository'],
        '`repository` names no repository of the registry',
        'Write it without the registry and in small letters: `repository: shop/web`.',
      );
    }
    const tagName = typeof tag === 'string' && isTag(tag) ? tag : undefined;
    if (tagName === undefined) {
      this.#complain(
        tag === undefined ? path : [...path, 'tag'],
        '`tag` is no tag',
        'Write it as text, in quotes where it looks like a number: `tag: "1.10"`.',
      );
    }
    return isRepository && tagName !== undefined
      ? { host, repository: full, tag: tagName }
      : undefined;
  }

  #readFrom(from: Json | undefined, path: WrittenPath): ArtifactReference | undefined {
    const found = typeof from === 'string' ? this.#parseFrom(from) : undefined;
    if (found && (found.tag !== undefined || found.digest !== undefined)) return found;
    this.#complain(
      from === undefined ? path.slice(0, -1) : path,
      '`from` names no image by tag or digest',
      'Write `from: ghcr.io/acme/web@sha256:…`, `ghcr.io/acme/web:1.4`, or `shop/web:staging` of the same registry.',
    );
    return undefined;
  }

  /** A first part without dot and port is no host: the image lies in the target itself. */
  #parseFrom(from: string): ArtifactReference | undefined {
    const [first = ''] = from.split('/');
    const isHost = from.includes('/') && /[.:[]|^localhost$/.test(first);
    const { host } = this.#place;
    return parseArtifactReference(isHost ? from : `${host}/${this.#withPrefix(from)}`);
  }

  #withPrefix(repository: string): string {
    const { prefix } = this.#place;
    return prefix === '' ? repository : `${prefix}/${repository}`;
  }

  #refuseUnknown(value: object, path: WrittenPath, known: readonly string[]): void {
    for (const name of Object.keys(value).filter((one) => !known.includes(one))) {
      this.#complain([...path, name], `${quote(name)} is not known`, adviseName(name, known));
    }
  }

  #complain(path: WrittenPath, what: string, advice?: string): void {
    const origin = this.#origin(path);
    this.diagnostics.push({
      severity: 'error',
      code: 'OCI_FILE',
      path: path.map(String),
      origin,
      summary: `${origin.file}:${origin.line}: ${what}`,
      ...(advice !== undefined && { advice }),
    });
  }

  #origin(path: WrittenPath): Origin {
    const document = { file: this.#file, line: 1, column: 1 };
    return this.#locate(document, path) ?? document;
  }
}

function isTag(text: string): boolean {
  return parseArtifactReference(`registry/x:${text}`)?.tag === text;
}
