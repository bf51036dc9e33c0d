import { createGiteaForge } from '@trueup/forge-gitea';
import { createGithubForge } from '@trueup/forge-github';
import { createGitlabForge } from '@trueup/forge-gitlab';
import type { Forge } from '@trueup/forge-sdk';
import type { Outbound } from '@trueup/outbound';

/** All forges that a repository may name. They hold nothing open but what `outbound` does. */
export function openForges(outbound: Pick<Outbound, 'request'>): readonly Forge[] {
  return [
    createGiteaForge({ outbound }),
    createGithubForge({ outbound }),
    createGitlabForge({ outbound }),
  ];
}
