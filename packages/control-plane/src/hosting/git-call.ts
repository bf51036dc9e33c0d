import type { GitRequest } from '@trueup/forge-hosted';

/** What a git client asks by HTTP. */
export interface GitCall extends Omit<GitRequest, 'path' | 'service' | 'step'> {
  /** Below the address of all repositories: `shop/gitops.git/info/refs`. Hostile. */
  readonly address: string;
  readonly query: string;
}
