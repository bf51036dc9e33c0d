/**
 * Artifacts that stacks are made of.
 *
 * S1. What is handed out was read by its digest. A tag is looked up anew each time: what moves it is another
 *     plan.
 * S2. Where a key is named, nothing is handed out that it has not signed, under the name that is asked for.
 * S3. A look asks by the credential that stands in the name: that of what was applied, whoever opened it since.
 */
import { StalledError } from '@trueup/diagnostics';
import type { Outbound, ReadCredentials } from '@trueup/outbound';
import type { ArchiveFile, ArtifactReference, RegistryClient } from '@trueup/registries';

import type { StackSource } from './read-source-file.ts';

export interface SourcesOptions {
  /** Asked for once something has to be fetched. */
  readonly outbound: () => Promise<Outbound>;
  readonly readCredentials: ReadCredentials;
  /** Registries that are spoken to without encryption. None when absent. */
  readonly allowHttp?: (host: string) => boolean;
}

export interface OpenedSource {
  /** `source:oci://REFERENCE`, and ` by CREDENTIAL` where it has one, as records of what was read name it. */
  readonly name: string;
  readonly digest: string;
  readonly files: readonly ArchiveFile[];
}

const namePattern = /^source:oci:\/\/(\S+)(?: by ([\w.-]{1,250}))?$/;
/** Of artifacts that are kept in memory, since looks repeat themselves. */
const mostKeptBytes = 32 * 1024 * 1024;

/** Rejects as registries do; `SOURCE_MISSING` and `SOURCE_UNSIGNED` are of its own. */
export class Sources {
  readonly #options: SourcesOptions;
  /** By digest and repository. The oldest goes first. */
  readonly #kept = new Map<string, readonly ArchiveFile[]>();

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  async open(source: StackSource, signal: AbortSignal): Promise<OpenedSource> {
    const { hasSignature } = await import('@trueup/registries');
    const { reference, credential, key, signedAs } = source;
    const name = await nameOf(source);
    const client = await this.#clientFor(credential);
    const digest = reference.digest ?? (await client.headManifest(reference, signal))?.digest;
    if (digest === undefined) {
      const message = `${name}: not taken: there is no such artifact`;
      throw new StalledError('SOURCE_MISSING', message, name);
    }
    const { host, repository } = reference;
    const pinned = { host, repository, digest };
    const verifying = key && { key, signal, ...(signedAs !== undefined && { signedAs }) };
    if (verifying && !(await hasSignature(client, pinned, verifying))) {
      const as = signedAs === undefined ? '' : ` as ${signedAs}`;
      const message = `${name}: not taken: the key has not signed ${digest}${as}`;
      throw new StalledError('SOURCE_UNSIGNED', message, name);
    }
    return { name, digest, files: await this.#pull(client, pinned, signal) };
  }

  /** What a tag stands for now, by the name of a source; `undefined` for one that names a digest, or that is gone. */
  async look(name: string, signal: AbortSignal): Promise<string | undefined> {
    const [, text = '', credential] = namePattern.exec(name) ?? [];
    const { parseArtifactReference } = await import('@trueup/registries');
    const reference = parseArtifactReference(text);
    if (!reference || reference.digest !== undefined) return undefined;
    const client = await this.#clientFor(credential);
    return (await client.headManifest(reference, signal))?.digest;
  }

  async #pull(
    client: RegistryClient,
    pinned: Required<Pick<ArtifactReference, 'host' | 'repository' | 'digest'>>,
    signal: AbortSignal,
  ): Promise<readonly ArchiveFile[]> {
    const key = `${pinned.host}/${pinned.repository}@${pinned.digest}`;
    const known = this.#kept.get(key);
    if (known) {
      // Who may not read it any more gets nothing, whatever is kept.
      await client.pullManifest(pinned, signal);
      return known;
    }
    const { pullArtifact } = await import('@trueup/registries');
    const files = await pullArtifact(client, pinned, signal);
    this.#kept.set(key, files);
    const oldest = this.#kept.keys();
    while (this.#keptBytes() > mostKeptBytes) this.#kept.delete(oldest.next().value ?? '');
    return files;
  }

  #keptBytes(): number {
    const all = [...this.#kept.values()].flat();
    return all.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  async #clientFor(credential: string | undefined): Promise<RegistryClient> {
    const { createRegistryClient } = await import('@trueup/registries');
    const { outbound, readCredentials, allowHttp } = this.#options;
    return createRegistryClient({
      outbound: await outbound(),
      ...(allowHttp && { allowHttp }),
      ...(credential !== undefined && {
        credentials: (host: string) => readCredentials(credential, host),
      }),
    });
  }
}

async function nameOf({ reference, credential }: StackSource): Promise<string> {
  const { formatArtifactReference } = await import('@trueup/registries');
  const by = credential === undefined ? '' : ` by ${credential}`;
  return `source:oci://${formatArtifactReference(reference)}${by}`;
}
