import { listOf } from '../wire/page.ts';
import { newRepositorySchema, repositorySchema, repositoryViewSchema } from '../wire/repository.ts';
import { repositoryDiagnosticSchema } from '../wire/repository-diagnostic.ts';
import type { RepositoryCalls } from './calls.ts';
import { repositoryName } from './parameters.ts';
import type { RouteFor } from './route.ts';

const tag = 'repositories';

export const repositoryRoutes: {
  readonly [N in keyof RepositoryCalls]: RouteFor<RepositoryCalls[N]>;
} = {
  repositories: {
    method: 'GET',
    path: '/repositories',
    summary: 'Lists the followed repositories',
    tag,
    response: listOf(repositoryViewSchema),
  },
  addRepository: {
    method: 'POST',
    path: '/repositories',
    summary: 'Follows a branch of a repository from now on',
    tag,
    status: 201,
    body: newRepositorySchema,
    response: repositorySchema,
  },
  removeRepository: {
    method: 'DELETE',
    path: '/repositories/{repository}',
    summary: 'Stops following a repository; what it applied stays',
    tag,
    params: repositoryName,
  },
  hintRepository: {
    method: 'POST',
    path: '/repositories/{repository}/hint',
    summary: 'Says that a repository has something new, so that it is fetched soon',
    tag,
    status: 202,
    params: repositoryName,
  },
  diagnostics: {
    method: 'GET',
    path: '/diagnostics',
    summary: 'Lists what is wrong with the repositories and with following them',
    tag,
    response: listOf(repositoryDiagnosticSchema),
  },
};
