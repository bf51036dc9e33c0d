/**
 * Artifacts that stacks are made of.
 *
 * S1. What is handed out was read by its digest. A tag is looked up anew each time: what moves it is another
 *     plan.
 * S2. Where a key is named, nothing is handed out that it has not signed.
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
  /** `source:` and the reference, as records of what was read name it. */
  readonly name: string;
  readonly digest: string;
  readonly files: readonly ArchiveFile[];
}

const prefix = 'source:oci://';
/** Of artifacts that are kept in memory, since looks repeat themselves. */
const mostKeptBytes = 32 * 1024 * 1024;

/** Rejects as registries do; `SOURCE_MISSING` and `SOURCE_UNSIGNED` are of its own. */
export class Sources {
  readonly #options: SourcesOptions;
  /** By digest and repository. The oldest goes first. */
  readonly #kept = new Map<string, readonly ArchiveFile[]>();
  /** What each source was fetched with last, by its name. */
  readonly #credentials = new Map<string, string | undefined>();

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  async open(source: StackSource, signal: AbortSignal): Promise<OpenedSource> {
    const { hasSignature } = await import('@trueup/registries');
    const { reference, credential, key } = source;
    const name = await nameOf(reference);
    const client = await this.#clientFor(credential);
    const digest = reference.digest ?? (await client.headManifest(reference, signal))?.digest;
    if (digest === undefined) {
      const message = `${name}: not taken: there is no such artifact`;
      throw new StalledError('SOURCE_MISSING', message, name);
    }
    const { host, repository } = reference;
    const pinned = { host, repository, digest };
    if (key && !(await hasSignature(client, pinned, { key, signal }))) {
      const message = `${name}: not taken: the key has not signed ${digest}`;
      throw new StalledError('SOURCE_UNSIGNED', message, name);
    }
    this.#credentials.set(name, credential);
    return { name, digest, files: await this.#pull(client, pinned, signal) };
  }

  /**
   * What a tag stands for now, by the name of a source that was opened; `undefined` for one that was not, that
   * names a digest, or that is gone.
   */
  async look(name: string, signal: AbortSignal): Promise<string | undefined> {
    if (!name.startsWith(prefix) || !this.#credentials.has(name)) return undefined;
    const { parseArtifactReference } = await import('@trueup/registries');
    const reference = parseArtifactReference(name.slice(prefix.length));
    if (!reference || reference.digest !== undefined) return undefined;
    const client = await this.#clientFor(this.#credentials.get(name));
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

async function nameOf(reference: ArtifactReference): Promise<string> {
  const { formatArtifactReference } = await import('@trueup/registries');
  return `${prefix}${formatArtifactReference(reference)}`;
}
