/** The addresses of the pages. They are a contract: comments and alerts link to them. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
} from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { parseFilePlace } from '../features/repository-files/file-place.ts';
import { type MergeRequestTab, parseMergeRequestTab } from '../pages/merge-request-tab.ts';
import { parseEditPlace } from '../pages/repository-files/edit-place.ts';
import { parseStackTab, type StackTab } from '../pages/stack-tab.ts';
import { Button } from '../ui/button.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview-page.tsx'), 'OverviewPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  component: lazyRouteComponent(() => import('../pages/audit-page.tsx'), 'AuditPage'),
});

const drift = createRoute({
  getParentRoute: () => root,
  path: '/drift',
  component: lazyRouteComponent(() => import('../pages/drift-page.tsx'), 'DriftPage'),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  component: lazyRouteComponent(() => import('../pages/runs-page.tsx'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/runs/$run',
  component: lazyRouteComponent(() => import('../pages/run-page.tsx'), 'RunPage'),
});

const rollout = createRoute({
  getParentRoute: () => root,
  path: '/rollouts/$id',
  component: lazyRouteComponent(() => import('../pages/rollout-page.tsx'), 'RolloutPage'),
});

const stack = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/stacks/$stack',
  validateSearch: ({ tab }: { tab?: unknown }): { tab?: StackTab } =>
    tab === undefined ? {} : { tab: parseStackTab(tab) },
  component: lazyRouteComponent(() => import('../pages/stack-page.tsx'), 'StackPage'),
});

const mergeRequests = createRoute({
  getParentRoute: () => root,
  path: '/merge-requests',
  component: lazyRouteComponent(
    () => import('../pages/merge-requests-page.tsx'),
    'MergeRequestsPage',
  ),
});

const repositoryMergeRequests = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/merge-requests',
  component: lazyRouteComponent(
    () => import('../pages/repository-merge-requests-page.tsx'),
    'RepositoryMergeRequestsPage',
  ),
});

const mergeRequest = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/merge-requests/$number',
  validateSearch: ({ tab }: { tab?: unknown }): { tab?: MergeRequestTab } =>
    tab === undefined ? {} : { tab: parseMergeRequestTab(tab) },
  component: lazyRouteComponent(
    () => import('../pages/merge-request-page.tsx'),
    'MergeRequestPage',
  ),
});

const repositories = createRoute({
  getParentRoute: () => root,
  path: '/repositories',
  component: lazyRouteComponent(() => import('../pages/repositories-page.tsx'), 'RepositoriesPage'),
});

const members = createRoute({
  getParentRoute: () => root,
  path: '/members',
  component: lazyRouteComponent(() => import('../pages/members-page.tsx'), 'MembersPage'),
});

const files = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/files',
  validateSearch: parseFilePlace,
  component: lazyRouteComponent(
    () => import('../pages/repository-files/files-page.tsx'),
    'FilesPage',
  ),
});

const edit = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/edit',
  validateSearch: parseEditPlace,
  component: lazyRouteComponent(
    () => import('../pages/repository-files/edit-page.tsx'),
    'EditPage',
  ),
});

const signIns = createRoute({
  getParentRoute: () => root,
  path: '/sign-ins',
  component: lazyRouteComponent(() => import('../pages/sign-ins-page.tsx'), 'SignInsPage'),
});

const conflicts = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/merge-requests/$number/conflicts',
  component: lazyRouteComponent(
    () => import('../pages/repository-files/conflicts-page.tsx'),
    'ConflictsPage',
  ),
});

const history = createRoute({
  getParentRoute: () => root,
  path: '/repositories/$repository/history',
  validateSearch: parseFilePlace,
  component: lazyRouteComponent(
    () => import('../pages/repository-files/history-page.tsx'),
    'HistoryPage',
  ),
});

/** The shell itself shows it: nobody has to be signed in. */
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in' });

const routeTree = root.addChildren([
  overview,
  stack,
  mergeRequests,
  repositoryMergeRequests,
  mergeRequest,
  signIns,
  conflicts,
  members,
  repositories,
  files,
  edit,
  history,
  runs,
  run,
  rollout,
  drift,
  audit,
  signIn,
]);

/** Its type, which links are checked against, is the router's own. */
export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: ({ error }) => <Broken error={toError(error)} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

function NotFound(): ReactNode {
  return (
    <Page title="Not found" heading="There is no such page">
      <Empty title="The address may be mistyped, or from another Trueup.">
        <Link to="/">All stacks</Link>
      </Empty>
    </Page>
  );
}

/** Part of the page that cannot be fetched belongs to another version, or its server is away. */
function Broken({ error }: { readonly error: Error }): ReactNode {
  const isMissing = /module script|imported module|Unable to preload/i.test(error.message);
  return (
    <Page title="Broken" heading={isMissing ? 'Part of this page is missing' : 'This page broke'}>
      <Empty
        title={
          isMissing
            ? 'Trueup was upgraded since this tab was opened, or does not answer right now.'
            : 'Nothing was changed by that. Reloading often helps; else tell who runs Trueup.'
        }
      >
        <p>
          <code>
            <ForeignText>{error.message}</ForeignText>
          </code>
        </p>
        <p className="row">
          <Button onClick={() => window.location.reload()}>Reload</Button>
          <a href="/">All stacks</a>
        </p>
      </Empty>
    </Page>
  );
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('It cannot say why.');
}
