import { StalledError } from '@trueup/diagnostics';
import type { RepositoryRecord, Write } from '@trueup/engine';
import { notFound, SessionError } from '../access/session-error.ts';
import { hostedKind } from '../hosting/hosted-people.ts';
import { protectHosted } from '../hosting/protect-followed.ts';
import { readAll } from '../paging/read-all.ts';
import type { Desk } from './desk.ts';
import { makeHosted } from './hosted/make-hosted.ts';
import type { NewRepository, Session } from './session.ts';

type Calls = Pick<
  Session,
  'repositories' | 'addRepository' | 'removeRepository' | 'hintRepository' | 'diagnostics'
>;

const namePattern = /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/;
const defaultIntervalMs = 60_000;
const shortestIntervalMs = 1000;

export function repositoryCalls(desk: Desk): Calls {
  const { store, following, keeper, mergeRequests, newId, turns } = desk.ports;
  return {
    async repositories() {
      const records = await desk.visible();
      return records.map((record) => {
        const subject = { kind: 'repository', name: record.name } as const;
        return { ...record, may: desk.verbsFor(subject) };
      });
    },

    async addRepository(wanted) {
      desk.require('administer', { kind: 'installation' });
      const { name, credential, intervalMs = defaultIntervalMs, forge } = wanted;
      const branch = (wanted.branch ?? 'main').replace(/^refs\/heads\//, '');
      checkWanted(wanted, mergeRequests.kinds());
      if (following.repository(name)) throw nameTaken(name);
      const { hosting } = desk.ports;
      const url = wanted.url ?? (await makeHosted({ ...wanted, branch }, hosting));
      await checkSource(name, { url, branch });
      const source = { id: newId(), name, url, branch, intervalMs, diagnostics: [] };
      const record: RepositoryRecord = {
        ...source,
        ...(credential && { credential }),
        ...(forge && { forge }),
      };
      const added = desk.audit('repository:added', name, { branch });
      const isProtected = await protectHosted(record, hosting);
      const lines = isProtected ? [desk.audit('repository:protected', name, { branch })] : [];
      await store
        .commit([{ kind: 'repository', record }, added, ...lines])
        .catch((error: unknown) => {
          throw isConflict(error) ? nameTaken(name) : error;
        });
      await following.follow(record);
      return record;
    },

    async removeRepository(name) {
      desk.require('administer', { kind: 'installation' });
      const record = following.repository(name);
      if (!record) throw notFound(name);
      await mergeRequests.forget(name);
      await following.unfollow(name);
      keeper.leaveAll(name);
      await turns.take(record.id, async () => {
        const unfinished = await readAll((page) =>
          store.runs({ repository: record.id, ended: false }, page),
        );
        const request = { kind: 'cancel', by: desk.name } as const;
        await store.commit([
          ...unfinished.map(({ id }): Write => ({ kind: 'request', run: id, request })),
          { kind: 'repository-removed', id: record.id },
          desk.audit('repository:removed', name),
        ]);
      });
      await following.removeMirrors();
    },

    async hintRepository(name) {
      desk.require('plan', { kind: 'repository', name });
      if (!following.repository(name)) throw notFound(name);
      following.hint(name);
      mergeRequests.hint(name);
    },

    async diagnostics() {
      const records = await desk.visible();
      return records.flatMap(({ name, diagnostics }) =>
        diagnostics.map((diagnostic) => ({ ...diagnostic, repository: name })),
      );
    },
  };
}

function nameTaken(name: string): SessionError {
  return new SessionError('CONFLICT', `${name}: there is one of this name already`);
}

/** Somebody else was quicker. */
function isConflict(error: unknown): boolean {
  return error instanceof StalledError && error.code === 'STORE_CONFLICT';
}

/** What can be said without asking anybody. */
function checkWanted(
  { name, url = '', forge, intervalMs = defaultIntervalMs }: NewRepository,
  forges: readonly string[],
): void {
  const refuse = (message: string): never => {
    throw new SessionError('INVALID_REQUEST', message);
  };
  if (!namePattern.test(name) || name.includes('..')) {
    const rule =
      'up to 100 of a-z, 0-9, ".", "_" and "-"; a letter or digit first and last; no ".."';
    refuse(`${JSON.stringify(name)}: not a name of a repository: ${rule}`);
  }
  if (forge?.kind === hostedKind && url !== '') {
    refuse(`${name}: the address of a repository of the built-in forge follows from its path`);
  }
  if (/:\/\/[^/]*:[^/]*@/.test(url)) {
    const advice = 'put the password into a secret, and name that as the credential';
    refuse(`${name}: the URL holds a password: ${advice}`);
  }
  if (intervalMs < shortestIntervalMs) refuse(`${name}: the interval is below a second`);
  if (forge && !forges.includes(forge.kind)) {
    const known = forges.length > 0 ? `there are ${forges.join(', ')}` : 'there is none';
    refuse(`${name}: ${JSON.stringify(forge.kind)} is no forge: ${known}`);
  }
}

/** @throws SessionError `INVALID_REQUEST`. What is not registered cannot be wrong later. */
async function checkSource(
  name: string,
  { url, branch }: { readonly url: string; readonly branch: string },
): Promise<void> {
  const { isBranchName, parseRemoteUrl } = await import('@trueup/repository');
  const remote = parseRemoteUrl(url);
  if ('problem' in remote) {
    throw new SessionError('INVALID_REQUEST', `${name}: its URL: ${remote.problem}`);
  }
  if (branch.startsWith('refs/')) {
    const advice = 'name a branch as git branch prints it: only branches are followed';
    throw new SessionError('INVALID_REQUEST', `${name}: ${branch} is no branch: ${advice}`);
  }
  if (!isBranchName(branch)) {
    throw new SessionError('INVALID_REQUEST', `${name}: ${branch} is not the name of a branch`);
  }
}
