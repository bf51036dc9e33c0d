import { isDigest } from './digest.ts';

/** Names an artifact in a registry: `ghcr.io/org/charts/redis:1.2.3`, or with `@sha256:…`. */
export interface ArtifactReference {
  /** With its port, where it has one. */
  readonly host: string;
  /** The repository within the registry, `org/charts/redis`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. It decides where both are there. */
  readonly digest?: string;
}

export type Place = Pick<ArtifactReference, 'host' | 'repository'>;

// By the grammar of the distribution specification:
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
const hostPattern = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:]+\])(?::\d{1,5})?$/i;
const repositoryPattern =
  /^[a-z\d]+(?:(?:\.|_{1,2}|-+)[a-z\d]+)*(?:\/[a-z\d]+(?:(?:\.|_{1,2}|-+)[a-z\d]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const longestRepository = 255;

/** Names of Docker Hub that people and tools write; its images are known by the first one. */
const dockerHub: readonly string[] = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/**
 * `undefined` when the text names no artifact. A host is always named; `oci://` may stand before it. Docker
 * Hub is `docker.io`, and what has one name there is below `library/`.
 */
export function parseArtifactReference(text: string): ArtifactReference | undefined {
  const [name = '', digest, ...rest] = text.replace(/^oci:\/\//, '').split('@');
  const slash = name.indexOf('/');
  const path = name.slice(slash + 1);
  const colon = path.indexOf(':');
  const written = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  const place = name.slice(0, Math.max(slash, 0));
  const isHub = dockerHub.includes(place);
  const host = isHub ? 'docker.io' : place;
  const repository = isHub && !written.includes('/') ? `library/${written}` : written;
  const isSound =
    rest.length === 0 &&
    hostPattern.test(host) &&
    repository.length <= longestRepository &&
    repositoryPattern.test(repository) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || isDigest(digest));
  if (!isSound) return undefined;
  return { host, repository, ...(tag !== undefined && { tag }), ...(digest && { digest }) };
}

/** By the grammar of the specification: what a registry lists need not be. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

export function formatArtifactReference(reference: ArtifactReference): string {
  const { host, repository, tag, digest } = reference;
  return `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest ? `@${digest}` : ''}`;
}

/** Without the tag or digest that a reference may bear besides. */
export function placeOf({ host, repository }: Place): Place {
  return { host, repository };
}
