/**
 * Where the pages of things are, below the server's public URL. Comments, statuses and alerts lead there
 * for as long as they are kept: a path that was given out stays.
 */
import { parseStackId, type StackId } from '../stack/stack-record.ts';

export const pagePaths: PagePaths = {
  repository: (name) => `/repositories/${encode(name)}`,
  stack(id) {
    const { repository, name } = parseStackId(id);
    return `${pagePaths.repository(repository)}/stacks/${encode(name)}`;
  },
  mergeRequest: (repository, number) =>
    `${pagePaths.repository(repository)}/merge-requests/${encode(`${number}`)}`,
  run: (repository, run) => `${pagePaths.repository(repository)}/runs/${encode(run)}`,
  rollout: (id) => `/rollouts/${encode(id)}`,
};

export interface PagePaths {
  /** By its registered name. */
  repository(name: string): string;
  stack(id: StackId): string;
  mergeRequest(repository: string, number: number | string): string;
  run(repository: string, run: string): string;
  rollout(id: string): string;
}

/** An address below the public URL of the server, whether that ends with a slash or not. */
export function pageUrl(publicUrl: string, path: string): string {
  return `${publicUrl.replace(/\/+$/, '')}${path}`;
}

/** Nothing is left that ends a link of Markdown, an attribute of HTML or a part of a path. */
function encode(name: string): string {
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // Browsers take these for steps, encoded or not; nothing of ours is called so.
  return /^\.{1,2}$/.test(encoded) ? '-' : encoded;
}
