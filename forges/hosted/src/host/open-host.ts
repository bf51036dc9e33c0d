import { systemUser } from '../model/hosted-merge-request.ts';
import { dropWriters } from './branch-writers.ts';
import { followHeads } from './follow-heads.ts';
import { type HostOptions, RepositoryHost } from './repository-host.ts';

/** Opens nothing yet: each repository is opened when it is first asked for. */
export function openHost(options: Omit<HostOptions, 'settle'>): RepositoryHost {
  return new RepositoryHost({
    ...options,
    settle: async (host, open) => {
      await dropWriters(host, open);
      await followHeads(host, open, { by: systemUser });
    },
  });
}
