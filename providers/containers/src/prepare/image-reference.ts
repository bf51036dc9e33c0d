import { type ArtifactReference, parseArtifactReference } from '@trueup/registries';

export interface ImageReference extends ArtifactReference {
  /** As an engine takes it, without tag and digest: `docker.io/library/nginx`. */
  readonly name: string;
}

/**
 * Reads a name of an image as Docker does: without a host it is Docker Hub's, without a folder there
 * an official one. `undefined` when it is none.
 */
export function parseImage(text: string): ImageReference | undefined {
  const [first = '', ...rest] = text.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const named = hasHost ? text : `docker.io/${rest.length > 0 ? '' : 'library/'}${text}`;
  const reference = parseArtifactReference(named);
  if (!reference) return undefined;
  return { ...reference, name: `${reference.host}/${reference.repository}` };
}

/** Docker Hub answers under another name than its own. */
export function registryOf({ host }: ImageReference): string {
  return host === 'docker.io' ? 'registry-1.docker.io' : host;
}

/** There is no registry behind `localhost` without a port: such images are made on the host. */
export function isLocalImage({ host }: ImageReference): boolean {
  return host === 'localhost';
}
