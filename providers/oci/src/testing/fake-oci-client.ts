import type { KeyObject } from 'node:crypto';

import { StalledError, TransientError } from '@trueup/diagnostics';
import { Link } from '@trueup/provider-sdk/testing';
import type { ArtifactReference, Place } from '@trueup/registries';

import type { Asking, OciClient, Pointer, PushOrder, TagReference } from '../oci-client.ts';

interface FakeRepository {
  readonly digests: Set<string>;
  readonly tags: Map<string, string>;
}

/** What becomes of the next write of a tag: an answer that gets lost after it happened, or before. */
export type WriteFault = 'refuse' | 'mute' | 'lose';

/** Registries in memory. They outlive the providers that use them. */
export class FakeOciClient implements OciClient {
  /** How often something was copied, pointed or removed. */
  writes = 0;
  /** Of everything but what fails to reach the registries. */
  readonly link: Link = new Link();
  /** By `repository:tag`. */
  readonly faults: Map<string, WriteFault> = new Map();
  /** Called between the copy and the write of a tag. */
  afterCopy: () => void = () => undefined;
  /** Digests that the key of the target has signed. */
  readonly signed: Set<string> = new Set();
  readonly #repositories = new Map<string, FakeRepository>();

  repository({ host, repository }: Place): FakeRepository {
    const key = `${host}/${repository}`;
    const found = this.#repositories.get(key) ?? { digests: new Set(), tags: new Map() };
    this.#repositories.set(key, found);
    return found;
  }

  /** As somebody else would. */
  put(place: Place, digest: string, tag?: string): void {
    const { digests, tags } = this.repository(place);
    digests.add(digest);
    if (tag !== undefined) tags.set(tag, digest);
  }

  async head(reference: ArtifactReference, { signal }: Asking): Promise<Pointer | undefined> {
    await this.link.admit(signal);
    const { digests, tags } = this.repository(reference);
    const digest = reference.digest ?? tags.get(reference.tag ?? 'latest');
    if (digest === undefined || !digests.has(digest)) return undefined;
    return { digest, mediaType: 'application/vnd.oci.image.manifest.v1+json' };
  }

  async resolve(
    { from }: Parameters<OciClient['resolve']>[0],
    { signal }: Asking,
  ): Promise<string | undefined> {
    await this.link.admit(signal);
    return this.repository(from).digests.has(from.digest) ? from.digest : undefined;
  }

  async push({ to, artifact }: PushOrder, { signal }: Asking): Promise<void> {
    await this.link.admit(signal);
    this.repository(to).digests.add(artifact.manifest.digest);
    this.writes += 1;
    this.afterCopy();
  }

  async isSigned(
    { digest }: { readonly digest: string },
    _key: KeyObject,
    { signal }: Asking,
  ): Promise<boolean> {
    await this.link.admit(signal);
    return this.signed.has(digest);
  }

  async sign(
    { digest }: { readonly digest: string },
    _key: KeyObject,
    { signal }: Asking,
  ): Promise<void> {
    await this.link.admit(signal);
    this.signed.add(digest);
    this.writes += 1;
  }

  async copy({ from, to }: Parameters<OciClient['copy']>[0], { signal }: Asking): Promise<void> {
    await this.link.admit(signal);
    if (!this.repository(from).digests.has(from.digest)) {
      throw new StalledError('REGISTRY_NOT_FOUND', `${from.host}: there is no such image`);
    }
    this.repository(to).digests.add(from.digest);
    this.writes += 1;
    this.afterCopy();
  }

  async point({ tag, ...place }: TagReference, digest: string, { signal }: Asking): Promise<void> {
    await this.link.admit(signal);
    this.#write({ ...place, tag }, (tags) => tags.set(tag, digest));
  }

  async remove({ tag, ...place }: TagReference, { signal }: Asking): Promise<void> {
    await this.link.admit(signal);
    this.#write({ ...place, tag }, (tags) => tags.delete(tag));
  }

  #write({ tag, ...place }: TagReference, write: (tags: Map<string, string>) => unknown): void {
    const key = `${place.repository}:${tag}`;
    const fault = this.faults.get(key);
    this.faults.delete(key);
    if (fault === 'refuse') throw new StalledError('REGISTRY_DENIED', `${key}: access is denied`);
    if (fault !== 'lose') {
      write(this.repository(place).tags);
      this.writes += 1;
    }
    if (fault) throw new TransientError('REGISTRY_UNAVAILABLE', `${key}: no answer`);
  }
}
