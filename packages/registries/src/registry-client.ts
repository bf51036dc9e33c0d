/**
 * Reads artifacts from OCI registries.
 *
 * G1. Nothing is handed out that does not have the digest that it was asked for by.
 * G2. Credentials go to their own registry, and to the service for tokens that it names; never to
 *     where a blob is redirected to.
 * G3. Everything is bounded, and errors name host and repository only.
 */
import { hash } from 'node:crypto';

import { isJsonObject, type JsonObject, StalledError, TransientError } from '@trueup/diagnostics';
import type { Credentials, Outbound, OutboundRequest, OutboundResponse } from '@trueup/outbound';

import type { ArtifactReference } from './artifact-reference.ts';
import { authorize, parseChallenge } from './authenticate.ts';

export interface RegistryClientOptions {
  readonly outbound: Outbound;
  /** For a registry, by its host; `undefined` where it is read by everybody. */
  readonly credentials?: (host: string) => Promise<Credentials | undefined>;
  /** Registries that are spoken to without encryption. None when absent. */
  readonly allowHttp?: (host: string) => boolean;
}

export interface Manifest {
  /** Of the very bytes that the registry sent. */
  readonly digest: string;
  readonly mediaType: string;
  readonly content: JsonObject;
}

export interface PullOptions {
  /** Asked for every URL on the way, redirections and tokens included; all are allowed when absent. */
  readonly mayVisit?: (url: URL) => boolean;
  /** Of a blob. 64 MiB when absent. */
  readonly maxBytes?: number;
}

/**
 * Both reject with a `StalledError`: `REGISTRY_NOT_FOUND`, `REGISTRY_DENIED`, `REGISTRY_REFUSED`
 * (an answer that breaks the protocol), `REGISTRY_DIGEST_MISMATCH`; with a `TransientError`
 * `REGISTRY_UNAVAILABLE`; or as `Outbound` does.
 */
export interface RegistryClient {
  /** Of a tag or digest; `latest` where the reference has neither. Indexes are returned as they are. */
  pullManifest(
    reference: ArtifactReference,
    signal: AbortSignal,
    options?: PullOptions,
  ): Promise<Manifest>;
  /** The content that has this digest, of the repository that `reference` names. */
  pullBlob(
    reference: ArtifactReference & { readonly digest: string },
    signal: AbortSignal,
    options?: PullOptions,
  ): Promise<Uint8Array>;
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** The specification asks registries to take manifests up to this size. */
const maxManifestBytes = 4 * 1024 * 1024;
const maxBlobBytes = 64 * 1024 * 1024;

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { outbound, credentials, allowHttp = () => false } = options;
  /** By host and repository. A token that has run out is refused, and then asked for anew. */
  const authorizations = new Map<string, Granted>();

  /** What was granted to credentials that are others now no longer counts. */
  async function findGranted(key: string, host: string): Promise<string | undefined> {
    const known = authorizations.get(key);
    if (!known) return undefined;
    const isOurs = known.to === digestOf(await credentials?.(host));
    return isOurs ? known.authorization : undefined;
  }

  async function send(ask: Ask, signal: AbortSignal): Promise<OutboundResponse> {
    const { reference, mayVisit } = ask;
    const key = `${reference.host}/${reference.repository}`;
    const known = await findGranted(key, reference.host);
    const first = await outbound.request(toRequest(ask, known), signal);
    const challenge = parseChallenge(first.headers.get('www-authenticate') ?? '');
    if (first.status !== 401 || !challenge) return first;

    const login = await credentials?.(reference.host);
    const authorization = await authorize(
      outbound,
      {
        host: reference.host,
        challenge,
        scope: `repository:${reference.repository}:pull`,
        credentials: login,
        allowHttp: allowHttp(reference.host),
        mayVisit,
      },
      signal,
    );
    if (authorization === undefined) return first;
    if (authorizations.size >= mostAuthorizations && !authorizations.has(key)) {
      authorizations.clear();
    }
    authorizations.set(key, { authorization, to: digestOf(login) });
    return await outbound.request(toRequest(ask, authorization), signal);
  }

  function toRequest({ reference, path, ...ask }: Ask, authorization: string | undefined) {
    const scheme = allowHttp(reference.host) ? 'http' : 'https';
    const request: OutboundRequest = {
      url: `${scheme}://${reference.host}/v2/${reference.repository}/${path}`,
      headers: {
        accept: ask.accept,
        'accept-encoding': 'identity',
        ...(authorization !== undefined && { authorization }),
      },
      limits: { responseBytes: ask.maxBytes, timeoutMs: 120_000 },
      ...(ask.mayVisit && { mayVisit: ask.mayVisit }),
    };
    return request;
  }

  return {
    async pullManifest(reference, signal, { mayVisit } = {}) {
      const path = `manifests/${reference.digest ?? reference.tag ?? 'latest'}`;
      const ask = { reference, path, accept: manifestTypes, maxBytes: maxManifestBytes, mayVisit };
      const answer = checkStatus(await send(ask, signal), reference);
      const digest = checkDigest(answer.body, reference.digest, reference);
      const content = parseManifest(answer.body);
      if (!content) throw refused(reference, 'its manifest is no object');
      const { mediaType } = content;
      const sent = answer.headers.get('content-type') ?? '';
      return { digest, mediaType: typeof mediaType === 'string' ? mediaType : sent, content };
    },
    async pullBlob(reference, signal, { mayVisit, maxBytes = maxBlobBytes } = {}) {
      const path = `blobs/${reference.digest}`;
      const ask = { reference, path, accept: '*/*', maxBytes, mayVisit };
      const { body } = checkStatus(await send(ask, signal), reference);
      checkDigest(body, reference.digest, reference);
      return body;
    },
  };
}

interface Granted {
  readonly authorization: string;
  /** The digest of the credentials that it was granted to. */
  readonly to: string;
}

function digestOf(credentials: Credentials | undefined): string {
  return hash('sha256', JSON.stringify(credentials) ?? '');
}

/** More than anybody reads from; a bound all the same. */
const mostAuthorizations = 1000;

interface Ask {
  readonly reference: ArtifactReference;
  readonly path: string;
  readonly accept: string;
  readonly maxBytes: number;
  readonly mayVisit: ((url: URL) => boolean) | undefined;
}

function checkStatus(answer: OutboundResponse, reference: ArtifactReference): OutboundResponse {
  const { status } = answer;
  const subject = `${reference.host}/${reference.repository}`;
  if (status === 200) return answer;
  if (status === 404) throw notFound(reference, subject);
  if (status === 401 || status === 403) {
    throw new StalledError('REGISTRY_DENIED', `${subject}: not read: access is denied`, subject);
  }
  if (status === 429 || status >= 500) {
    const message = `${subject}: not read: the registry answers ${status}`;
    throw new TransientError('REGISTRY_UNAVAILABLE', message, subject);
  }
  throw refused(reference, `the registry answers ${status}`);
}

function notFound({ tag, digest }: ArtifactReference, subject: string): StalledError {
  const what = digest ?? tag ?? 'latest';
  const message = `${subject}: not read: there is no \`${what}\``;
  return new StalledError('REGISTRY_NOT_FOUND', message, subject);
}

function refused({ host, repository }: ArtifactReference, why: string): StalledError {
  const subject = `${host}/${repository}`;
  return new StalledError('REGISTRY_REFUSED', `${subject}: not read: ${why}`, subject);
}

/** G1 */
function checkDigest(
  body: Uint8Array,
  expected: string | undefined,
  { host, repository }: ArtifactReference,
): string {
  const digest = `sha256:${hash('sha256', body)}`;
  if (expected === undefined || expected === digest) return digest;
  const subject = `${host}/${repository}`;
  const message = `${subject}: not taken: the registry sent other content than ${expected}`;
  throw new StalledError('REGISTRY_DIGEST_MISMATCH', message, subject);
}

function parseManifest(body: Uint8Array): JsonObject | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return isJsonObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
