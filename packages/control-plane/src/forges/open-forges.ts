import { createGiteaForge } from '@trueup/forge-gitea';
import { createGithubForge } from '@trueup/forge-github';
import { createGitlabForge } from '@trueup/forge-gitlab';
import { createHostedForge } from '@trueup/forge-hosted';
import type { Forge } from '@trueup/forge-sdk';
import type { Outbound } from '@trueup/outbound';

import type { Hosting } from '../hosting/open-hosting.ts';

/** All forges that a repository may name. They hold nothing open but what `outbound` does. */
export function openForges(
  outbound: Pick<Outbound, 'request'>,
  { host }: Pick<Hosting, 'host'>,
): readonly Forge[] {
  return [
    createHostedForge({ host }),
    createGiteaForge({ outbound }),
    createGithubForge({ outbound }),
    createGitlabForge({ outbound }),
  ];
}
