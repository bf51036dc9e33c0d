/** Fetches what kustomizations name of other hosts, so that the program itself needs no network. */
import type { Credentials } from '@trueup/outbound';

import { authorizationFor } from './authorization-for.ts';
import { toFetchError } from './fetch-error.ts';
import { openGitTree } from './open-git-tree.ts';
import type { Remote } from './parse-remote.ts';
import type { RemoteTree, RemoteTreeOptions } from './remote-tree.ts';

/**
 * Both ask nobody whether the host is allowed. The login is for that host and sent to no other, and
 * only where nobody reads along; without one they read what is open to everybody. They reject with a `StalledError`
 * `RENDER_KUSTOMIZE_FETCH` when there is no such thing, with a `TransientError` of the same code when
 * the host does not answer, or as `Outbound` does.
 */
export interface RemoteBases {
  fetchFile(
    remote: Remote & { kind: 'file' },
    login: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  openTree(
    remote: Remote & { kind: 'repository' },
    login: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<RemoteTree>;
}

/** Of one file: the manifests of the largest projects have 5 MB. */
const maxFileBytes = 16 * 1024 * 1024;

export function createRemoteBases(options: RemoteTreeOptions): RemoteBases {
  const { outbound } = options;
  return {
    async fetchFile({ url, host }, login, signal) {
      const headers = login && { authorization: authorizationFor(url, login) };
      const { status, body } = await outbound.request(
        {
          url: url.href,
          ...(headers && { headers }),
          limits: { responseBytes: maxFileBytes },
          // Another host has not been allowed.
          mayVisit: ({ hostname }) => hostname === host,
        },
        signal,
      );
      if (status === 200) return body;
      throw toFetchError(host, `it answers ${status}`, status === 429 || status >= 500);
    },
    openTree: (remote, login, signal) => openGitTree(remote, { ...options, login }, signal),
  };
}
