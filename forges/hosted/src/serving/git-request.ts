import type { Readable } from 'node:stream';

/** What a git client asks by smart HTTP, after it is known who asks. */
export interface GitRequest {
  /** Of the repository: `shop/gitops`. */
  readonly path: string;
  readonly service: 'upload-pack' | 'receive-pack';
  /** `refs`: what there is; `exchange`: the pack and what leads to it. */
  readonly step: 'refs' | 'exchange';
  /** As the client sent them; hostile. */
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly gitProtocol?: string;
  /** Of an exchange. Read as git takes it, never as a whole. */
  readonly body: Readable;
}

export interface GitAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** To be read to its end, or destroyed, which ends git. */
  readonly body: Readable;
}

/** `undefined` for what is no address of smart HTTP: nothing else is served. */
export function parseGitAddress(
  address: string,
  query: string,
): Pick<GitRequest, 'path' | 'service' | 'step'> | undefined {
  const [, path, what] =
    /^(.+)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(address) ?? [];
  if (path === undefined || what === undefined) return undefined;
  const asked = what === 'info/refs' ? new URLSearchParams(query).get('service') : what;
  if (asked !== 'git-upload-pack' && asked !== 'git-receive-pack') return undefined;
  const service = asked === 'git-upload-pack' ? 'upload-pack' : 'receive-pack';
  return { path, service, step: what === 'info/refs' ? 'refs' : 'exchange' };
}
