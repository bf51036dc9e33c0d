/**
 * Pins each image to the digest that its name stands for now (P2): a tag that moves between plan and
 * apply is another plan. Engines cannot be asked about registries (Podman has no such call).
 */
import {
  type Diagnostic,
  OperationError,
  type Origin,
  readText,
  StalledError,
} from '@trueup/diagnostics';

import { type Host, hostOf } from '../client/keep-hosts.ts';
import { translateErrors } from '../translate-errors.ts';
import { type ImageReference, isLocalImage, parseImage } from './image-reference.ts';

/** Asks a registry what digest a reference stands for. Fails as `@trueup/registries` does. */
export type ResolveDigest = (reference: ImageReference, signal: AbortSignal) => Promise<string>;

export interface ImageAsk {
  readonly image: string;
  readonly pullPolicy: string;
  readonly host: string;
  readonly origin: Origin | undefined;
}

export interface ImagePorts {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly resolve: ResolveDigest;
  readonly signal: AbortSignal;
}

export interface PinnedImage {
  /** The registry's digest, or the host's own id of an image that was made there. */
  readonly digest: string;
  readonly isLocal: boolean;
}

/** Of an image that only a host knows which is lost: a plan says nothing about who runs it. */
export const unknownDigest = 'unknown';

/** Remembers what was asked: one service on many hosts is one question. */
export class ImageResolver {
  readonly #ports: ImagePorts;
  readonly #answers = new Map<string, Promise<PinnedImage | Diagnostic>>();

  constructor(ports: ImagePorts) {
    this.#ports = ports;
  }

  /** A diagnostic where somebody has to change something; throws what may pass by itself. */
  pin(ask: ImageAsk): Promise<PinnedImage | Diagnostic> {
    const reference = parseImage(ask.image);
    if (!reference) {
      return Promise.resolve(
        complain(ask, 'CONTAINERS_IMAGE_INVALID', 'the image is no name of one'),
      );
    }
    const isLocal = isLocalImage(reference) || ask.pullPolicy === 'never';
    const key = isLocal ? `${ask.host} ${ask.image}` : ask.image;
    const known = this.#answers.get(key) ?? this.#find(ask, reference, isLocal);
    this.#answers.set(key, known);
    return known;
  }

  async #find(
    ask: ImageAsk,
    reference: ImageReference,
    isLocal: boolean,
  ): Promise<PinnedImage | Diagnostic> {
    if (isLocal) return this.#askHost(ask);
    if (reference.digest !== undefined) return { digest: reference.digest, isLocal: false };
    try {
      return { digest: await this.#ports.resolve(reference, this.#ports.signal), isLocal: false };
    } catch (error) {
      this.#ports.signal.throwIfAborted();
      if (!(error instanceof StalledError)) throw error;
      return complain(ask, error.code, error.message);
    }
  }

  async #askHost(ask: ImageAsk): Promise<PinnedImage | Diagnostic> {
    const { signal, hosts } = this.#ports;
    const { api } = hostOf(hosts, ask.host);
    const asked = translateErrors(ask.host, signal, () => api.image(ask.image, signal));
    const found = await asked.catch((error: unknown) => {
      signal.throwIfAborted();
      // One lost host does not keep the others from going on.
      if (error instanceof OperationError) return { Id: unknownDigest };
      throw error;
    });
    const id = readText(found, 'Id');
    if (id !== undefined) return { digest: id, isLocal: true };
    return complain(
      ask,
      'CONTAINERS_IMAGE_MISSING',
      `the host ${ask.host} has no image ${ask.image}`,
    );
  }
}

function complain({ origin }: ImageAsk, code: string, what: string): Diagnostic {
  const where = origin ? `${origin.file}:${origin.line}: ` : '';
  const summary = `${where}${what}`;
  return { severity: 'error', code, path: ['image'], ...(origin && { origin }), summary };
}
