/**
 * Protects branches of the built-in forge that are followed: whoever may only write does not move one, past
 * the rules for merge requests. A branch is protected when it is registered; installations that are older
 * than that get it once, at a start. What an administrator unprotects later stays unprotected.
 */
import type { RepositoryRecord, Store, Write } from '@trueup/engine';

import { hostedKind } from './hosted-people.ts';
import type { Hosting } from './open-hosting.ts';
import { toSessionError } from './to-session-error.ts';

/**
 * Whoever may only write does not move a branch that is followed, also where its repository was there before.
 * False where that is so already, and for a repository that lies elsewhere.
 */
export async function protectHosted(
  { forge, branch }: Pick<RepositoryRecord, 'forge' | 'branch'>,
  hosting: Pick<Hosting, 'host'> | undefined,
): Promise<boolean> {
  if (forge?.kind !== hostedKind || !hosting) return false;
  const { protectBranch } = await import('@trueup/forge-hosted');
  return await protectBranch(hosting.host, forge.path, branch).catch((error: unknown) => {
    throw toSessionError(error);
  });
}

export interface ProtectFollowedPorts {
  readonly store: Pick<Store, 'repositories' | 'setting' | 'commit'>;
  readonly now: () => number;
  readonly hosting: Pick<Hosting, 'host'> | undefined;
  /** One could not be protected; it is tried again at the next start. */
  readonly onError: (error: unknown, repository: string) => void;
}

/**
 * Says which repositories it has still to be done for, as a list of ids in JSON. Absent: for all of them.
 * Renaming it would protect what was unprotected on purpose.
 */
const marker = 'hosted-branches-to-protect';

/** Called at each start, before anything is followed. */
export async function protectFollowed(ports: ProtectFollowedPorts): Promise<void> {
  const { store, hosting, now, onError } = ports;
  if (!hosting) return;
  const left = await store.setting(marker);
  if (left === '[]') return;
  const found = (await store.repositories()).filter(({ forge }) => forge?.kind === hostedKind);
  const waiting = found.filter(({ id }) => left === undefined || left.includes(JSON.stringify(id)));
  const failed: string[] = [];
  const lines: Write[] = [];
  for (const record of waiting) {
    const { id, name, branch } = record;
    try {
      if (await protectHosted(record, hosting)) lines.push(tell(name, branch, now()));
    } catch (error) {
      failed.push(id);
      onError(error, name);
    }
  }
  await store.commit([{ kind: 'setting', name: marker, value: JSON.stringify(failed) }, ...lines]);
}

function tell(name: string, branch: string, now: number): Write {
  const at = new Date(now).toISOString();
  const event = 'repository:protected';
  return { kind: 'audit', line: { at, actor: 'system', event, subject: name, detail: { branch } } };
}
