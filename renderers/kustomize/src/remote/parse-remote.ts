/**
 * What a remote reference means, as Kustomize reads it
 * (https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md). Pure.
 */

export type Remote =
  | { readonly kind: 'file'; readonly url: URL; readonly host: string }
  | {
      readonly kind: 'repository';
      /** To clone from; always by https or http. */
      readonly url: URL;
      readonly host: string;
      /** Of the base within it; empty for its root. */
      readonly path: string;
      /** A branch, tag or commit; `HEAD` where none is named. */
      readonly ref: string;
    };

/** `undefined` for what is fetched by anything but https or http, and for what names no repository. */
export function parseRemote(text: string): Remote | undefined {
  const url = toUrl(text);
  if (!url) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const host = url.hostname;
  const ref = url.searchParams.get('ref') ?? url.searchParams.get('version') ?? 'HEAD';
  const isPlainFile = /\.(?:ya?ml|json)$/.test(url.pathname) && !url.searchParams.has('ref');
  if (isPlainFile) return { kind: 'file', url, host };

  const place = splitPath(url.pathname);
  if (!place || !isRef(ref)) return undefined;
  return {
    kind: 'repository',
    url: new URL(place.repository, url.origin),
    host,
    path: place.path,
    ref,
  };
}

/** True for what can only mean one content. */
export function isCommit(ref: string): boolean {
  return /^[\da-f]{40}$/.test(ref);
}

function toUrl(text: string): URL | null {
  const bare = text.replace(/^git::/, '');
  if (/^https?:\/\//i.test(bare)) return URL.parse(bare);
  return /^[\w-]+(?:\.[\w-]+)+\//.test(bare) ? URL.parse(`https://${bare}`) : null;
}

/** The repository ends at `//`, at `.git`, or after two segments. */
function splitPath(
  pathname: string,
): { readonly repository: string; readonly path: string } | undefined {
  const groups =
    /^(?<repository>\/.+?)\/\/(?<path>.*)$/.exec(pathname)?.groups ??
    /^(?<repository>\/.+?\.git)(?:\/(?<path>.*))?$/.exec(pathname)?.groups ??
    /^(?<repository>\/[^/]+\/[^/]+)(?:\/(?<path>.*))?$/.exec(pathname)?.groups;
  if (!groups) return undefined;
  const path = (groups['path'] ?? '').replace(/\/+$/, '');
  return { repository: groups['repository'] ?? '', path };
}

/** By git's own rules, and nothing that it would take for a flag or an expression. */
function isRef(ref: string): boolean {
  return /^[\w][\w./+-]{0,200}$/.test(ref) && !ref.includes('..') && !ref.endsWith('.lock');
}
