/** What people and CIs say in the built-in forge, for sessions. */
import type { HostedRepository, HostedStatus } from '@trueup/forge-hosted';
import type { Hosting } from '../../hosting/open-hosting.ts';
import type { Desk } from '../desk.ts';
import { HostedDesk } from './hosted-desk.ts';
import type { HostedCheck, HostedPlace, HostedSession } from './hosted-session.ts';

type Talk =
  | 'comments'
  | 'addComment'
  | 'editComment'
  | 'removeComment'
  | 'resolveThread'
  | 'applySuggestion'
  | 'resolveConflicts'
  | 'reviews'
  | 'addReview'
  | 'dismissReview';

type Places = 'checks' | 'postCheck' | 'editFiles' | 'hostedRepository' | 'changeHosting';
type Browsing = 'branches' | 'readPath' | 'history';

const load = () => import('@trueup/forge-hosted');

export function hostedTalk(base: Desk): Pick<HostedSession, Talk> {
  const desk = new HostedDesk(base);
  return {
    comments: ({ repository, number }, page) =>
      desk.ask(repository, 'view', async ({ host, path }) => {
        const open = await host.open(path);
        await (await load()).getRequest(host, open, number);
        return host.shelf.notePage({ repository: open.repository, number }, page);
      }),
    addComment: ({ repository, number }, note) =>
      desk.ask(repository, 'view', async ({ host, path, actor }) =>
        (await load()).addNote(host, path, { number, note }, actor),
      ),
    editComment: ({ repository, number, id }, body) =>
      desk.ask(repository, 'view', async ({ host, path, actor }) =>
        (await load()).editNote(host, path, { number, id, body }, actor),
      ),
    removeComment: ({ repository, number, id }) =>
      desk.ask(repository, 'view', async ({ host, path, actor }) =>
        (await load()).deleteNote(host, path, { number, id }, actor),
      ),
    resolveThread: ({ repository, number, id }, resolved) =>
      desk.ask(repository, 'view', async ({ host, path, actor }) =>
        (await load()).resolveThread(host, path, { number, id, resolved }, actor),
      ),
    applySuggestion: ({ repository, number, id }, shown) =>
      desk.ask(repository, 'plan', async ({ host, path, actor }) =>
        (await load()).takeSuggestion(host, path, { number, id, shown }, actor),
      ),
    resolveConflicts: ({ repository, number }, resolution) =>
      desk.ask(repository, 'plan', async ({ host, path, actor }) =>
        (await load()).resolveConflicts(host, path, { ...resolution, number }, actor),
      ),
    reviews: ({ repository, number }) =>
      desk.ask(repository, 'view', async ({ host, path }) => {
        const open = await host.open(path);
        await (await load()).getRequest(host, open, number);
        return host.shelf.reviews({ repository: open.repository, number });
      }),
    addReview: ({ repository, number }, review) =>
      desk.ask(repository, 'view', async ({ host, path, actor }) =>
        (await load()).addReview(host, path, { ...review, number }, actor),
      ),
    dismissReview: ({ repository, number, id }) =>
      desk.ask(repository, 'view', async ({ host, path, actor }) =>
        (await load()).dismissReview(host, path, { number, id }, actor),
      ),
  };
}

/** What lies in a repository, for who may view it. */
export function hostedBrowsing(base: Desk): Pick<HostedSession, Browsing> {
  const desk = new HostedDesk(base);
  return {
    branches: (repository) =>
      desk.ask(repository, 'view', async ({ host, path }) =>
        (await load()).listBranches(host, path),
      ),
    readPath: (repository, request, signal) =>
      desk.ask(repository, 'view', async ({ host, path }) =>
        (await load()).readPath(host, path, request, signal),
      ),
    history: (repository, request, page, signal) =>
      desk.ask(repository, 'view', async ({ host, path }) =>
        (await load()).listHistory(host, path, { ...request, ...page }, signal),
      ),
  };
}

export function hostedPlaces(base: Desk): Pick<HostedSession, Places> {
  const desk = new HostedDesk(base);
  return {
    checks: (repository, commit) =>
      desk.ask(repository, 'view', async ({ host, path }) => {
        const statuses = await host.shelf.statuses((await host.open(path)).repository, commit);
        return statuses.map(showCheck);
      }),
    postCheck: (repository, commit, { name: context, description = '', ...rest }) =>
      desk.ask(repository, 'plan', async ({ host, path, actor }) => {
        const status = { context, description, ...rest };
        await (await load()).postCheck(host, path, { commit, status }, actor);
      }),
    editFiles: (repository, edit) =>
      desk.ask(repository, 'plan', async ({ host, path, actor }) =>
        (await load()).editFiles(host, path, edit, actor),
      ),
    hostedRepository: (repository) =>
      desk.ask(repository, 'view', async ({ host, hosting, path }) =>
        show((await host.open(path)).repository, hosting),
      ),
    changeHosting: (repository, settings) =>
      desk.change(
        repository,
        { verb: 'administer', event: 'repository:protected' },
        async ({ host, hosting, path, actor }) =>
          show(await (await load()).changeSettings(host, path, settings, actor), hosting),
      ),
  };
}

export function showCheck({ context: name, author: by, ...rest }: HostedStatus): HostedCheck {
  return { name, by, ...rest };
}

function show(
  { path, defaultBranch, protections, mergeMethods }: HostedRepository,
  { publicUrl }: Hosting,
): HostedPlace {
  return {
    path,
    defaultBranch,
    cloneUrl: `${publicUrl()}/git/${path}.git`,
    protections,
    mergeMethods,
  };
}
