import type { RepositoryRecord } from '@trueup/engine';
import type { HostedEvent } from '@trueup/forge-hosted';

import { hostedKind, systemId } from './hosted-people.ts';

export interface FollowHostedPorts {
  /** Those that are followed. */
  readonly repositories: () => readonly RepositoryRecord[];
  /** Its branch has something new. */
  readonly fetch: (name: string) => void;
  /** Its merge requests have. */
  readonly look: (name: string, number?: number) => void;
}

/** What happens in the built-in forge is looked at at once: nobody has to set up a webhook. */
export function followHosted(events: readonly HostedEvent[], ports: FollowHostedPorts): void {
  for (const { name, branch, forge } of ports.repositories()) {
    if (forge?.kind !== hostedKind) continue;
    const own = events.filter((event) => event.repository === forge.path && !isOwnWord(event));
    if (own.some((event) => event.kind === 'push' && event.branch === branch)) ports.fetch(name);
    for (const number of numbersIn(own)) ports.look(name, number);
    if (own.some(({ kind }) => kind === 'check')) ports.look(name);
  }
}

/** The first one that is registered for a repository of the built-in forge. */
export function findHosted(
  path: string,
  repositories: readonly RepositoryRecord[],
): RepositoryRecord | undefined {
  return repositories.find(({ forge }) => forge?.kind === hostedKind && forge.path === path);
}

/** What Trueup itself said tells it nothing. */
function isOwnWord({ kind, by }: HostedEvent): boolean {
  return by.id === systemId && (kind === 'comment' || kind === 'check');
}

function numbersIn(events: readonly HostedEvent[]): readonly number[] {
  const numbers = events.flatMap((event) => ('number' in event ? [event.number] : []));
  return [...new Set(numbers)];
}
